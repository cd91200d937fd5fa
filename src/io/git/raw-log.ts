// The changes of a whole history, oldest first, as `git log --raw` lists them: names of objects, no content.
// For repositories that are stores of something, such as mail archives; ranges for a person's eyes are in range.ts.
import { byteString } from "#model/bytes";
import { type CommitId, type ObjectId, parseCommitId } from "./ids.ts";
import { linesOf, outputOf } from "./range.ts";
import type { Place } from "./run.ts";

/** One commit: when it was committed (milliseconds since 1970), and what differs from its first parent. */
export interface RawCommit {
  readonly id: CommitId;
  readonly committed: number;
  readonly changes: readonly RawChange[];
}

/** One path of a commit; null stands for "no file". */
export interface RawChange {
  /** As git prints it: quoted when it has unusual bytes. */
  readonly path: string;
  readonly before: ObjectId | null;
  readonly after: ObjectId | null;
}

/** Most milliseconds for one log, the taker's own work included: a day, for archives of millions of mails. */
export const rawLogTimeout = 24 * 60 * 60 * 1000;

/** The commits reachable from `from` and not from `not`, oldest first, along first parents; see {@link RawCommit}. */
export async function* rawLogOf(place: Place, from: CommitId, not: CommitId | null): AsyncGenerator<RawCommit> {
  const args = ["log", "--reverse", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev", "--root"];
  args.push("--no-renames", "--no-show-signature", "--no-color", "--format=tformat:%H %ct");
  args.push(from, ...(not === null ? [] : [`^${not}`]), "--");
  let open: { id: CommitId; committed: number; changes: RawChange[] } | null = null;
  for await (const bytes of linesOf(outputOf(place, args, null, rawLogTimeout))) {
    const line = byteString(bytes);
    const change = CHANGE.exec(line);
    if (change !== null) {
      const [, before = "", after = "", path = ""] = change;
      open?.changes.push({ path, before: objectId(before), after: objectId(after) });
      continue;
    }
    const [, id = "", seconds = ""] = COMMIT.exec(line) ?? [];
    const commit = parseCommitId(id);
    if (commit === null) continue;
    if (open !== null) yield open;
    open = { id: commit, committed: Number(seconds) * 1000, changes: [] };
  }
  if (open !== null) yield open;
}

const CHANGE = /^:\d{6} \d{6} ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [A-Z]\t(.*)\n$/;
const COMMIT = /^([0-9a-f]{40,64}) (\d+)\n$/;

function objectId(text: string): ObjectId | null {
  return /^0+$/.test(text) ? null : (text as ObjectId);
}
