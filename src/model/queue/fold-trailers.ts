// What the log of a patch says of the fixes that were folded into it: who fixed what, with a link, and the tags the fixes had.
// The change itself is joined by edit-patch.ts.
import { byteString, bytesOf } from "#model/bytes";
import type { ByteString } from "#model/bytes";
import type { Trailer } from "#model/mail";
import { tagIdentity } from "#model/postings";
import type { PatchFile } from "./patch-file.ts";
import type { Retagged, RetagSettings } from "./retag.ts";
import { changeTrailers } from "./retag.ts";
import { insertTags } from "./trailer-order.ts";

/** A fix with its file name without suffix, by which its maintainer may have titled it. */
export interface Fix {
  readonly stem: string;
  readonly patch: PatchFile;
}

/**
 * The patch file with a note `[address: what was fixed]` for each fix, its links below, as -mm writes them, and with the fixes'
 * tags where the tree puts new ones. `mm` has notes before all other trailers, `b4` where new tags go. The diff is not touched.
 */
export function foldTrailers(patch: PatchFile, fixes: readonly Fix[], settings: RetagSettings): Retagged {
  return changeTrailers(patch, (own) => {
    const known = new Set(own.map(tagIdentity));
    const notes = fixes.map(noteOf).filter((note) => !known.has(tagIdentity(note)));
    const tags = fixes.flatMap((fix) => fix.patch.trailers).filter(({ key }) => /-by$|^cc$/i.test(key));
    if (settings.trailers === "b4") return insertTags("b4", own, [...notes, ...tags], settings);
    const at = own.findLastIndex(({ key }) => key === "") + 1;
    return insertTags("mm", [...own.slice(0, at), ...notes, ...own.slice(at)], tags, settings);
  });
}

function noteOf({ stem, patch }: Fix): Trailer {
  const [line = ""] = byteString(patch.description).split("\n");
  // A maintainer's own fix is titled by its file name, and its log says what it does.
  const isNamed = patch.title === null || patch.title.replace(/\.patch$/, "") === stem;
  const what: ByteString = isNamed && line !== "" ? line : byteString(bytesOf(patch.title ?? stem));
  const value = `[${patch.author?.address ?? "unknown"}: ${what.trim()}]`;
  const links = patch.trailers.filter(({ key }) => /^link$/i.test(key)).map((link) => `  Link: ${link.value}\n`);
  return { key: "", value, raw: `${value}\n${links.join("")}` };
}
