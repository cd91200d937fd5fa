// The whole text of a patch file: header, description, "---", diffstat, diff. A notice embeds it as it is.
import type { Bytes, ByteString } from "#model/bytes";
import { bytesOf, concatBytes, fromByteString } from "#model/bytes";
import type { Diff } from "#model/diff";
import { diffstat, printFileDiff } from "#model/diff";
import { noticeDiff } from "./notice-diff.ts";

/** What a patch file is made of. */
export interface PatchParts {
  /** File name of the patch. */
  readonly name: string;
  /** `Name <address>`, as it shall stand behind `From: `. */
  readonly author: ByteString;
  readonly title: ByteString;
  /** The mail's `Date:` as it was sent; null leaves the line out. */
  readonly date: ByteString | null;
  /** Description with its trailers. */
  readonly log: Bytes;
  readonly diff: Diff;
  /** The lines of the head in order; `Date` only where there is one. */
  readonly header?: readonly ("From" | "Subject" | "Date")[];
}

/** `noted`: the diff as {@link noticeDiff} writes it; `git`: as it came, without the text around it. */
export type DiffStyle = "noted" | "git";

/** Width of the diffstat; that of every notice of the -mm tree (`diffstat -p1 -w70`). */
const STAT_WIDTH = 70;
const LF = 10;

/** The patch file. The diff is written by `noticeDiff`; blank lines at the end of the log are dropped. */
export function patchBlock(parts: PatchParts, style: DiffStyle = "noted"): Bytes {
  const known = { From: parts.author, Subject: parts.title, Date: parts.date };
  const head = (parts.header ?? ["From", "Subject", "Date"]).map((name) =>
    known[name] === null ? "" : `${name}: ${known[name]}\n`,
  );
  return concatBytes([
    fromByteString(`${head.join("")}\n`),
    withoutBlankEnd(parts.log),
    bytesOf(`---\n\n${diffstat(parts.diff, 1, STAT_WIDTH)}\n`),
    ...(style === "noted" ? [noticeDiff(parts.diff, parts.name)] : parts.diff.files.map(printFileDiff)),
  ]);
}

function withoutBlankEnd(log: Bytes): Bytes {
  let end = log.length;
  while (end > 0 && log[end - 1] === LF) end -= 1;
  return end === 0 ? log.subarray(0, 0) : concatBytes([log.subarray(0, end), bytesOf("\n")]);
}
