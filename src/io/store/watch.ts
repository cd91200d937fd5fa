// Waits for changes of a tree's queue or configuration on the disk, whoever makes them: an editor, git, another Longarm.
// Directories are watched, not files: a file that is replaced by another of its name is a change, too.
import type { FSWatcher } from "node:fs";
import { readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { UserError } from "#model/bytes";
import { hasCode } from "./disk.ts";
import { CONFIG_FILE, SERIES_FILE } from "./tree.ts";

/** What changed since the last look. */
export interface TreeChanges {
  readonly configuration: boolean;
}

/** A watched tree; close it to end the watching. */
export interface TreeWatch extends Disposable {
  /** Waits for the next change or burst of changes; those made since the last call count. */
  next(): Promise<TreeChanges>;
}

/** Milliseconds to wait for more after a change: one that writes a file makes several. */
const SETTLED = 5;

/** Most directories that are watched; patches of a tree lie in one or in some tens. */
const MAX_DIRECTORIES = 1000;

/** Watches the tree at `dir` from now on. */
export function watchTree(dir: string): TreeWatch {
  const watchers = new Map<string, FSWatcher>();
  const changed = { queue: false, configuration: false };
  let waiting = Promise.withResolvers<void>();
  const note = (name: string): void => {
    if (name === CONFIG_FILE) changed.configuration = true;
    else if (name === SERIES_FILE || /^(?:patches|resolutions)(?:\/|$)/.test(name)) changed.queue = true;
    else return;
    waiting.resolve();
  };
  const follow = (below: string): void => {
    if (watchers.has(below) || watchers.size >= MAX_DIRECTORIES) return;
    try {
      const watcher = watch(join(dir, below), (_kind, name) =>
        note(below === "" ? (name ?? "") : `${below}/${name ?? ""}`),
      );
      // A directory that goes away ends its watch; its parent tells of that.
      watcher.on("error", () => undefined);
      watchers.set(below, watcher);
    } catch (error) {
      // What is not there needs no watch; without one that is needed, changes would be missed in silence.
      if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return;
      throw new UserError(`cannot watch "${join(dir, below)}" for changes`, {
        hint: "raise fs.inotify.max_user_watches and max_user_instances (sysctl), or check without --watch",
        cause: error,
      });
    }
  };
  // A directory that was replaced keeps its name and loses its watch: all but the top are watched anew.
  const followAll = (): void => {
    for (const [below, watcher] of watchers) {
      if (below === "") continue;
      watchers.delete(below);
      watcher.close();
    }
    follow("");
    for (const top of ["patches", "resolutions"]) {
      follow(top);
      for (const below of directoriesIn(join(dir, top))) follow(`${top}/${below}`);
    }
  };
  followAll();
  return {
    async next() {
      await waiting.promise;
      await new Promise((resolve) => {
        setTimeout(resolve, SETTLED);
      });
      const { configuration } = changed;
      [changed.queue, changed.configuration] = [false, false];
      waiting = Promise.withResolvers();
      followAll();
      return { configuration };
    },
    [Symbol.dispose]() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

function directoriesIn(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  } catch {
    return [];
  }
}
