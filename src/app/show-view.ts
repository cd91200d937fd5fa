// A patch as pages show it, a hundred times a minute: from the view alone, without a script or a build, and without a mail unless the
// caller has the time. What would take longer is left out, and said to be.
import type { BuildReport } from "./build.ts";
import type { Finding } from "#checks/lint";
import { levelsOf, runLints } from "#checks/lint";
import type { PatchResult } from "#model/branches";
import { bytesOf, UserError } from "#model/bytes";
import type { Bytes, Path } from "#model/bytes";
import { parseAddresses } from "#model/mail";
import type { PatchFile } from "#model/queue";
import { parsePatchFile, showName } from "#model/queue";
import { mailStamp, readPatchBytes } from "#io/store";
import { parseCommitId } from "#io/git";
import type { AskedPatches } from "./asked.ts";
import { askedAmong } from "./asked.ts";
import type { BaseAdvice } from "./below.ts";
import { baseAdvices } from "./below.ts";
import type { PatchVersion } from "./patch-versions.ts";
import { patchVersions } from "./patch-versions.ts";
import { missingAtHand } from "./promote.ts";
import type { KnownPatch } from "./rows.ts";
import type { Lacking, ShownPatch } from "./show.ts";
import { lackingIn, shownPatch } from "./show.ts";
import { openSource } from "./source.ts";
import type { TreeView } from "./view.ts";
import type { World } from "./world.ts";

/** The patches of a view that `text` means. Throws UserError with similar names when there is none. */
export async function askedInView(view: TreeView, text: string): Promise<AskedPatches> {
  return await askedAmong(view, text);
}

/** One patch of a view; with the revisions `posted`, for who has asked for them. */
export async function showInView(
  world: World,
  view: TreeView,
  known: KnownPatch,
  posted: ShownPatch["posted"] = null,
): Promise<ShownPatch> {
  const { tree, events } = view;
  return await shownPatch(view, known, {
    async lacking(queued): Promise<Lacking | null> {
      const missing = await missingAtHand(world, tree, events, queued);
      return missing === null ? null : { ...lackingIn(missing.found), doubts: missing.doubts };
    },
    posted: () => Promise.resolve(posted),
    base: async (patch) => (await advicesOf(view)).get(showName(patch)) ?? null,
  });
}

const ADVICES = new WeakMap<TreeView, Promise<ReadonlyMap<string, BaseAdvice>>>();

/** What to make next revisions on, asked of git once for a view. */
function advicesOf(view: TreeView): Promise<ReadonlyMap<string, BaseAdvice>> {
  const known = ADVICES.get(view) ?? baseAdvices(view.tree, view.events);
  ADVICES.set(view, known);
  return known;
}

/** Patches whose versions are kept at hand, so that comparing the next two of them reads nothing. */
const MAX_KEPT = 50;

const VERSIONS = new WeakMap<TreeView, Map<string, Promise<readonly PatchVersion[]>>>();

/** The versions of a patch, as {@link patchVersions} finds them; the mails are those that the index knows now. */
export async function versionsInView(
  world: World,
  view: TreeView,
  known: KnownPatch,
): Promise<readonly PatchVersion[]> {
  const kept = VERSIONS.get(view) ?? new Map<string, Promise<readonly PatchVersion[]>>();
  VERSIONS.set(view, kept);
  const key = `${mailStamp(view.tree.dir)} ${known.row.name}`;
  const before = kept.get(key);
  if (before !== undefined) return await before;
  const finding = findVersions(world, view, known);
  kept.set(key, finding);
  // What failed is tried again by whoever asks next.
  finding.catch(() => kept.delete(key));
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
  return await finding;
}

async function findVersions(world: World, view: TreeView, known: KnownPatch): Promise<readonly PatchVersion[]> {
  const text = known.queued === null ? (await showInView(world, view, known)).text : null;
  return await patchVersions(world, view.tree, view.events, known, text === null ? null : bytesOf(text));
}

/** The findings of the lints that look at nothing but the patch and its last build. */
export function lintInView(view: TreeView, { row, queued }: KnownPatch, file: PatchFile): readonly Finding[] {
  const { tree } = view;
  const branch = tree.config.branches.find(({ name }) => name === row.branch);
  if (queued === null || branch === undefined || file.mergeOf.length > 0) return [];
  const result = view.built().get(showName(queued.name));
  const signer = tree.config.patches.signOff ? (parseAddresses(tree.config.maintainer)[0] ?? null) : null;
  const facts = {
    name: queued.name,
    branch: branch.name,
    file,
    signer,
    fixes: [],
    placement: result === undefined ? null : placementOf(result, tree.config.fuzz),
    twins: [],
    commits: new Map(),
    people: null,
    style: null,
  };
  return runLints(facts, levelsOf(tree.config.lint, branch.lint));
}

function placementOf(
  { outcome, files }: PatchResult,
  limit: number,
): NonNullable<Parameters<typeof runLints>[0]["placement"]> {
  const hunks = files.flatMap((file) => [...file.hunks]);
  const fuzz = Math.max(0, ...hunks.map((hunk) => (hunk.kind === "applied" ? hunk.fuzz : 0)));
  return { outcome, fuzz, fuzzNeeded: null, limit };
}

/** The patch file of a queued patch; null for one that left. */
export function patchFileInView({ tree }: TreeView, { queued }: KnownPatch): PatchFile | null {
  return queued === null ? null : parsePatchFile(readPatchBytes(tree, queued.name));
}

/** A file as the last build has it behind a patch; null when there is no such commit or file, or no source repository at hand. */
export async function builtFile(view: TreeView, name: string, path: Path): Promise<Bytes | null> {
  const commit = parseCommitId((await view.commits()).now.get(name) ?? "");
  if (commit === null) return null;
  try {
    await using source = await openSource(view.tree);
    return await source.readFile(commit, path);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The check of a view's queue, unless it takes longer than `patience` milliseconds: then null, and it goes on. */
export async function checkInView(view: TreeView, patience: number): Promise<BuildReport | null> {
  const late = new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), patience);
  });
  return await Promise.race([view.check(), late]);
}
