// Looks for the patches of a queue among the commits between an old base and a new one, and in the new base's files.
// It gathers the evidence with a handful of git processes, however many patches there are; model/branches judges it.
import { byteString, bytesOf } from "#model/bytes";
import type { ByteString, Path } from "#model/bytes";
import type { Evidence, EvidenceKind, Presence, Upstream } from "#model/branches";
import {
  clueIndexOf,
  cluesInLog,
  diffOfChanges,
  judgeUpstream,
  makeReverts,
  messageIdsIn,
  presenceOf,
  touchedPaths,
} from "#model/branches";
import { parseDiff, patchId, patchworkHash } from "#model/diff";
import type { Diff } from "#model/diff";
import type { FileChange, Files } from "#model/files";
import type { LedgerEvent } from "#model/ledger";
import type { PatchFile, PatchName, QueuedPatch } from "#model/queue";
import { showName } from "#model/queue";
import type { CommitId, DiffAlgorithm, Git } from "#io/git";
import type { LastBuild } from "./last-build.ts";

/** Where to look, and for what. */
export interface UpstreamRequest {
  readonly from: CommitId;
  readonly to: CommitId;
  readonly queue: readonly QueuedPatch[];
  readonly patches: ReadonlyMap<PatchName, PatchFile>;
  /** What each patch changed where it applied on the old base. */
  readonly applied: ReadonlyMap<PatchName, { readonly changes: readonly FileChange[]; readonly fuzzy: boolean }>;
  /** Files of the new base, with every path that the patches touch. */
  readonly files: Files;
  readonly events: readonly LedgerEvent[];
}

/** How far it was looked, for people who find nothing. */
export interface Searched {
  /** Where the commits begin that were looked at; null when the bases have no common history. */
  readonly mergeBase: CommitId | null;
  readonly commits: number;
  /** False when there are more commits, or more diffs to compare, than the limits allow. */
  readonly complete: boolean;
  /** Commits whose diffs were compared. */
  readonly diffs: number;
  /** `asked`, or why git range-diff was not. */
  readonly rangeDiff: string;
}

export interface UpstreamSearch {
  readonly searched: Omit<Searched, "rangeDiff">;
  readonly found: ReadonlyMap<PatchName, Upstream>;
  /**
   * Looks closer at patches in doubt, once: diffs made by other algorithms, the patches as they applied on the old base,
   * and `git range-diff`; gives everything found then. `vanished` are patches of which a merge with the new base left nothing.
   */
  lookCloser(
    patches: readonly PatchName[],
    vanished: ReadonlySet<PatchName>,
    build: LastBuild,
  ): Promise<{ readonly answer: string; readonly found: ReadonlyMap<PatchName, Upstream> }>;
}

/** Newest commits of the range whose logs and names are read: six kernel releases. */
const MAX_RANGE_COMMITS = 100_000;
/** Commits whose diffs are compared; those that touch exactly files of one patch. */
const MAX_COMPARED_COMMITS = 20_000;
/** Commits on both sides of `git range-diff`, which compares each with each. */
const MAX_RANGE_DIFF_COMMITS = 600;
/** Commits kept as evidence of one kind for one patch, the newest. */
const MAX_EVIDENCE = 4;

/** Git's own choice is tried on all commits, these on those of patches in doubt. */
const OTHER_ALGORITHMS: readonly DiffAlgorithm[] = ["histogram", "patience", "minimal"];

/** What was gathered of each patch; the judgement waits until all reverts are known. */
type Gathered = Map<
  PatchName,
  { readonly kind: EvidenceKind; readonly commit: CommitId; readonly how: string | null }[]
>;

export async function findUpstream(source: Git, request: UpstreamRequest): Promise<UpstreamSearch> {
  const { from, to, queue, files } = request;
  const mergeBase = await source.mergeBase(from, to);
  const sought = soughtPatches(request);
  const index = clueIndexOf(sought);
  const wanted = new Set(sought.flatMap(({ paths }) => [...paths]));
  const gathered: Gathered = new Map();
  const reverts = makeReverts();
  const touching: { readonly id: CommitId; readonly paths: readonly Path[] }[] = [];
  const compared = new Map<CommitId, readonly PatchName[]>();
  let commits = 0;
  for await (const { body, id, ...commit } of source.commitsInRange(to, mergeBase, MAX_RANGE_COMMITS + 1)) {
    commits += 1;
    if (commits > MAX_RANGE_COMMITS) break;
    const clues = cluesInLog(body);
    reverts.add(id, clues.reverts);
    const seen = { ...commit, messageIds: clues.messageIds };
    for (const { patch, kind } of index.hits(seen)) note(gathered, patch, kind, id, null);
    const paths = commit.paths.filter((path) => wanted.has(path));
    if (paths.length > 0) touching.push({ id, paths });
    const same = index.sameFiles(seen);
    if (same.length > 0) compared.set(id, same);
  }
  const limited = new Map([...compared].slice(0, MAX_COMPARED_COMMITS));
  const seenIds: SeenIds = new Map();
  await readIds(source, [...limited.keys()], "myers", seenIds);
  matchIds(seenIds, limited, (name) => request.patches.get(name)?.diff, "patch file", gathered);
  const presence = presenceOf(files, formsOf(request), new Set(gathered.keys()));
  const judge = (vanished: ReadonlySet<PatchName>): ReadonlyMap<PatchName, Upstream> => {
    const found = new Map<PatchName, Upstream>();
    for (const { name } of queue) {
      const evidence = (gathered.get(name) ?? []).map((one): Evidence => ({
        ...one,
        revertedBy: reverts.revertedBy(one.commit),
      }));
      const seen = presence.get(name) ?? UNKNOWN;
      const isGone = seen.kind !== "there" && vanished.has(name);
      const verdict = judgeUpstream(evidence, isGone ? { ...seen, ...VANISHED } : seen);
      if (verdict !== null) found.set(name, verdict);
    }
    return found;
  };
  return {
    searched: {
      mergeBase,
      commits: Math.min(commits, MAX_RANGE_COMMITS),
      complete: commits <= MAX_RANGE_COMMITS && limited.size === compared.size,
      diffs: limited.size,
    },
    found: judge(new Set()),
    async lookCloser(patches, vanished, build) {
      await compareCloser(source, request, new Set(patches), limited, seenIds, gathered);
      const answer = await rangeDiff(source, request, mergeBase, patches, build, touching, gathered);
      return { answer, found: judge(vanished) };
    },
  };
}

/** What upstream made of the same lines is the very same. */
const VANISHED = { kind: "there", telling: true, how: "a three-way merge leaves nothing of it" } as const;
const UNKNOWN: Presence = { kind: "unclear", telling: false, how: null, hunks: { there: 0, all: 0 } };

function note(gathered: Gathered, patch: PatchName, kind: EvidenceKind, commit: CommitId, how: string | null): void {
  const list = gathered.get(patch) ?? [];
  const alike = list.filter((one) => one.kind === kind);
  if (alike.length >= MAX_EVIDENCE || alike.some((one) => one.commit === commit)) return;
  gathered.set(patch, [...list, { kind, commit, how }]);
}

function soughtPatches({ queue, patches, events }: UpstreamRequest): Parameters<typeof clueIndexOf>[0] {
  const origins = new Map<string, string>();
  for (const event of events) {
    if (event.kind !== "queued") continue;
    if (event.origin.kind === "mail") origins.set(event.patch, event.origin.messageId);
    else origins.delete(event.patch);
  }
  return queue.map((queued) => {
    const { name } = queued;
    const file = patches.get(name);
    const origin = origins.get(showName(name));
    const links = (file?.trailers ?? []).filter(({ key }) => /^(?:link|message-id)$/i.test(key));
    return {
      name,
      title: file?.title ?? null,
      author: file?.author ?? null,
      messageIds: [
        ...(origin === undefined ? [] : [byteString(bytesOf(origin))]),
        ...links.flatMap(({ value }): ByteString[] => messageIdsIn(value)),
      ],
      paths: touchedPaths([queued], patches),
    };
  });
}

/** The diffs of some commits, as ids that a patch may have too. */
type SeenIds = Map<CommitId, { readonly kind: EvidenceKind; readonly id: string; readonly algorithm: DiffAlgorithm }[]>;

async function readIds(
  source: Git,
  commits: readonly CommitId[],
  algorithm: DiffAlgorithm,
  seen: SeenIds,
): Promise<void> {
  for await (const { id: commit, diff } of source.diffsOfCommits(commits, algorithm)) {
    const parsed = parseDiff(diff);
    if (parsed.files.length === 0) continue;
    const list = seen.get(commit) ?? [];
    list.push({ kind: "patch-id", id: patchId(parsed), algorithm });
    list.push({ kind: "patchwork-hash", id: patchworkHash(parsed), algorithm });
    seen.set(commit, list);
  }
}

/** Notes which of the patches have the ids of commits in this form; patches and commits stand for each other by their files. */
function matchIds(
  seen: SeenIds,
  candidates: ReadonlyMap<CommitId, readonly PatchName[]>,
  diffOf: (name: PatchName) => Diff | undefined,
  form: string,
  gathered: Gathered,
): void {
  const own = new Map<PatchName, ReadonlySet<string>>();
  const idsOf = (name: PatchName): ReadonlySet<string> => {
    const diff = own.has(name) ? undefined : diffOf(name);
    const ids = own.get(name) ?? new Set(diff && diff.files.length > 0 ? [patchId(diff), patchworkHash(diff)] : []);
    own.set(name, ids);
    return ids;
  };
  for (const [commit, names] of candidates) {
    for (const { kind, id, algorithm } of seen.get(commit) ?? []) {
      for (const name of names) {
        if (idsOf(name).has(id)) note(gathered, name, kind, commit, `${algorithm}, ${form}`);
      }
    }
  }
}

/** Compares patches in doubt in every form with the commits on their files, diffed by every algorithm. */
async function compareCloser(
  source: Git,
  { patches, applied }: UpstreamRequest,
  doubtful: ReadonlySet<PatchName>,
  candidates: ReadonlyMap<CommitId, readonly PatchName[]>,
  seen: SeenIds,
  gathered: Gathered,
): Promise<void> {
  const open = new Map<CommitId, readonly PatchName[]>();
  for (const [commit, names] of candidates) {
    const asked = names.filter((name) => doubtful.has(name));
    if (asked.length > 0) open.set(commit, asked);
  }
  for (const algorithm of OTHER_ALGORITHMS) await readIds(source, [...open.keys()], algorithm, seen);
  matchIds(seen, open, (name) => patches.get(name)?.diff, "patch file", gathered);
  const asApplied = (name: PatchName): Diff | undefined => {
    const changes = applied.get(name)?.changes;
    return changes && diffOfChanges(changes);
  };
  matchIds(seen, open, asApplied, "as it applied", gathered);
}

/** A patch that needed fuzz has another context in its file than in the tree, so it is looked for as it applied too. */
function formsOf({ queue, patches, applied }: UpstreamRequest): Parameters<typeof presenceOf>[1] {
  return queue.map(({ name, strip, reverse }) => {
    const diff = patches.get(name)?.diff;
    const fuzzy = applied.get(name);
    const forms = diff === undefined ? [] : [{ diff, strip, reverse }];
    if (fuzzy?.fuzzy === true) forms.push({ diff: diffOfChanges(fuzzy.changes), strip: 1, reverse: false });
    return { name, forms };
  });
}

/** Asks `git range-diff` once for each topmost branch of the last build that holds one of the patches. */
async function rangeDiff(
  source: Git,
  { to, queue, patches: files }: UpstreamRequest,
  mergeBase: CommitId | null,
  patches: readonly PatchName[],
  build: LastBuild,
  touching: readonly { readonly id: CommitId; readonly paths: readonly Path[] }[],
  gathered: Gathered,
): Promise<string> {
  if (patches.length === 0) return "not asked: every patch applies or was recognised without it";
  if (mergeBase === null) return "not asked: the bases have no common history";
  const asked = new Set(patches);
  const pathsOf = (queued: QueuedPatch): ReadonlySet<Path> => touchedPaths([queued], files);
  const paths = new Set(queue.filter(({ name }) => asked.has(name)).flatMap((queued) => [...pathsOf(queued)]));
  // Git takes paths as arguments, which are UTF-8; a path that is not is left to the other evidence.
  const given = [...paths].filter((path) => isText(path));
  const made = touching.filter((commit) => commit.paths.some((path) => paths.has(path))).length;
  if (made === 0) return "not asked: no commit touches the files of the patches in question";
  const known = new Map([...build.commits].map(([name, commit]) => [commit, name]));
  const old = queue.filter(
    (queued) => build.commits.has(queued.name) && [...pathsOf(queued)].some((one) => paths.has(one)),
  );
  if (!old.some(({ name }) => asked.has(name))) return "not asked: no build holds the patches in question";
  if (made + old.length > MAX_RANGE_DIFF_COMMITS)
    return `not asked: ${old.length} patches and ${made} commits are more than ${MAX_RANGE_DIFF_COMMITS}`;
  const tips = build.branches.filter(
    ({ base, tip, name }) =>
      base !== tip && !build.branches.some((other) => other.name !== name && other.below.includes(name)),
  );
  for (const { base, tip } of tips) {
    if ((await source.find(tip)) === null || (await source.find(base)) === null)
      return "not asked: the last build is gone";
    const pairs = await source.rangeDiff({ from: base, to: tip }, { from: mergeBase, to }, given);
    if (pairs === null) return "asked, but git could not tell";
    for (const pair of pairs) {
      const patch = known.get(pair.old);
      if (patch !== undefined && asked.has(patch))
        note(gathered, patch, "range-diff", pair.new, pair.same ? "same" : null);
    }
  }
  return "asked";
}

function isText(path: Path): boolean {
  return !Buffer.from(path, "latin1").toString("utf8").includes("\uFFFD");
}
