// The patch file that a person's changes in a work tree make of a patch: file changes that stay keep every byte, others get
// new hunks below the header they had, new ones are written in the style of the patch. Only text is written.
import type { Bytes, Path } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, noBytes } from "#model/bytes";
import type { Diff, FileDiff } from "#model/diff";
import { diffstat, equalLines, linesOf, parseDiff, printDiff, reverseFileDiff, targetOf } from "#model/diff";
import type { FileEntry, Files, PushSettings } from "#model/files";
import { fileAt } from "#model/files";
import type { HeaderStyle } from "./file-header.ts";
import { headerStyleOf, inGitStyle, printHeader, withIds, withSides } from "./file-header.ts";
import { hunkStyleOf, styledHunks } from "./hunk-style.ts";
import type { PatchFile } from "./patch-file.ts";

/** A patch, the files below and above it, and what somebody made of those above; null is a file that is gone. */
export interface PatchEdit {
  readonly patch: PatchFile;
  readonly settings: Pick<PushSettings, "strip" | "reverse">;
  readonly below: Files;
  readonly above: Files;
  readonly edited: ReadonlyMap<Path, FileEntry | null>;
}

export type EditedPatch =
  | { readonly kind: "edited"; readonly bytes: Bytes; readonly paths: readonly Path[] }
  | { readonly kind: "unchanged" }
  /** A sentence part that follows the file's name, and what to do. */
  | { readonly kind: "refused"; readonly path: Path | null; readonly reason: string; readonly hint: string };

/** Law: pushed onto `below` the new patch gives `above` with the edits. */
export function editPatch(edit: PatchEdit): EditedPatch {
  const { patch, settings, above, edited } = edit;
  const wanted = [...edited].filter(([path, entry]) => !sameEntry(fileAt(above, path), entry));
  if (wanted.length === 0) return { kind: "unchanged" };
  const { diff } = patch;
  const usual = headerStyleOf(diff.files, settings);
  // A plain header behind a change without hunks, of the mode alone or of an empty file, reads as part of that change.
  const isBare = ([path, entry]: readonly [Path, FileEntry | null]): boolean =>
    equalLines(fileAt(edit.below, path)?.lines ?? NO_LINES, entry?.lines ?? NO_LINES);
  const hasBare = wanted.some(isBare) || diff.files.some(({ hunks }) => hunks.length === 0);
  const hasPlain = diff.files.some(({ git }) => !git);
  const style = hasBare ? inGitStyle(usual, settings.strip) : usual;
  // By its place in the diff, what becomes of a file change; null for one that goes.
  const made = new Map<number, Made | null>();
  const added: Made[] = [];
  for (const [path, entry] of wanted) {
    const touching = touchingChanges(edit, path);
    const [first] = touching;
    const change = madeChange(edit, style, path, entry, touching);
    if (change !== null && "reason" in change) return { kind: "refused", path, ...change };
    for (const index of touching) made.set(index, null);
    if (change === null) continue;
    // Behind all others no plain one can follow it.
    if (first === undefined || (hasPlain && change.hunks.length === 0)) added.push(change);
    else made.set(first, change);
  }
  const next = assembled(diff, made, added);
  if (next.files.length === 0) {
    return {
      kind: "refused",
      path: null,
      reason: "nothing would be left of the patch",
      hint: "take it out of the queue with: longarm drop",
    };
  }
  return {
    kind: "edited",
    bytes: withDiffstat(printDiff(next), diff, next, settings.strip),
    paths: wanted.map(([path]) => path),
  };
}

function sameEntry(left: FileEntry | null, right: FileEntry | null): boolean {
  if (left === null || right === null) return left === right;
  return left.mode === right.mode && equalLines(left.lines, right.lines);
}

/** Places of the file changes that read or write a path. */
function touchingChanges({ patch, settings, below, above }: PatchEdit, path: Path): number[] {
  const exists = (other: Path): boolean => fileAt(below, other) !== null || fileAt(above, other) !== null;
  return [...patch.diff.files.keys()].filter((index) => {
    const written = patch.diff.files[index];
    const file = written && (settings.reverse ? reverseFileDiff(written) : written);
    const target = file && targetOf(file, settings.strip, exists);
    return target?.to === path || (target?.from === path && file?.change === "rename");
  });
}

type Made = Pick<FileDiff, "header" | "hunks">;
interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

const BY_HAND = "change the patch file itself";

/** The one change that makes `entry` of the path below the patch; null for none. */
function madeChange(
  edit: PatchEdit,
  style: HeaderStyle,
  path: Path,
  entry: FileEntry | null,
  touching: readonly number[],
): Made | Refusal | null {
  const { patch, settings, below, above } = edit;
  const { files } = patch.diff;
  const own = touching.length === 1 ? (files[touching[0] ?? 0] ?? null) : null;
  const moving = touching.map((index) => files[index]).find((file) => file && isMove(file));
  const target = moving && targetOf(settings.reverse ? reverseFileDiff(moving) : moving, settings.strip, () => false);
  if (moving !== undefined && (own === null || entry === null || target?.to !== path)) {
    return { reason: "is renamed or copied by the patch, and only its text can be edited so", hint: BY_HAND };
  }
  const source = target?.from ?? path;
  const before = fileAt(below, source);
  if (sameEntry(before, entry) && moving === undefined) return null;
  const refusal = refusalOf(own, before, entry);
  if (refusal !== null) return refusal;
  const [old, next] = settings.reverse ? [entry, before] : [before, entry];
  const hunks = styledHunks(old?.lines ?? NO_LINES, next?.lines ?? NO_LINES, hunkStyleOf(files, own));
  const hasHunks = hunks.length > 0;
  const sameMode = fileAt(above, path)?.mode === entry?.mode;
  const hadHunks = own !== null && own.hunks.length > 0;
  if (moving !== undefined && target !== undefined && target !== null) {
    if (!sameMode) return { reason: "is renamed or copied by the patch, and got another mode", hint: BY_HAND };
    const [from, to] = settings.reverse ? [path, source] : [source, path];
    const header =
      hasHunks === hadHunks ? withIds(moving.header, old, next) : withSides(moving.header, from, to, style, hasHunks);
    return { header, hunks };
  }
  const change = old === null ? "create" : next === null ? "delete" : "modify";
  const keeps = own !== null && own.binary === null && own.change === change && sameMode && hasHunks && hadHunks;
  const header = keeps
    ? withIds(own.header, old, next)
    : printHeader(style, { path, old, new: next }, hasHunks, settings.strip);
  return { header, hunks };
}

const NO_LINES = linesOf(noBytes);

function isMove({ change }: FileDiff): boolean {
  return change === "rename" || change === "copy";
}

function refusalOf(own: FileDiff | null, before: FileEntry | null, entry: FileEntry | null): Refusal | null {
  const modes = [before?.mode, entry?.mode];
  if (modes.includes("160000")) return { reason: "is a submodule, and cannot be edited so", hint: BY_HAND };
  if (before !== null && entry !== null && (before.mode === "120000") !== (entry.mode === "120000")) {
    return { reason: "became another kind of file", hint: "delete it in one patch and make it in another" };
  }
  if ([before, entry].some((one) => one?.lines.bytes.includes(0)) || (own !== null && own.binary !== null)) {
    return { reason: "is binary, and only text diffs are written", hint: "make its diff with: git diff --binary" };
  }
  return null;
}

/** The diff with its changes replaced; text that stood before a change that goes stays before what follows it. */
function assembled(diff: Diff, made: ReadonlyMap<number, Made | null>, added: readonly Made[]): Diff {
  const files: FileDiff[] = [];
  let lead: Bytes = noBytes;
  for (const [index, file] of diff.files.entries()) {
    const change = made.get(index);
    const before = concatBytes([lead, file.lead]);
    if (change === null) {
      lead = before;
      continue;
    }
    lead = noBytes;
    files.push({ ...file, lead: before, ...(change === undefined ? {} : { ...change, binary: null }) });
  }
  const written = printDiff({ ...diff, files, trail: noBytes });
  // A patch file may lack its last line end.
  if (added.length > 0 && written.length > 0 && written[written.length - 1] !== LF)
    lead = concatBytes([lead, bytesOf("\n")]);
  for (const { header, hunks } of added) {
    const parsed = parseDiff(concatBytes([header, ...hunks.flatMap(({ head, body }) => [head, body])])).files[0];
    if (parsed === undefined) throw new Error(`header cannot be read back: ${JSON.stringify(byteString(header))}`);
    files.push({ ...parsed, lead });
    lead = noBytes;
  }
  return { ...diff, files, trail: concatBytes([lead, diff.trail]) };
}

const LF = 10;

/** Writes the diffstat above the diff anew, where it is the one that `diffstat` draws; others are left alone. */
function withDiffstat(bytes: Bytes, before: Diff, after: Diff, strip: number): Bytes {
  const old = byteString(bytesOf(diffstat(before, strip)));
  const lead = byteString(before.files[0]?.lead ?? noBytes);
  const at = lead.lastIndexOf(`\n${old}`);
  if (at < 0) return bytes;
  const text = byteString(bytes);
  // A new first change may stand in place of the old one, but the text before it is the same.
  return fromByteString(
    text.slice(0, at + 1) + byteString(bytesOf(diffstat(after, strip))) + text.slice(at + 1 + old.length),
  );
}
