// `list`: the queue branch by branch, or what of it a filter lets through, with patches that left where it asks for them.
import { isKnownState, matches, parseFilter, wantsGone, FILTER_KEYS, STANDARD_REASONS, STATES } from "#model/answers";
import type { Filter, PatchRow } from "#model/answers";
import { UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import type { Tree } from "#io/store";
import { readLedger } from "#io/store";
import { branchNamed } from "./change.ts";
import { everyPatch } from "./rows.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface ListRequest {
  /** Only this branch. */
  readonly branch: string | null;
  /** Filter words, docs/formats/answers.md. */
  readonly words: readonly string[];
}

export interface ListedBranch {
  readonly name: string;
  readonly start: string;
  /** Those of the queue in its order, then those that left, newest first. */
  readonly patches: readonly PatchRow[];
}

/** The queue by branch; without a filter with its empty branches. Throws UserError for a word that is no filter. */
export async function list(world: World, { branch, words }: ListRequest): Promise<ListedBranch[]> {
  return withTree(world, async (tree) => {
    const only = branch === null ? null : branchNamed(tree, branch);
    const filter = filterOf(tree, words);
    const rows = everyPatch(tree, readLedger(tree))
      .map(({ row }) => row)
      .filter((row) => matches(row, filter, world.now().getTime()));
    const starts = new Map<string, string>(tree.config.branches.map(({ name, start }) => [name, start ?? "base"]));
    // A patch may have left from a branch that the tree has no more.
    const names = [...new Set([...starts.keys(), ...rows.map((row) => row.branch)])];
    return names
      .filter((name) => only === null || name === only)
      .map((name) => ({
        name,
        start: starts.get(name) ?? "nowhere",
        patches: rows.filter((row) => row.branch === name),
      }))
      .filter(({ patches }) => patches.length > 0 || words.length === 0);
  });
}

/** The filter that words make in this tree; `ledger` is what was read of it before. Throws UserError for a word that is no filter. */
export function filterOf(tree: Tree, words: readonly string[], ledger: readonly LedgerEvent[] | null = null): Filter {
  const { filter, problems } = parseFilter(words);
  const [problem] = problems;
  if (problem !== undefined) {
    throw new UserError(problem, {
      hint: `filters: ${FILTER_KEYS.map((key) => `${key}:`).join(" ")}, each with "not:" before it, and bare words`,
    });
  }
  const reasons = Object.keys(tree.config.notices?.reasons ?? {});
  const events = wantsGone(filter) ? (ledger ?? readLedger(tree)) : [];
  const given = new Set([...reasons, ...events.flatMap((event) => (event.kind === "dropped" ? [event.reason] : []))]);
  const wrong = filter.find(({ key, value }) => key === "state" && !isKnownState(value) && !given.has(value));
  if (wrong !== undefined) {
    throw new UserError(`no state "${wrong.value}"`, {
      hint: `states: ${[...STATES, ...new Set([...STANDARD_REASONS.keys(), ...given])].join(", ")}`,
    });
  }
  return filter;
}
