// Whether what a patch does is already in the files: its hunks can be taken back exactly, and cannot be applied once more.
// It looks at content only; commits are upstream.ts's evidence.
import type { Bytes } from "#model/bytes";
import type { Diff, FileDiff } from "#model/diff";
import { pathsOf } from "#model/diff";
import type { Files, PushOutcome } from "#model/files";
import { fileAt, pushPatch } from "#model/files";
import type { PatchName } from "#model/queue";

/** One way to write a patch's change: the patch file, or the patch as it applied. */
export interface PatchForm {
  readonly diff: Diff;
  readonly strip: number;
  readonly reverse: boolean;
}

/** How much of a patch's change the files have. */
export interface Presence {
  /** `there`: all of it; `not there`: it applies exactly; `unclear`: neither, or both. */
  readonly kind: "there" | "not there" | "unclear";
  /** Whether its hunks say enough for their presence to be no accident. */
  readonly telling: boolean;
  /** How that was found out, where it was not by taking its hunks back. */
  readonly how: string | null;
  /** Hunks that are there, of those of the form that found the most. */
  readonly hunks: { readonly there: number; readonly all: number };
}

/** A hunk with less context than this fits by accident. */
const MIN_CONTEXT = 2;

/**
 * What of the patches' changes is in `files`, a commit's files with every path the patches may touch.
 * It goes through the queue from its end and takes back what is there, so that a patch is also found below a later one that
 * changed the same lines. Of patches that are not `suspected` to be upstream for another reason it says no more than whether
 * they are there.
 */
export function presenceOf(
  files: Files,
  patches: readonly { readonly name: PatchName; readonly forms: readonly PatchForm[] }[],
  suspected: ReadonlySet<PatchName>,
): ReadonlyMap<PatchName, Presence> {
  const found = new Map<PatchName, Presence>();
  let now = files;
  for (const { name, forms } of patches.toReversed()) {
    let [isBack, isForward] = [false, false];
    let hunks = { there: 0, all: 0 };
    for (const { diff, strip, reverse } of forms) {
      if (diff.files.length === 0) continue;
      if (!suspected.has(name) && !mayBeThere(now, { diff, strip, reverse })) continue;
      const back = pushPatch(now, diff, { strip, reverse: !reverse, fuzz: 0 });
      // Most patches of a queue are nowhere upstream; one look is enough for them.
      if (back.outcome.kind !== "applied" && !suspected.has(name)) continue;
      const forward = pushPatch(now, diff, { strip, reverse, fuzz: 0 });
      isForward ||= forward.outcome.kind === "applied";
      const counted = hunksOf(back.outcome);
      if (hunks.all === 0 || counted.there > hunks.there) hunks = counted;
      // A patch in two forms is taken back once.
      if (isBack || back.outcome.kind !== "applied") continue;
      isBack = true;
      if (forward.outcome.kind !== "applied") now = back.files;
    }
    const kind = isBack === isForward ? "unclear" : isBack ? "there" : "not there";
    found.set(name, { kind, telling: forms.some(({ diff }) => isTelling(diff)), how: null, hunks });
  }
  return found;
}

/** False where a line that the patch adds is in none of the files it names: taking it back would fail, and slowly. */
function mayBeThere(files: Files, { diff, strip, reverse }: PatchForm): boolean {
  return diff.files.every((file) => {
    const line = longestLine(file, reverse ? "delete" : "insert");
    if (line === null) return true;
    return pathsOf(file, strip).some((path) => {
      const bytes = fileAt(files, path)?.lines.bytes;
      return bytes !== undefined && asBuffer(bytes).includes(asBuffer(line));
    });
  });
}

function asBuffer({ buffer, byteOffset, length }: Bytes): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

function longestLine({ hunks }: FileDiff, kind: "insert" | "delete"): Bytes | null {
  let longest: Bytes | null = null;
  for (const { body, lines } of hunks) {
    for (const line of lines) {
      if (line.kind === kind && line.end - line.start > (longest?.length ?? 0))
        longest = body.subarray(line.start, line.end);
    }
  }
  return longest;
}

function hunksOf({ files }: PushOutcome): Presence["hunks"] {
  const hunks = files.flatMap((file) => file.hunks);
  return { there: hunks.filter(({ kind }) => kind === "applied").length, all: hunks.length };
}

/**
 * Hunks without context fit in many places, a file that is gone may have been renamed, and a binary change without data
 * says nothing of its content.
 */
function isTelling(diff: Diff): boolean {
  if (diff.files.every(({ change }) => change === "delete")) return false;
  return diff.files.every(
    ({ change, binary, hunks }) =>
      (binary === null || binary.forward !== null) &&
      (change === "create" ||
        change === "delete" ||
        hunks.every((hunk) => hunk.leading + hunk.trailing >= MIN_CONTEXT)),
  );
}
