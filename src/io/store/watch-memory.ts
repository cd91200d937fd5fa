// How far watched branches were looked at, and for which patches, in `.longarm/watched.json`: rebuildable, so damage to it means
// that everything is looked through again. What was found is in the ledger.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Upstream } from "#model/branches";
import { bytesOf, textOf } from "#model/bytes";
import { readIfThere } from "./disk.ts";

/** One watched branch. */
export interface WatchedLook {
  /** Commit id of its end when it was looked at, and of the tree's base then. */
  readonly tip: string;
  readonly base: string;
  /** Patches that were looked for and not found, by a word that changes with their diff. */
  readonly patches: readonly string[];
  /** What a person has to look at, by the same word; told again until the patch changes or is found. */
  readonly maybe: readonly { readonly patch: string; readonly commit: string | null; readonly upstream: Upstream }[];
}

export type WatchMemory = Readonly<Record<string, WatchedLook>>;

const NAME = "watched.json";
const FORMAT = 1;

export function readWatchMemory(privateDir: string): WatchMemory {
  const bytes = readIfThere(join(privateDir, NAME));
  if (bytes === null) return {};
  try {
    const memory = JSON.parse(textOf(bytes)) as { readonly format?: unknown; readonly branches?: WatchMemory };
    return memory.format === FORMAT ? (memory.branches ?? {}) : {};
  } catch {
    return {};
  }
}

/** Replaces the memory; a crash leaves the old one or the new one. */
export function writeWatchMemory(privateDir: string, branches: WatchMemory): void {
  const temporary = join(privateDir, `${NAME}.new`);
  writeFileSync(temporary, bytesOf(JSON.stringify({ format: FORMAT, branches })));
  renameSync(temporary, join(privateDir, NAME));
}
