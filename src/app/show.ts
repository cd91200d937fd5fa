// `show`: everything known about one patch, queued or gone: where it is and since when, which version, what it lacks, what was said.
import type { Asked, Arrival, Gone, LastBuilt, PatchRow, Stay } from "#model/answers";
import { isTaken, lastBuiltOf } from "#model/answers";
import type { Bytes } from "#model/bytes";
import { readableBytes, readablePath, textOf, UserError } from "#model/bytes";
import { patchId, patchworkHash, statOf } from "#model/diff";
import type { DatedTag, Check, Disabling, Hold, LedgerEvent, Note } from "#model/ledger";
import { storyOf } from "#model/ledger";
import type { PatchName, QueuedPatch } from "#model/queue";
import { parsePatchFile, parsePatchName, placedPatches, showName, typedName } from "#model/queue";
import type { PrivateNote, Tree } from "#io/store";
import { patchPath, readLedger, readPatchBytes, readPrivateNotes, readQueue } from "#io/store";
import { askedPatches } from "./asked.ts";
import type { BaseAdvice } from "./below.ts";
import { baseAdvice } from "./below.ts";
import { operationCommits } from "./operation-commits.ts";
import type { PatchCommits } from "./patch-commits.ts";
import { patchCommits } from "./patch-commits.ts";
import type { Considered } from "./promote.ts";
import { missingFrom } from "./promote.ts";
import type { PostedRevision } from "./revisions.ts";
import { revisionsOf } from "./revisions.ts";
import type { KnownPatch } from "./rows.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** Where a patch is looked at: an open tree, and what was read of it already. */
export interface ShownFrom {
  readonly tree: Tree;
  readonly events: readonly LedgerEvent[];
  /** Which commits the patches are or were. */
  commits(): Promise<PatchCommits>;
  /** 1-based places in the whole queue, by name. */
  places(): ReadonlyMap<string, number>;
}

/** The places of all patches of the queue as it is on the disk. */
export function placesIn(tree: Tree): ReadonlyMap<string, number> {
  return new Map(placedPatches(readQueue(tree).queue).map(({ name }, index) => [showName(name), index + 1]));
}

/** What takes long to find out; who shows many patches in a second answers it from what is at hand. */
export interface SlowAnswers {
  lacking(queued: QueuedPatch): Promise<Lacking | null>;
  /** All revisions of the series that has this mail. */
  posted(messageId: string): Promise<readonly PostedRevision[] | null>;
  base(patch: PatchName): Promise<BaseAdvice | null>;
}

/** What a patch lacks to move up. */
export interface Lacking {
  readonly to: string;
  /** Sentences without a subject: `has 1 of 2 reviews`. */
  readonly missing: readonly string[];
  /** Patches that have to come along and lack something. */
  readonly waitsFor: readonly string[];
  /** What could not be found out, so that more may be missing. */
  readonly doubts: readonly string[];
}

/** Everything known about one patch. The names are those of `show --json`, docs/formats/answers.md. */
export interface ShownPatch {
  readonly name: string;
  /** Names it had before. */
  readonly names: readonly string[];
  readonly queued: boolean;
  /** Where it is, or was last. */
  readonly branch: string;
  /** 1-based place in the whole queue; null when it left. */
  readonly position: number | null;
  readonly title: string;
  readonly author: string;
  readonly date: string | null;
  readonly description: string;
  readonly trailers: readonly { readonly key: string; readonly value: string }[];
  readonly files: readonly { readonly path: string; readonly insertions: number; readonly deletions: number }[];
  /** Null when its patch file is nowhere any more. */
  readonly patchId: string | null;
  readonly patchworkHash: string | null;
  /** When it was first queued, and when it came into its branch, UTC; null when it was put there by hand. */
  readonly since: string | null;
  readonly entered: string | null;
  readonly gone: Gone | null;
  /** Which version is in the queue now, and which were before. */
  readonly arrivals: readonly Arrival[];
  /** All revisions that were posted; null when the mail index does not know. */
  readonly posted: readonly PostedRevision[] | null;
  readonly stays: readonly Stay[];
  /** Its commit in the last build, and what it was on other bases. */
  readonly commit: string | null;
  readonly commitsBefore: readonly string[];
  /** What the last build says of it; null when none has been since it came into its branch, or when it left. */
  readonly lastBuilt: LastBuilt | null;
  readonly landings: readonly { readonly branch: string; readonly commit: string; readonly at: string }[];
  readonly disabled: boolean;
  readonly disabling: Disabling | null;
  readonly hold: Hold | null;
  readonly checks: readonly ({ readonly context: string } & Check)[];
  readonly tags: readonly (DatedTag & { readonly taken: boolean })[];
  readonly lost: readonly { readonly tag: string; readonly at: string }[];
  readonly notes: readonly Note[];
  readonly privateNotes: readonly Omit<PrivateNote, "patch">[];
  readonly notices: readonly { readonly notice: string; readonly messageId: string; readonly at: string }[];
  /** What is missing to move up; null when no branch takes patches from its branch, or it does not stand in one. */
  readonly lacking: Lacking | null;
  /** What to make the next revision of its posting on. */
  readonly base: BaseAdvice | null;
  readonly story: readonly LedgerEvent[];
  /** The patch file as it is, or was when it left; null when that is not to be had. */
  readonly text: string | null;
}

export type Shown =
  | { readonly kind: "one"; readonly by: Asked; readonly patch: ShownPatch }
  | { readonly kind: "several"; readonly by: Asked; readonly rows: readonly PatchRow[] };

/** The patch of that file name, Message-ID, commit or subject, or the patches when several are meant. Throws UserError for none. */
export async function show(world: World, asked: string): Promise<Shown> {
  return withTree(world, async (tree) => {
    const events = readLedger(tree);
    const { by, patches } = await askedPatches(tree, events, asked);
    const [only, ...others] = patches;
    if (only === undefined || others.length > 0) return { kind: "several", by, rows: patches.map(({ row }) => row) };
    const from = { tree, events, commits: () => patchCommits(tree, events), places: () => placesIn(tree) };
    const answers: SlowAnswers = {
      lacking: (queued) => lackingOf(world, tree, queued),
      posted: (messageId) => revisionsOf(world, tree, messageId),
      base: (patch) => baseAdvice(tree, events, patch),
    };
    return { kind: "one", by, patch: await shownPatch(from, only, answers) };
  });
}

/** One patch, by everything that is known of it; what takes long is asked of `answers`. */
export async function shownPatch(
  from: ShownFrom,
  { row, life, queued }: KnownPatch,
  answers: SlowAnswers,
): Promise<ShownPatch> {
  const { tree, events } = from;
  const bytes = await patchBytes(tree, { life, queued });
  const file = bytes === null ? null : parsePatchFile(bytes);
  const { name, branch, since, entered, disabled, gone } = row;
  const { hold, disabling } = row;
  const origin = life.state.origin;
  const names = new Set([name, ...life.names]);
  const commits = await from.commits();
  const commit = commits.now.get(name) ?? null;
  const before = [...names].flatMap((one) => commits.before.get(one) ?? []);
  return {
    name,
    names: life.names,
    queued: queued !== null,
    branch,
    position: queued === null ? null : (from.places().get(showName(queued.name)) ?? null),
    title: row.title,
    author: row.author,
    date: file?.date ? readableBytes(file.date.text) : null,
    description: file === null ? "" : textOf(file.description),
    trailers: (file?.trailers ?? []).map(({ key, value }) => ({
      key: readableBytes(key),
      value: readableBytes(value),
    })),
    files:
      file === null
        ? []
        : statOf(file.diff, queued?.strip ?? 1).map((one) => ({ ...one, path: readablePath(one.path) })),
    patchId: file === null ? null : patchId(file.diff),
    patchworkHash: file === null ? null : patchworkHash(file.diff),
    since,
    entered,
    gone,
    arrivals: life.arrivals,
    posted: origin?.kind === "mail" ? await answers.posted(origin.messageId) : null,
    stays: life.stays,
    commit,
    commitsBefore: [...new Set(before)].filter((one) => one !== commit),
    lastBuilt: queued === null ? null : lastBuiltOf(events, names, branch),
    landings: life.landings,
    disabled,
    disabling,
    hold,
    checks: [...life.state.checks].map(([context, check]) => ({ context, ...check })),
    tags: life.state.tags.map((tag) => ({ ...tag, taken: isTaken(tag) })),
    // An update may tell of the same tag among its tags, with more.
    lost: life.lost.filter(({ tag }) => !life.state.tags.some((known) => known.tag === tag)),
    notes: life.state.notes,
    privateNotes: readPrivateNotes(tree.privateDir)
      .filter(({ patch }) => names.has(patch))
      .map(({ at, by, text }) => ({ at, by, text })),
    notices: life.notices,
    lacking: queued?.kind === "patch" ? await answers.lacking(queued) : null,
    base: queued === null ? null : await answers.base(queued.name),
    story: storyOf(events, name),
    text: bytes === null ? null : textOf(bytes),
  };
}

async function lackingOf(world: World, tree: Tree, queued: QueuedPatch): Promise<Lacking | null> {
  const doubts: string[] = [];
  try {
    const found = await missingFrom({ ...world, tell: (sentence) => doubts.push(sentence) }, tree, queued);
    return found === null ? null : { ...lackingIn(found), doubts };
  } catch (error) {
    // The mail index or the source repository may be away; the rest can be shown.
    if (!(error instanceof UserError)) throw error;
    return { to: "", missing: [], waitsFor: [], doubts: [error.message] };
  }
}

/** What was found missing, in words. */
export function lackingIn({ to, missing, waitsFor }: Considered): Omit<Lacking, "doubts"> {
  return { to, missing: missing.map(({ message }) => message), waitsFor: waitsFor.map(showName) };
}

/** The patch file as it is, or as it was when the patch left; null when that is not to be had. */
export async function patchBytes(
  tree: Tree,
  { life, queued }: Pick<KnownPatch, "life" | "queued">,
): Promise<Bytes | null> {
  return queued === null ? await bytesBefore(tree, life.name, life.gone) : readPatchBytes(tree, queued.name);
}

/** The patch file as it was before the operation that dropped it, from the tree's history; null when that was rewritten. */
async function bytesBefore(tree: Tree, shown: string, gone: Gone | null): Promise<Bytes | null> {
  const name = parsePatchName(typedName(shown));
  if (name === null || gone === null) return null;
  const parent = (await operationCommits(tree)).get(gone.op)?.parent;
  return parent === undefined ? null : await tree.git.readFile(parent, patchPath(name));
}
