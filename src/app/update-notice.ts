// What the one notice of an update says, in words that stand for themselves in any tree's template.
import type { BranchName } from "#model/queue";
import { showName } from "#model/queue";
import type { announceUpdated } from "./announce.ts";
import type { UpdatedPatch } from "./update-versions.ts";

/** What {@link announceUpdated} tells of an update; `from` and `to` are revisions as they are shown. */
export function updateNotice(
  patches: readonly UpdatedPatch[],
  title: string,
  branch: BranchName,
  from: string,
  to: string,
): Parameters<typeof announceUpdated>[2] {
  const gone = patches.filter(({ change }) => change === "gone");
  return {
    branch,
    title,
    note: [
      `This is ${to}; ${from} was queued before.`,
      ...gone.map((one) => `Not in it any more: ${showName(one.name)}, ${one.title}.`),
    ].join("\n"),
    patches: patches
      .filter(({ change }) => change !== "gone")
      .map(({ name, change, carried, lost }) => ({
        name,
        note: [CHANGES[change], ...tagsSaid(carried, lost)].join("; "),
        // Whose tag was lost has to look again.
        also: lost.map((tag) => tag.replace(/^[^:]*: */, "")),
      })),
  };
}

function tagsSaid(carried: readonly string[], lost: readonly string[]): string[] {
  return [
    ...(carried.length === 0 ? [] : [`${carried.length} ${carried.length === 1 ? "tag" : "tags"} carried over`]),
    ...(lost.length === 0 ? [] : [`lost: ${lost.join(", ")}`]),
  ];
}

const CHANGES: Readonly<Record<UpdatedPatch["change"], string>> = {
  same: "unchanged",
  rebased: "the same on other lines",
  log: "description changed",
  diff: "changed",
  both: "change and description changed",
  new: "new",
  gone: "gone",
};
