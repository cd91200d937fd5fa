// `edit`: opens a patch in a work tree of its own, takes back what was changed in it, and makes sure that the patches above
// still apply; else the queue stays as it is and the work tree waits for another try.
import { pathOf, quotedPath, UserError } from "#model/bytes";
import { fileAt } from "#model/files";
import type { PatchName } from "#model/queue";
import { parsePatchFile, showName } from "#model/queue";
import type { OperationDone, PendingWork, Tree } from "#io/store";
import { readPatchBytes } from "#io/store";
import { changeTree } from "./change.ts";
import { findPatch } from "./look.ts";
import { planAnew } from "./plan-anew.ts";
import type { EditPlan } from "./plan-edit.ts";
import { pathsIn, planEdit } from "./plan-edit.ts";
import { filesAt, resultOf } from "./planned-files.ts";
import { treeChanged } from "./refresh.ts";
import { openSource } from "./source.ts";
import type { Work } from "./work-session.ts";
import { dirOf, endSession, filesOfSession, openSession, refuseWaiting, waitingSession, work } from "./work-session.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export type EditRequest =
  | {
      readonly action: "open";
      readonly patch: string;
      /** Files and directories to have in the work tree besides those of the patch. */
      readonly with: readonly string[];
      readonly how: Work;
      readonly keepGoing: boolean;
      readonly dryRun: boolean;
    }
  | { readonly action: "continue"; readonly keepGoing: boolean; readonly dryRun: boolean }
  | { readonly action: "abort" };

export type EditResult =
  /** The work tree is there, and somebody is to continue. */
  | { readonly kind: "waiting"; readonly name: PatchName; readonly dir: string }
  | { readonly kind: "unchanged"; readonly name: PatchName }
  /** Nothing was taken back; `exitCode` is that of the command, null for an abort. */
  | { readonly kind: "put back"; readonly name: PatchName; readonly exitCode: number | null }
  /** Patches above would break; the work tree stays. */
  | { readonly kind: "refused"; readonly plan: EditPlan; readonly dir: string }
  | { readonly kind: "edited"; readonly plan: EditPlan; readonly done: OperationDone | null };

/** Edits a patch. Throws UserError where there is none, where it does not apply, or where other work waits. */
export async function edit(world: World, request: EditRequest): Promise<EditResult> {
  return withTree(world, async (tree): Promise<EditResult> => {
    if (request.action === "abort") {
      const session = waitingSession(tree, "edit");
      endSession(tree, session);
      return { kind: "put back", name: session.patch as PatchName, exitCode: null };
    }
    const { keepGoing, dryRun } = request;
    if (request.action === "continue") {
      return await takeBack(world, tree, waitingSession(tree, "edit"), { keepGoing, dryRun });
    }
    const session = await begin(world, tree, request);
    const name = session.patch as PatchName;
    const worked = await work(world, tree, session, request.how);
    if (worked.kind === "waits") return { kind: "waiting", name, dir: dirOf(tree, session) };
    if (worked.kind === "failed") {
      endSession(tree, session);
      return { kind: "put back", name, exitCode: worked.exitCode };
    }
    try {
      return await takeBack(world, tree, session, { keepGoing, dryRun });
    } finally {
      // A dry run leaves nothing behind, however it ends.
      if (dryRun) endSession(tree, session);
    }
  });
}

async function begin(
  world: World,
  tree: Tree,
  request: EditRequest & { readonly action: "open" },
): Promise<PendingWork> {
  refuseWaiting(tree);
  await using source = await openSource(tree);
  const planned = await planAnew(world, tree, source);
  const { name, strip } = findPatch(planned.queue, request.patch);
  const result = resultOf(planned, name);
  if (result.outcome === "rejected") {
    const shown = showName(name);
    throw new UserError(`cannot edit "${shown}": it does not apply`, {
      hint: `see why with: longarm build --check; solve its conflicts with: longarm resolve ${shown}`,
      exitCode: 1,
    });
  }
  const patch = parsePatchFile(readPatchBytes(tree, name));
  if (patch.mergeOf.length > 0) {
    throw new UserError(`"${showName(name)}" is a cover letter and changes no file`, {
      hint: `change its text in patches/${showName(name)} and commit that, or edit one of its patches`,
    });
  }
  const more = request.with.map((path) => pathOf(path).replace(/^\.\/|\/+$/g, ""));
  const there = await filesAt(source, planned, result.tip, more);
  for (const path of more) {
    if (fileAt(there, path) !== null || there.base.get(path)?.kind === "directory") continue;
    throw new UserError(`no file ${quotedPath(path)} where "${showName(name)}" is`, {
      hint: "name a file or directory of the source by its path from the top",
    });
  }
  return await openSession(tree, source, planned, {
    kind: "edit",
    patch: name,
    paths: new Set([...pathsIn(patch, strip), ...more]),
    tip: result.tip,
    isEmpty: result.outcome === "empty",
    files: new Map(),
    conflicts: [],
  });
}

async function takeBack(
  world: World,
  tree: Tree,
  session: PendingWork,
  { keepGoing, dryRun }: { readonly keepGoing: boolean; readonly dryRun: boolean },
): Promise<EditResult> {
  const head = await tree.git.find("HEAD");
  const edited = await filesOfSession(tree, session);
  const plan = edited.size === 0 ? null : await planEdit(world, tree, session, edited);
  const name = session.patch as PatchName;
  if (plan === null) {
    if (!dryRun) endSession(tree, session);
    return { kind: "unchanged", name };
  }
  if (plan.broken.length > 0 && !keepGoing) return { kind: "refused", plan, dir: dirOf(tree, session) };
  if (dryRun) return { kind: "edited", plan, done: null };
  const { done } = await changeTree(world, tree, "edit", false, async () => {
    if ((await tree.git.find("HEAD")) === head) return plan;
    throw treeChanged("edit");
  });
  endSession(tree, session);
  return { kind: "edited", plan, done };
}
