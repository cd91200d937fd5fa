// The rejected patches of a build as people look at them: each that fails by itself, with those that fail only because of it.
import { showName } from "#model/queue";
import type { Diagnosis } from "./diagnose.ts";
import type { PatchResult } from "./plan-build.ts";

/** What is looked at of a patch's result. */
type Result = Pick<PatchResult, "name" | "outcome" | "files">;

/** A rejected patch's diagnosis, and the patches that fail because of it. */
export interface RejectedGroup<R extends Result> {
  readonly diagnosis: Diagnosis | null;
  readonly others: { readonly result: R; readonly diagnosis: Diagnosis }[];
}

/** In the order of the queue. */
export function rejectedGroups<R extends Result>({
  results,
  diagnoses,
}: {
  readonly results: readonly R[];
  readonly diagnoses: readonly Diagnosis[];
}): ReadonlyMap<R, RejectedGroup<R>> {
  const byName = new Map(diagnoses.map((diagnosis) => [diagnosis.patch, diagnosis]));
  const groups = new Map<R, RejectedGroup<R>>();
  const groupOf = new Map<string, RejectedGroup<R>>();
  for (const result of results) {
    if (result.outcome !== "rejected") continue;
    const name = showName(result.name);
    const diagnosis = byName.get(name) ?? null;
    const cause = diagnosis?.because.map((other) => groupOf.get(other)).find((group) => group !== undefined);
    if (cause !== undefined && diagnosis !== null) {
      cause.others.push({ result, diagnosis });
      groupOf.set(name, cause);
      continue;
    }
    const group: RejectedGroup<R> = { diagnosis, others: [] };
    groups.set(result, group);
    groupOf.set(name, group);
  }
  return groups;
}

/** Whether every hunk of a patch has been applied by somebody else. */
export function isThereAlready({ files }: Result): boolean {
  const hunks = files.flatMap((file) => file.hunks);
  return (
    files.every(({ kind, hunks: own }) => kind === "rejected" && own.length > 0) &&
    hunks.length > 0 &&
    hunks.every((hunk) => hunk.kind === "rejected" && hunk.alreadyAt !== null)
  );
}
