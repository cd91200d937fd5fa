// Which commits a patch is or was: of the last build, of builds on other bases (`maps/`), and of others who have it.
import { join } from "node:path";
import { byteString, bytesOf, UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { parsePatchName, patchesOf, showName } from "#model/queue";
import { namesIn, readIfThere, readQueue } from "#io/store";
import type { Tree } from "#io/store";
import { lastBuildOf } from "./last-build.ts";
import { openSource } from "./source.ts";

export interface PatchCommits {
  /** Patch name to its commit in the last build; empty when the source repository is not at hand. */
  readonly now: ReadonlyMap<string, string>;
  /** Patch name to what its commit was on other bases, oldest first. */
  readonly before: ReadonlyMap<string, readonly string[]>;
}

/** Files of `maps/` that are read; a tree gets one with each new base. */
const MAX_MAPS = 2000;

/** The commits of all patches that the tree knows. */
export async function patchCommits(tree: Tree, events: readonly LedgerEvent[]): Promise<PatchCommits> {
  return { now: await builtCommits(tree, events), before: mappedCommits(tree) };
}

async function builtCommits(tree: Tree, events: readonly LedgerEvent[]): Promise<ReadonlyMap<string, string>> {
  if (!events.some(({ kind }) => kind === "built")) return new Map();
  try {
    await using source = await openSource(tree);
    const { commits } = await lastBuildOf(tree, source, events, patchesOf(readQueue(tree).queue), null);
    return new Map([...commits].map(([name, commit]) => [showName(name), commit]));
  } catch (error) {
    // A patch can be shown although the source repository is not at hand.
    if (error instanceof UserError) return new Map();
    throw error;
  }
}

function mappedCommits(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const dir = join(tree.dir, "maps");
  for (const file of namesIn(dir).slice(0, MAX_MAPS)) {
    const text = byteString(readIfThere(join(dir, file)) ?? bytesOf(""));
    for (const line of text.split("\n")) {
      const [, old, fresh, rest] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.+)$/.exec(line) ?? [];
      const name = rest === undefined ? null : parsePatchName(rest);
      if (old === undefined || fresh === undefined || name === null) continue;
      const before = found.get(showName(name)) ?? [];
      found.set(showName(name), [...new Set([...before, old, fresh])]);
    }
  }
  return found;
}
