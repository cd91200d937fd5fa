// From the cover letter of a posting to the file that stands behind its patches in the queue: no change, and `Merge-Of:` with their
// names. A build makes it the merge commit that brings them in; to quilt its line of the series is a comment.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, noBytes } from "#model/bytes";
import type { Posting } from "#model/postings";
import { makeTrailer, printAddress, printTrailers } from "#model/mail";
import type { ComposeSettings } from "./compose.ts";
import { coverProse } from "./compose.ts";
import { refill } from "./refill.ts";
import type { PatchName } from "./series.ts";

/** A cover letter, ready to be written. */
export interface ComposedCover {
  readonly title: string;
  readonly messageId: string;
  readonly bytes: Bytes;
}

/** The file for a posting's cover letter; null when it has none. `maintainer` makes the merge, `patches` are its patches in order. */
export function composeCover(
  posting: Posting,
  settings: Pick<ComposeSettings, "link" | "signOff" | "refill">,
  maintainer: string,
  patches: readonly PatchName[],
): ComposedCover | null {
  const { cover } = posting;
  const id = cover?.message.messageId ?? null;
  if (cover === null || id === null || patches.length === 0) return null;
  const title = `Merge patch series "${cover.title}"`;
  const [sender] = cover.message.from;
  const text = settings.refill === true ? refill(cover.text) : cover.text;
  const prose = coverProse(byteString(text));
  const said = sender === undefined || prose === "" ? "" : `${byteString(bytesOf(printAddress(sender)))} says:\n\n`;
  const trailers = [
    ...(settings.link === "" ? [] : [makeTrailer("Link", byteString(bytesOf(settings.link)) + id)]),
    ...(settings.signOff === null ? [] : [makeTrailer("Signed-off-by", byteString(bytesOf(settings.signOff)))]),
  ];
  const head: ByteString[] = [
    `From: ${byteString(bytesOf(maintainer))}`,
    `Subject: ${byteString(bytesOf(title))}`,
    ...(cover.message.date === null ? [] : [`Date: ${cover.message.date.text}`]),
    `Merge-Of: ${patches.join("\n ")}`,
  ];
  return {
    title,
    messageId: id,
    bytes: concatBytes([
      fromByteString(`${head.join("\n")}\n\n${said}${prose === "" ? "" : `${prose}\n`}`),
      trailers.length === 0 ? noBytes : concatBytes([bytesOf(prose === "" ? "" : "\n"), printTrailers(trailers)]),
    ]),
  };
}

/** The bytes of a cover's file with one of its patches under another name; null when it is not of that patch. */
export function renameInCover(bytes: Bytes, from: PatchName, to: PatchName): Bytes | null {
  const text = byteString(bytes);
  const found = /^Merge-Of:(?:[^\n]*\n[ \t])*[^\n]*/im.exec(text);
  if (found === null) return null;
  const renamed = found[0].replace(/\S+/g, (word: string) => (word === from ? to : word));
  if (renamed === found[0]) return null;
  return fromByteString(text.slice(0, found.index) + renamed + text.slice(found.index + found[0].length));
}
