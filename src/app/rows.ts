// The rows of the queue, and of what left it: gathered once for `list`, `show` and whatever else looks for patches.
import { stretchesOf } from "#model/branches";
import { readableBytes, readablePath } from "#model/bytes";
import { emptyLife, isTaken, livesOf } from "#model/answers";
import type { Life, PatchRow } from "#model/answers";
import { statOf } from "#model/diff";
import type { LedgerEvent } from "#model/ledger";
import { printAddress } from "#model/mail";
import type { DisabledPatch, PatchFile, QueuedPatch } from "#model/queue";
import { parsePatchFile, placedPatches, showName } from "#model/queue";
import type { PrivateNote, Tree } from "#io/store";
import { readPatchBytes, readPrivateNotes, readQueue } from "#io/store";
import type { Memory } from "./memory.ts";
import { makeMemory, readPatchFiles } from "./memory.ts";

/** A patch of the queue or one that left, with everything that the ledger knows of it. */
export interface KnownPatch {
  readonly row: PatchRow;
  readonly life: Life;
  /** Its line of the series; null when it left. */
  readonly queued: QueuedPatch | DisabledPatch | null;
}

/**
 * All patches: those of the queue branch by branch in the order in which they are applied, then those that left, newest first.
 * `memory` is that of a process that asks again and again.
 */
export function everyPatch(tree: Tree, events: readonly LedgerEvent[], memory: Memory = makeMemory()): KnownPatch[] {
  const patches = placedPatches(readQueue(tree).queue);
  const files = new Map(readPatchFiles(memory, tree, patches));
  const lives = livesOf(events);
  const notes = readPrivateNotes(tree.privateDir);
  const stretches = stretchesOf(patches, tree.config.branches);
  const queued = tree.config.branches.flatMap(({ name: branch }) =>
    (stretches.get(branch) ?? []).map((one) => knownPatch(one, branch, files.get(one.name), lives, notes)),
  );
  const here = new Set(queued.map(({ row }) => row.name));
  const gone = [...lives.values()]
    .filter((life) => life.gone !== null && !here.has(life.name))
    .map((life): KnownPatch => ({ row: rowOf(life, notes), life, queued: null }));
  return [...queued, ...gone.toReversed()];
}

/** One patch of the queue; no other patch file is read. */
export function knownQueued(
  tree: Tree,
  events: readonly LedgerEvent[],
  queued: QueuedPatch | DisabledPatch,
): KnownPatch {
  const branch = queued.branch ?? tree.config.branches[0]?.name ?? "";
  const file = parsePatchFile(readPatchBytes(tree, queued.name));
  return knownPatch(queued, branch, file, livesOf(events), readPrivateNotes(tree.privateDir));
}

function knownPatch(
  queued: QueuedPatch | DisabledPatch,
  branch: string,
  file: PatchFile | undefined,
  lives: ReadonlyMap<string, Life>,
  notes: readonly PrivateNote[],
): KnownPatch {
  const name = showName(queued.name);
  const known = lives.get(name);
  // A patch that left and came back by hand is not the one that the ledger knows.
  const life = known === undefined || known.gone !== null ? emptyLife(name) : known;
  return { row: { ...rowOf(life, notes), ...fileFacts(file, queued), branch }, life, queued };
}

type FileFacts = Pick<PatchRow, "title" | "author" | "disabled" | "files" | "tags">;

/** What was found in a file that is still the same value; a reader that stays asks for a thousand at each change of one. */
const factsOf = new WeakMap<PatchFile, { readonly strip: number; readonly facts: Omit<FileFacts, "disabled"> }>();

function fileFacts(file: PatchFile | undefined, { kind, strip }: QueuedPatch | DisabledPatch): FileFacts {
  const disabled = kind === "disabled";
  if (file === undefined) return { title: "", author: "", disabled, files: [], tags: [] };
  const known = factsOf.get(file);
  if (known?.strip === strip) return { ...known.facts, disabled };
  const facts = {
    title: file.title ?? "",
    author: file.author ? printAddress(file.author) : "",
    files: statOf(file.diff, strip).map(({ path }) => readablePath(path)),
    tags: file.trailers
      .filter(({ key }) => /-by$/i.test(key))
      .map(({ key, value }) => `${readableBytes(key)}: ${readableBytes(value)}`),
  };
  factsOf.set(file, { strip, facts });
  return { ...facts, disabled };
}

/** What the ledger and the notes say. */
function rowOf(life: Life, notes: readonly PrivateNote[]): PatchRow {
  const { state, gone } = life;
  const { origin } = state;
  const names = new Set([life.name, ...life.names]);
  return {
    name: life.name,
    title: life.title,
    author: life.author,
    branch: life.stays.at(-1)?.branch ?? gone?.branch ?? "",
    revision: origin?.kind === "mail" ? origin.revision : null,
    since: state.queued,
    entered: state.entered,
    disabled: false,
    disabling: state.disabled,
    hold: state.hold,
    notes: state.notes.map(({ text }) => text),
    privateNotes: notes.filter(({ patch }) => names.has(patch)).map(({ text }) => text),
    files: [],
    tags: state.tags.filter(isTaken).map(({ tag }) => tag),
    checks: [...state.checks].map(([context, check]) => ({ context, state: check.state })),
    landed: life.landings.map(({ branch }) => branch),
    gone,
  };
}
