// The refs that tell what lies below each queued posting, so that its next revision can be made on it: names and patches only.
import type { PatchState } from "#model/ledger";
import type { BranchName, PatchName } from "#model/queue";
import { showName } from "#model/queue";

/** All refs of this kind begin so; git finds `longarm/below/NAME` by itself. */
export const BELOW = "refs/longarm/below/";

/**
 * The name behind {@link BELOW} for a posting whose lowest patch has this file name: without `.patch`, and every byte that git
 * takes in no ref name (git check-ref-format), or that would make directories, as `%XX`. Different patches have different names.
 */
export function belowName(patch: PatchName): string {
  const stem = patch.replace(/\.(?:patch|diff)$/, "");
  // `%` itself too, so that the name can be read back; a dot where a rule forbids it.
  return stem
    .replace(/[^A-Za-z0-9_+=,.@!#$&'()-]|@(?=\{)/g, (found) => hex(found))
    .replace(/^\.|\.(?=\.)|\.$|\.(?=lock$)/g, hex)
    .replace(/^[-@]/, hex);
}

function hex(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`;
}

/** The lowest patch of each posting, by the posting's id; the patches are given lowest first. Patches that came by no mail are in none. */
export function lowestPatches(
  patches: readonly { readonly name: PatchName }[],
  states: ReadonlyMap<string, PatchState>,
): ReadonlyMap<string, PatchName> {
  const lowest = new Map<string, PatchName>();
  for (const { name } of patches) {
    const origin = states.get(showName(name))?.origin;
    if (origin?.kind === "mail" && !lowest.has(origin.posting)) lowest.set(origin.posting, name);
  }
  return lowest;
}

/** The patches as a build takes them: branch by branch in the order of the configuration. */
export function inBranchOrder<P extends { readonly branch: BranchName | null }>(
  patches: readonly P[],
  branches: readonly { readonly name: BranchName }[],
): P[] {
  const first = branches[0]?.name;
  return branches.flatMap(({ name }) => patches.filter(({ branch }) => (branch ?? first) === name));
}
