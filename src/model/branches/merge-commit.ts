// The commit that a merge becomes: its message and its date. They depend on nothing but what is merged, so neither does its id.
import type { Bytes } from "#model/bytes";
import { bytesOf } from "#model/bytes";

/** What is merged: a branch of this tree, or a branch of somebody else's repository. */
export type Merged =
  | { readonly kind: "branch"; readonly name: string }
  | { readonly kind: "tree"; readonly branch: string; readonly url: string };

/** The message that `git merge` writes when it is not asked for another (git-fmt-merge-msg). */
export function mergeMessage(merged: Merged, into: string): Bytes {
  const from = merged.kind === "branch" ? `'${merged.name}'` : `'${merged.branch}' of ${merged.url}`;
  return bytesOf(`Merge branch ${from} into ${into}\n`);
}

/** The later of the parents' committer dates, `seconds zone`; the first parent's when both are of one second. */
export function mergeDate(ours: string, theirs: string): string {
  return secondsOf(theirs) > secondsOf(ours) ? theirs : ours;
}

function secondsOf(date: string): number {
  return Number(date.split(" ")[0]);
}
