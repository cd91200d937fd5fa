// `add`: puts a posting, a patch file or a quilt directory into the queue, in one operation with its notices.
import { resolve } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import type { NoticeBase } from "#model/notices";
import type { BranchName, PatchName, Queue } from "#model/queue";
import { insertPatches, markMerges, namesOf, printSeries, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readIfThere, readQueue, SERIES_FILE } from "#io/store";
import { announceAdded } from "./announce.ts";
import type { Changed } from "./change.ts";
import { branchNamed, changeTree, whatOf } from "./change.ts";
import { coversOf } from "./cover-patch.ts";
import { guardPatches } from "./guard-patches.ts";
import type { LintReport } from "./lint.ts";
import { lintTree } from "./lint.ts";
import type { NewPatch } from "./new-patch.ts";
import { noticeBases } from "./notice-bases.ts";
import { readSource } from "./read-sources.ts";
import type { SourceContext } from "./source-context.ts";
import { originsOf } from "./source-context.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface AddRequest {
  /** Message-IDs, or paths of mails, archives, patch files and quilt directories. */
  readonly sources: readonly string[];
  /** Archives to look for Message-IDs in. */
  readonly from: readonly string[];
  /** Null for the tree's entry branch. */
  readonly branch: string | null;
  /** Take what is proposed for a posting that did not come in one piece, also where only a person can be sure. */
  readonly compose: boolean;
  readonly dryRun: boolean;
  /** Queue a patch although the guard refuses characters in it. */
  readonly allowControl: boolean;
  /** Fill the paragraphs of logs anew. */
  readonly refill: boolean;
}

export interface AddPlan {
  readonly branch: BranchName;
  readonly patches: readonly NewPatch[];
  /** What lint says of them; it keeps nothing out of the queue. Whether they apply is the build's to say. */
  readonly linted: LintReport;
  readonly change: TreeChange;
}

/** Queues what the sources hold. Throws UserError, and changes nothing, when one of them holds no usable patch. */
export async function add(world: World, request: AddRequest): Promise<Changed<AddPlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "add", request.dryRun, async () => planAdd(world, tree, request)),
  );
}

/** What adding would change; as {@link add}, which runs it under the lock. */
export async function planAdd(world: World, tree: Tree, request: AddRequest): Promise<AddPlan> {
  const { queue } = readQueue(tree);
  const branch = branchNamed(tree, request.branch ?? tree.config.entry);
  const taken = new Set<string>(namesOf(queue));
  const context: SourceContext = {
    world,
    tree,
    from: request.from,
    compose: request.compose ? "all" : tree.config.mail.compose,
    refill: request.refill,
    origins: originsOf(tree, taken),
  };
  const patches: NewPatch[] = [];
  for (const source of request.sources) {
    const found = await readSource(context, source, taken);
    for (const patch of found) {
      if (taken.has(patch.name)) {
        throw new UserError(`"${showName(patch.name)}" is in the queue already`, {
          hint: "drop it first, or rename the new patch",
        });
      }
      if (readIfThere(resolve(tree.dir, "patches", showName(patch.name))) !== null) {
        throw new UserError(`a file "patches/${showName(patch.name)}" is there, although the series does not name it`, {
          hint: "remove the file or add its line to the series",
        });
      }
      taken.add(patch.name);
      patches.push(patch);
    }
  }
  const order = tree.config.branches.map(({ name }) => name);
  const after = markMerges(
    insertPatches(
      queue,
      patches.map(({ name }) => name),
      branch,
      order,
    ),
    coversOf(patches),
  );
  guardPatches(world, tree, patches, request.allowControl);
  const files = new Map<Path, Bytes | null>(patches.map(({ name, bytes }) => [patchPath(name), bytes]));
  files.set(SERIES_FILE, printSeries(after));
  const linted = await lintTree(world, tree, {
    patches: new Set(patches.map(({ name }) => name)),
    series: after,
    instead: new Map(patches.map(({ name, bytes }) => [name, bytes])),
    placement: false,
    remember: false,
  });
  const bases = await noticeBases(world, tree, "added", patches, after);
  return { branch, patches, linted, change: changeOf(world, tree, branch, patches, after, files, bases) };
}

function changeOf(
  world: World,
  tree: Tree,
  branch: BranchName,
  patches: readonly NewPatch[],
  after: Queue,
  files: ReadonlyMap<Path, Bytes | null>,
  bases: ReadonlyMap<PatchName, NoticeBase>,
): TreeChange {
  const events: EventBody[] = patches.map(({ name, title, author, origin, tags }) => ({
    kind: "queued",
    patch: showName(name),
    branch,
    title,
    author,
    origin,
    tags,
  }));
  const announced = announceAdded(tree, world.now(), branch, patches, after, bases);
  return {
    summary: `queue: add ${whatOf(patches)} to ${branch}`,
    files,
    events: [...events, ...announced.events],
    notices: announced.notices,
  };
}
