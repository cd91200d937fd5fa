// Tags that came after a patch was queued, written into its patch file: its log gets lines, every other byte stays.
import type { Bytes } from "#model/bytes";
import { byteString, concatBytes, fromByteString } from "#model/bytes";
import type { Trailer } from "#model/mail";
import { parseTrailers } from "#model/mail";
import type { PatchFile } from "./patch-file.ts";
import type { TrailerOrder } from "./trailer-order.ts";
import { insertTags } from "./trailer-order.ts";

export type Retagged =
  | {
      readonly kind: "retagged";
      readonly bytes: Bytes;
      readonly added: readonly Trailer[];
      /** Tags that the new ones take the place of. */
      readonly replaced: readonly Trailer[];
    }
  | { readonly kind: "unchanged" }
  /** A sentence part behind the patch's name. */
  | { readonly kind: "refused"; readonly reason: string };

/** What a tree says about the place of tags, see {@link insertTags}. */
export interface RetagSettings {
  readonly trailers: TrailerOrder;
  readonly signOff: string | null;
  readonly link: string;
}

/** Laws: the diff and all header fields stay byte for byte; done again, nothing changes. */
export function retagPatch(patch: PatchFile, given: readonly Trailer[], settings: RetagSettings): Retagged {
  return changeTrailers(patch, (own) => insertTags(settings.trailers, own, given, settings));
}

/** A patch file with other trailers: those of its own that `change` gives again keep their bytes, as does everything but the trailers. */
export function changeTrailers(patch: PatchFile, change: (own: readonly Trailer[]) => readonly Trailer[]): Retagged {
  const preamble = byteString(patch.diff.files[0]?.lead ?? patch.source);
  const log = byteString(patch.description).replace(/\n$/, "");
  const start = log === "" ? -1 : preamble.lastIndexOf(log);
  const end = start + log.length;
  const lineEnd = preamble.startsWith("\r\n", end) ? "\r\n" : "\n";
  const { body, trailers } = parseTrailers(fromByteString(log + lineEnd));
  const after = change(trailers);
  const own = new Set(trailers);
  const kept = new Set(after);
  const added = after.filter((trailer) => !own.has(trailer));
  if (added.length === 0 && after.length === trailers.length) return { kind: "unchanged" };
  if (log === "") return { kind: "refused", reason: "has no log that a tag could stand below" };
  if (start < 0) return { kind: "refused", reason: "has its log in a header field" };
  const gap = trailers.length === 0 ? lineEnd : "";
  const lines = after.map((trailer) => (own.has(trailer) ? trailer.raw : trailer.raw.replaceAll("\n", lineEnd)));
  const text = byteString(body) + gap + lines.join("");
  return {
    kind: "retagged",
    // The log's last line end is there already, or was never.
    bytes: concatBytes([
      fromByteString(preamble.slice(0, start) + text.replace(/\r?\n$/, "")),
      fromByteString(preamble.slice(end)),
      patch.source.subarray(preamble.length),
    ]),
    added,
    replaced: trailers.filter((trailer) => !kept.has(trailer)),
  };
}
