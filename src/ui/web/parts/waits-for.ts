// What of a patch waits for somebody, in sentences without a subject: from the ledger's facts, nothing is looked up for it.
import type { PatchRow } from "#model/answers";
import type { TreeHealth } from "#app";

/** What waits, for whom. */
export interface Waiting {
  readonly patch: string;
  readonly what: string;
}

/** The states of these patches that do not end by themselves. */
export function waitingIn(rows: readonly PatchRow[], { branches }: TreeHealth): Waiting[] {
  const rejected = new Set(branches.flatMap((branch) => branch.rejected));
  return rows.flatMap((row): Waiting[] => {
    const { name: patch, hold, disabled, disabling, checks } = row;
    const failed = checks.filter(({ state }) => state === "fail").map(({ context }) => context);
    const pending = checks.filter(({ state }) => state === "pending").map(({ context }) => context);
    return [
      ...(rejected.has(patch) ? ["does not apply: the last build rejected it, a new revision is needed"] : []),
      ...(hold === null ? [] : [`is held ${holdEnd(hold)}: ${hold.reason}`]),
      ...(disabled ? [`is left out of the build${colon(disabling?.reason ?? null)}`] : []),
      ...(failed.length === 0 ? [] : [`failed ${failed.join(", ")}`]),
      ...(pending.length === 0 ? [] : [`waits for a result of ${pending.join(", ")}`]),
      ...row.notes.map((note) => `has a note: ${note}`),
    ].map((what) => ({ patch, what }));
  });
}

function colon(reason: string | null): string {
  return reason === null ? "" : `: ${reason}`;
}

function holdEnd({ until, tag, person }: NonNullable<PatchRow["hold"]>): string {
  const ends = [
    ...(until === null ? [] : [`until ${until}`]),
    ...(tag === null ? [] : [`until somebody gives it ${tag}`]),
    ...(person === null ? [] : [`until ${person} agrees`]),
  ];
  return ends.length === 0 ? "until the maintainer lets it go" : ends.join(", ");
}
