// What a process that plans again and again remembers: parsed patches and base files, so that only what changed is done again.
// It is never written down, and nothing in it is trusted without a look at the file it came from.
import type { CommitId } from "#io/git";
import type { FileStamp, Tree } from "#io/store";
import { patchStamp, readPatchBytes } from "#io/store";
import { equalBytes } from "#model/bytes";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import { parsePatchFile } from "#model/queue";
import type { BaseReader } from "./read-base.ts";

export interface Memory {
  readonly patches: Map<PatchName, { readonly stamp: FileStamp; readonly file: PatchFile }>;
  readonly bases: Map<CommitId, BaseReader>;
  /** Committer dates. */
  readonly dates: Map<CommitId, string>;
}

export function makeMemory(): Memory {
  return { patches: new Map(), bases: new Map(), dates: new Map() };
}

/** The parsed patch files, from memory where the file is still the one that was parsed. */
export function* readPatchFiles(
  memory: Memory,
  tree: Tree,
  queue: readonly Pick<QueuedPatch, "name">[],
): Generator<readonly [PatchName, PatchFile]> {
  for (const { name } of queue) {
    const before = memory.patches.get(name);
    const stamp = patchStamp(tree, name);
    if (before !== undefined && stamp !== null && before.stamp.sure && stamp.text === before.stamp.text) {
      yield [name, before.file];
      continue;
    }
    const bytes = readPatchBytes(tree, name);
    // The same bytes stay the same value, by which everything made of it is known again.
    const same = before !== undefined && equalBytes(before.file.source, bytes);
    const file = same ? before.file : parsePatchFile(bytes);
    if (stamp !== null) memory.patches.set(name, { stamp, file });
    yield [name, file];
  }
}
