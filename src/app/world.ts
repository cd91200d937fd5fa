// What operations need from the outside that is not one of the neighbours: the time, where presets are, who watches.
import type { Tree } from "#io/store";
import { openTree } from "#io/store";
import { finishBuild } from "./move-branches.ts";

/** Given by main.ts, and by tests with a fixed clock. */
export interface World {
  readonly now: () => Date;
  /** Names this very program; what another one remembered of its builds is not relied on. */
  readonly engine: string;
  /** Directory of the presets of this installation. */
  readonly presetsDir: string;
  /** Directory that relative paths are meant from, and in or above which the tree is: `-C`, else the current one. */
  readonly cwd: string;
  /** Who asks for what is done, `Name <address>`, where it is not whoever runs the program: somebody signed in over the web. */
  readonly person?: string | undefined;
  /**
   * Called under the tree's lock, before anything is planned or changed: throws when the tree is not what the person looked at who
   * said that it shall be done.
   */
  readonly unchanged?: (() => void) | undefined;
  /** Called at steps of long work; must not throw. */
  readonly progress: (step: string) => void;
  /** Called with what the person should know although it was not asked for, one sentence. */
  readonly tell: (sentence: string) => void;
  /** Called between the steps of what must survive a kill; tests count them and stop at one. */
  readonly step?: ((name: string) => void) | undefined;
}

/** Runs `work` on the tree that `world.cwd` is in and closes it; says what was mended after a crash. */
export async function withTree<T>(world: World, work: (tree: Tree) => Promise<T>): Promise<T> {
  await using tree = await openTree(world.cwd, world.presetsDir);
  // A build ends with an operation of its own; what became of the build tells it all.
  const mended = (await finishBuild(world, tree)) ?? tree.recovered;
  if (mended !== null) world.tell(mended);
  return await work(tree);
}
