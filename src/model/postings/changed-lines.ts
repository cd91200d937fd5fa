// The lines a patch adds and removes, as a set, to see whether another patch has taken them over. Knows no place and no order.
import { byteString } from "#model/bytes";
import type { ByteString } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { PatchMail } from "./patch-mail.ts";

/** Lines of one patch that are compared. */
const MAX_LINES = 20_000;

const KNOWN = new WeakMap<PatchMail, ReadonlySet<ByteString>>();

/** Each changed line once, with its sign and its file's path, without blanks; short ones such as `}` say nothing and are left out. */
export function changedLines(mail: PatchMail): ReadonlySet<ByteString> {
  const known = KNOWN.get(mail);
  if (known !== undefined) return known;
  const found = new Set<ByteString>();
  for (const file of parseDiff(mail.diff).files) {
    for (const hunk of file.hunks) {
      for (const line of hunk.lines) {
        if (line.kind !== "insert" && line.kind !== "delete") continue;
        const text = byteString(hunk.body, line.start, line.end).replace(/\s+/g, "");
        if (text.length > 4 && found.size < MAX_LINES)
          found.add(`${line.kind} ${file.newPath ?? file.oldPath ?? ""} ${text}`);
      }
    }
  }
  KNOWN.set(mail, found);
  return found;
}

/** Share of `lines` that is in `others`, 0 to 1; 0 of none. */
export function share(lines: ReadonlySet<ByteString>, others: ReadonlySet<ByteString>): number {
  if (lines.size === 0) return 0;
  let common = 0;
  for (const line of lines) if (others.has(line)) common += 1;
  return common / lines.size;
}
