// `lint`: what is wrong with queued patches before others see them. Gathers the facts that checks/lint judges, and tells what
// could not be found out. `add`, `promote` and `publish` ask here too.
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { Finding, Levels, LintedPatch } from "#checks/lint";
import { levelsOf, runLints } from "#checks/lint";
import { parseAddresses } from "#model/mail";
import type { BranchName, PatchFile, PatchName, QueuedPatch, Queue } from "#model/queue";
import { fixesIn, parsePatchFile, patchesOf, showName } from "#model/queue";
import type { Git } from "#io/git";
import type { Tree } from "#io/store";
import { readPatchBytes, readQueue } from "#io/store";
import { fixedCommits } from "./lint-commits.ts";
import { placementsOf } from "./lint-placement.ts";
import { runTreeScripts } from "./lint-scripts.ts";
import { twinsOf } from "./lint-twins.ts";
import { findPatch } from "./look.ts";
import { openSource } from "./source.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface LintRequest {
  /** Names as typed; empty for the whole queue. */
  readonly patches: readonly string[];
}

export interface LintReport {
  /** In the order of the series, of one patch in the order of the lints. */
  readonly findings: readonly Finding[];
  /** How many patches were looked at. */
  readonly patches: number;
  /** What could not be found out and why, a sentence each. */
  readonly notJudged: readonly string[];
}

/** What is to be linted, and as what. */
export interface LintTreeRequest {
  /** Null for the whole queue. */
  readonly patches: ReadonlySet<PatchName> | null;
  /** Branches whose levels count in place of that which a patch is in: where it would go. */
  readonly as?: ReadonlyMap<PatchName, BranchName>;
  /** The series, and bytes of patch files, in place of those on the disk. */
  readonly series?: Queue;
  readonly instead?: ReadonlyMap<PatchName, Bytes>;
  /** Whether to try how the patches apply, for which the queue is planned. */
  readonly placement: boolean;
  /** Whether to keep in `.longarm/` what scripts said, so that they need not run again. */
  readonly remember: boolean;
  /** Look for what has the level "error" only; facts that no such lint asks for are not gathered. */
  readonly errorsOnly?: boolean;
}

/** Lints patches of the queue; changes nothing of it. */
export async function lint(world: World, { patches: typed }: LintRequest): Promise<LintReport> {
  return withTree(world, async (tree) => {
    const queued = patchesOf(readQueue(tree).queue);
    const patches = typed.length === 0 ? null : new Set(typed.map((name) => findPatch(queued, name).name));
    return await lintTree(world, tree, { patches, placement: true, remember: true });
  });
}

/** Lints an open tree. Throws UserError for levels in its configuration that do not exist. */
export async function lintTree(world: World, tree: Tree, request: LintTreeRequest): Promise<LintReport> {
  const queue = patchesOf(request.series ?? readQueue(tree).queue);
  const first = tree.config.branches[0]?.name;
  const asked = queue.filter(({ name }) => request.patches?.has(name) ?? true);
  const levelsOfTree = (...own: readonly Readonly<Record<string, string>>[]): Levels => {
    const levels = levelsOf(tree.config.lint, ...own);
    if (request.errorsOnly !== true) return levels;
    return new Map([...levels].map(([name, level]) => [name, level === "error" ? level : "off"]));
  };
  const levels = new Map(tree.config.branches.map(({ name, lint: own }) => [name, levelsOfTree(own)]));
  const branchOf = ({ name, branch }: QueuedPatch): BranchName | undefined => request.as?.get(name) ?? branch ?? first;
  const levelsFor = (patch: QueuedPatch): Levels => {
    const branch = branchOf(patch);
    return (branch === undefined ? undefined : levels.get(branch)) ?? levelsOfTree();
  };
  const linted = new Set(asked.map(({ name }) => name));
  const files = new Map<PatchName, PatchFile>(
    queue.flatMap(({ name }) => {
      const bytes =
        request.instead?.get(name) ?? (linted.has(name) ? readPatchBytes(tree, name) : bytesOfOther(tree, name));
      return bytes === null ? [] : [[name, parsePatchFile(bytes)] as const];
    }),
  );
  const wants = (...names: readonly string[]): boolean =>
    asked.some((patch) => names.some((name) => isOn(levelsFor(patch), name)));

  await using source = await openSource(tree);
  world.progress(`linting ${asked.length} patches`);
  const notJudged: string[] = [];
  const facts = await gather(world, tree, source, { request, asked, queue, files, wants, notJudged });
  const findings = asked.flatMap((queued) => {
    const branch = branchOf(queued);
    const file = files.get(queued.name);
    // A cover letter changes nothing; what there is to say of it, its patches say.
    if (branch === undefined || file === undefined || file.mergeOf.length > 0) return [];
    return runLints({ ...facts(queued, branch), name: queued.name, branch, file }, levelsFor(queued));
  });
  return { findings, patches: asked.length, notJudged };
}

/** Of a patch that is only compared with; what is wrong with its file is not for now. */
function bytesOfOther(tree: Tree, name: PatchName): Bytes | null {
  try {
    return readPatchBytes(tree, name);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Whether a lint, or a type of its findings, is looked for. */
function isOn(levels: Levels, name: string): boolean {
  const typed = name.startsWith("checkpatch-");
  return [...levels].some(
    ([one, level]) => level !== "off" && (one === name || (typed && one.startsWith("checkpatch:"))),
  );
}

interface Gathering {
  readonly request: LintTreeRequest;
  readonly asked: readonly QueuedPatch[];
  readonly queue: readonly QueuedPatch[];
  readonly files: ReadonlyMap<PatchName, PatchFile>;
  /** Whether one of these lints is looked for. */
  readonly wants: (...names: readonly string[]) => boolean;
  readonly notJudged: string[];
}

type Facts = Omit<LintedPatch, "name" | "branch" | "file">;

async function gather(
  world: World,
  tree: Tree,
  source: Git,
  { request, asked, queue, files, wants, notJudged }: Gathering,
): Promise<(queued: QueuedPatch, branch: BranchName) => Facts> {
  const placements = request.placement ? await placementsOf(world, tree, source, request) : new Map();
  const twins = wants("duplicate") ? await twinsOf(tree, source, asked, queue, files) : new Map();
  const { commits, untold } = await fixedCommits(tree, source, asked, files);
  if (untold !== null) notJudged.push(untold);
  const scripts = await runTreeScripts(world, tree, source, {
    patches: asked.map(({ name }) => ({ name, bytes: files.get(name)?.source ?? null })),
    people: wants("missing-people"),
    style: wants("checkpatch-error", "checkpatch-warning", "checkpatch-check"),
    remember: request.remember,
  });
  notJudged.push(...scripts.notJudged);
  const fixes = fixesIn(queue.map(({ name }) => name));
  const folded = new Set(tree.config.branches.filter(({ enter }) => enter.folded).map(({ name }) => name));
  const signer = tree.config.patches.signOff ? (parseAddresses(tree.config.maintainer)[0] ?? null) : null;
  return ({ name }, branch) => ({
    signer,
    fixes: folded.has(branch) ? (fixes.get(name) ?? []).map(showName) : [],
    placement: placements.get(name) ?? null,
    twins: twins.get(name) ?? [],
    commits,
    people: scripts.people.get(name) ?? null,
    style: scripts.style.get(name) ?? null,
  });
}
