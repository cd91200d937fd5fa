// Hears of changes in directories, and asks again now and then, because not every file system tells.
// It does not say what changed.
import type { FSWatcher } from "node:fs";
import { watch } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { archiveLimits } from "./archive.ts";

/** `settled`: milliseconds to wait for more after a change. `directories`: most that are watched. */
const watchLimits = { settled: 10, directories: 1000 } as const;

/**
 * Yields after every burst of changes in one of the directories that `list` gives, and every `poll` milliseconds, until
 * `signal` aborts. What changes while the taker is busy counts. Directories that cannot be watched are only asked.
 */
export async function* watchPaths(
  list: () => readonly string[],
  signal: AbortSignal,
  poll: number = archiveLimits.poll,
): AsyncGenerator<void> {
  let watchers: FSWatcher[] = [];
  let changed = Promise.withResolvers<void>();
  const heard = (): void => changed.resolve();
  // All anew each time: a directory that was replaced keeps its name and loses its watch.
  const follow = (): void => {
    const old = watchers;
    watchers = list()
      .slice(0, watchLimits.directories)
      .flatMap((directory) => watchOne(directory, heard));
    for (const watcher of old) watcher.close();
  };
  signal.addEventListener("abort", heard);
  try {
    follow();
    while (!signal.aborted) {
      const asked = setTimeout(heard, poll);
      await changed.promise;
      clearTimeout(asked);
      if (signal.aborted) return;
      await wait(watchLimits.settled);
      changed = Promise.withResolvers();
      follow();
      yield;
    }
  } finally {
    signal.removeEventListener("abort", heard);
    for (const watcher of watchers) watcher.close();
  }
}

function watchOne(directory: string, heard: () => void): FSWatcher[] {
  try {
    const watcher = watch(directory, heard);
    // A directory that goes away ends its watch.
    watcher.on("error", () => undefined);
    return [watcher];
  } catch {
    return [];
  }
}
