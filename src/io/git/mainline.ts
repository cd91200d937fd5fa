// How a few files changed along the first parents of a commit: one git process, and no content. What was the state of the files
// at each of those commits follows from it.
import type { Path } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import { type BlobId, type CommitId, parseBlobId, parseCommitId } from "./ids.ts";
import { type Place, runGitIn } from "./run.ts";

/** A commit that changed one of the files against its first parent. */
export interface MainlineStep {
  readonly id: CommitId;
  /** Null for a first commit. */
  readonly parent: CommitId | null;
  /** Only the files asked for; null where there is no such file. */
  readonly changes: readonly { readonly path: Path; readonly before: BlobId | null; readonly after: BlobId | null }[];
}

export interface Mainline {
  /** Newest first. */
  readonly steps: readonly MainlineStep[];
  /** Whether there may be older ones in the time asked for. */
  readonly cut: boolean;
}

/** Most steps, most files, and milliseconds for the process. */
export interface MainlineLimits {
  readonly steps: number;
  readonly paths: number;
  readonly time: number;
}

export const mainlineLimits: MainlineLimits = { steps: 5000, paths: 500, time: 60_000 };

/** The steps reachable from `from` by first parents that are not older than `since`, seconds since 1970. */
export async function mainlineOf(
  place: Place,
  from: CommitId,
  paths: readonly Path[],
  since: number,
  limits: MainlineLimits = mainlineLimits,
): Promise<Mainline> {
  // A path with a line end cannot be given on standard input, where all others pass as the bytes they are.
  const asked = paths.filter((path) => !path.includes("\n")).slice(0, limits.paths);
  if (asked.length === 0) return { steps: [], cut: paths.length > 0 };
  const input = fromByteString(`${from}\n--\n${asked.map((path) => `:(top,literal)${path}\n`).join("")}`);
  const args = [...COMMAND, `--since=${since}`, `--max-count=${limits.steps + 1}`, "--stdin"];
  const { stdout } = await runGitIn(place, args, { input, timeout: limits.time });
  const steps = parseSteps(byteString(stdout));
  return { steps: steps.slice(0, limits.steps), cut: steps.length > limits.steps || asked.length < paths.length };
}

const COMMAND = (
  "-c log.follow=false log -z --first-parent --diff-merges=first-parent --root --raw --no-abbrev --no-renames --no-relative " +
  "--no-ext-diff -O/dev/null --no-color --no-show-signature --no-notes --format=tformat:commit:%H:%P"
).split(" ");

// Fields end in NUL: "commit:ID:PARENTS", then for each change ":MODE MODE BEFORE AFTER X" and its path.
function parseSteps(text: string): MainlineStep[] {
  const steps: { id: CommitId; parent: CommitId | null; changes: MainlineStep["changes"][number][] }[] = [];
  const fields = text.split("\0");
  for (let at = 0; at < fields.length; at++) {
    const field = (fields[at] ?? "").replace(/^\n+/, "");
    const [, head = "", parents = ""] = /^commit:([0-9a-f]+):([0-9a-f ]*)$/.exec(field) ?? [];
    const id = parseCommitId(head);
    if (id !== null) {
      steps.push({ id, parent: parseCommitId(parents.split(" ")[0] ?? ""), changes: [] });
      continue;
    }
    const [, before = "", after = ""] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*$/.exec(field) ?? [];
    if (before === "") continue;
    at += 1;
    steps.at(-1)?.changes.push({ path: fields[at] ?? "", before: blobOf(before), after: blobOf(after) });
  }
  return steps;
}

function blobOf(id: string): BlobId | null {
  return /^0+$/.test(id) ? null : parseBlobId(id);
}
