// Waits for changes of a tree's queue or configuration on the disk, whoever makes them: an editor, git, another Longarm.
import { promises as fs } from "node:fs";
import type { Tree } from "./tree.ts";
import { CONFIG_FILE, SERIES_FILE } from "./tree.ts";

/** Milliseconds to wait for more after a change: one that writes a file makes several. */
const SETTLED = 5;

/**
 * Gives one value for every change or burst of changes: whether the configuration is among them. Changes made while the
 * taker works are kept for its next turn. Ends when `signal` aborts.
 */
export async function* treeChanges(
  tree: Tree,
  signal: AbortSignal,
): AsyncGenerator<{ readonly configuration: boolean }> {
  const changed = { queue: false, configuration: false };
  let waiting = Promise.withResolvers<void>();
  const listening = listen(tree, signal, (name) => {
    if (name === CONFIG_FILE) changed.configuration = true;
    else if (name === SERIES_FILE || /^(?:patches|resolutions)(?:\/|$)/.test(name)) changed.queue = true;
    else return;
    waiting.resolve();
  });
  // Awaited at every turn; until then a failure is not unhandled.
  listening.catch(() => undefined);
  for (;;) {
    if (!changed.queue && !changed.configuration) await Promise.race([waiting.promise, listening]);
    if (signal.aborted) return;
    await new Promise((resolve) => {
      setTimeout(resolve, SETTLED);
    });
    const { configuration } = changed;
    [changed.queue, changed.configuration] = [false, false];
    waiting = Promise.withResolvers();
    yield { configuration };
  }
}

/** Calls `tell` with the name of everything that changes below the tree, until `signal` aborts. */
async function listen(tree: Tree, signal: AbortSignal, tell: (name: string) => void): Promise<void> {
  try {
    for await (const { filename } of fs.watch(tree.dir, { recursive: true, signal }))
      if (filename !== null) tell(filename);
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
