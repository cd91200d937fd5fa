// Unites what two clones of a tree wrote into one ledger file: every event of both is kept, operations stand in order of time.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { parseEvents } from "./ledger-file.ts";

/**
 * `file` with the lines that lead from `before` to `after` put in, those of one operation together, behind everything that is not
 * later. Lines that are in `file` already are not put in again. No line of `file` changes or goes.
 */
export function uniteLedger(file: Bytes, before: Bytes, after: Bytes): Bytes {
  const lines = linesOf(file);
  const known = new Set([...linesOf(before), ...lines]);
  const added = linesOf(after).filter((line) => !known.has(line));
  let at = 0;
  let group: string | null = null;
  for (const line of added) {
    const { op, time } = stampOf(line);
    // Behind the rest of its operation, or else where its time puts it.
    if (op === "" || op !== group) at = placeFor(lines, time);
    lines.splice(at, 0, line);
    at += 1;
    group = op;
  }
  return fromByteString(lines.map((line) => `${line}\n`).join(""));
}

function linesOf(bytes: Bytes): ByteString[] {
  return byteString(bytes)
    .split("\n")
    .filter((line) => line !== "");
}

/** Behind the last line that is not later. A line that cannot be read stays with the one above it. */
function placeFor(lines: readonly ByteString[], time: string): number {
  return (
    lines.findLastIndex((line) => stampOf(line).time !== "" && stampOf(line).time <= time) + 1 ||
    (time === "" ? lines.length : 0)
  );
}

function stampOf(line: ByteString): { readonly op: string; readonly time: string } {
  const found = /^\{"at":"([^"]{1,40})","op":"([^"]{1,40})"/.exec(line);
  if (found) return { time: found[1] ?? "", op: found[2] ?? "" };
  const [event] = parseEvents(bytesOf(line)).events;
  return { op: event?.op ?? "", time: event?.at ?? "" };
}
