// How a patch writes the header lines of its file changes, and header lines for another file written the same way.
// Hunks are in hunk-style.ts.
import type { ByteString, Bytes, Path } from "#model/bytes";
import { byteString, fromByteString, quotePath } from "#model/bytes";
import type { FileDiff, FileMode } from "#model/diff";
import { blobId, stripPath } from "#model/diff";
import type { FileEntry, PushSettings } from "#model/files";

/** Labels are a prefix, the path, and what follows it: `a/`, `d/f.c`, `~patch-name`. */
export interface HeaderStyle {
  readonly git: boolean;
  readonly old: { readonly prefix: ByteString; readonly suffix: ByteString };
  readonly new: { readonly prefix: ByteString; readonly suffix: ByteString };
  /** What stands before the path on an `Index:` line, and the line below it; null for none. */
  readonly index: { readonly prefix: ByteString; readonly rule: ByteString } | null;
  /** Hex digits of the ids on git's `index` lines; null for no such lines. */
  readonly idLength: number | null;
  readonly crlf: boolean;
  /** Whether the label of a file that goes has the suffix too; where it is the only name, it must be understood without. */
  readonly notesGone: boolean;
}

/** The style of the first file change that says most: one that changes a file in place, else any. */
export function headerStyleOf(
  files: readonly FileDiff[],
  { strip, reverse }: Pick<PushSettings, "strip" | "reverse">,
): HeaderStyle {
  const model = files.find(({ change, hunks }) => change === "modify" && hunks.length > 0) ?? files[0];
  const lines = model === undefined ? [] : byteString(model.header).split(/\r?\n/);
  const path = model === undefined ? null : pathIn(model, strip);
  const usual = usualPrefixes(strip);
  const index = lines.find((line) => line.startsWith("Index: "))?.slice("Index: ".length) ?? null;
  const old = labelParts(model?.oldPath ?? null, path, usual.old);
  return {
    git: model?.git ?? true,
    old,
    new: labelParts(model?.newPath ?? null, path, usual.new),
    index:
      index === null
        ? null
        : { prefix: labelParts(index, path, "").prefix, rule: lines.find((line) => /^=+$/.test(line)) ?? "" },
    idLength: files.find(({ oldId }) => oldId !== null)?.oldId?.length ?? null,
    crlf: model !== undefined && byteString(model.header).endsWith("\r\n"),
    notesGone: old.suffix.startsWith("~") && !reverse,
  };
}

/** The style with git's header for every change: it begins one where a plain header would be read as part of what is before it. */
export function inGitStyle(style: HeaderStyle, strip: number): HeaderStyle {
  if (style.git) return style;
  const usual = usualPrefixes(strip);
  return { ...style, git: true, old: { prefix: usual.old, suffix: "" }, new: { prefix: usual.new, suffix: "" } };
}

/** The file that a change is for, as its labels name it without prefix and note. */
function pathIn(file: FileDiff, strip: number): Path | null {
  const names = [file.oldPath, file.newPath].flatMap((name) => {
    const path = name === null ? null : stripPath(name, strip);
    return path === null ? [] : [path];
  });
  // The shorter one lacks `~patch-name` or `.orig`.
  return names.sort((left, right) => left.length - right.length)[0] ?? null;
}

function labelParts(label: Path | null, path: Path | null, usual: ByteString): HeaderStyle["old"] {
  const at = label === null || path === null ? -1 : label.indexOf(path);
  if (label === null || path === null || at < 0) return { prefix: usual, suffix: "" };
  return { prefix: label.slice(0, at), suffix: label.slice(at + path.length) };
}

/** As git and quilt write them for `-p1`; other levels are rare enough to be served by what there is. */
function usualPrefixes(strip: number): { readonly old: ByteString; readonly new: ByteString } {
  if (strip === 0) return { old: "", new: "" };
  const more = "x/".repeat(strip - 1);
  return { old: `a/${more}`, new: `b/${more}` };
}

/** One path on both sides of a file change as the patch writes it; null where it does not exist. */
export interface HeaderSides {
  readonly path: Path;
  readonly old: FileEntry | null;
  readonly new: FileEntry | null;
}

/**
 * The header of a change of `path` in the style. What a plain header cannot say, modes and links, is said in git's way.
 * `hasHunks` is false for a change of the mode alone, or of an empty file.
 */
export function printHeader(style: HeaderStyle, sides: HeaderSides, hasHunks: boolean, strip: number): Bytes {
  const { path, old: before, new: after } = sides;
  const git = style.git || !hasHunks || !isPlain(sides);
  const usual = usualPrefixes(strip);
  const prefix = style.git || !git ? { old: style.old.prefix, new: style.new.prefix } : usual;
  const lines: ByteString[] = [];
  if (git) {
    lines.push(`diff --git ${quoted(prefix.old + path)} ${quoted(prefix.new + path)}`);
    lines.push(...modeLines(before, after));
    const ids = hasHunks ? idLine(style.idLength, before, after) : null;
    if (ids !== null) lines.push(ids);
  } else if (style.index !== null) {
    lines.push(`Index: ${style.index.prefix}${path}`);
    if (style.index.rule !== "") lines.push(style.index.rule);
  }
  if (hasHunks) {
    const isNoted = !git && before !== null && (after !== null || style.notesGone);
    const suffix = { old: isNoted ? style.old.suffix : "", new: isNoted && after !== null ? style.new.suffix : "" };
    lines.push(`--- ${before === null ? "/dev/null" : labelled(prefix.old + path + suffix.old)}`);
    lines.push(`+++ ${after === null ? "/dev/null" : labelled(prefix.new + path + suffix.new)}`);
  }
  const end = style.crlf ? "\r\n" : "\n";
  return fromByteString(lines.map((line) => line + end).join(""));
}

const PLAIN: FileMode = "100644";

/** Whether a header without git's lines says all: the mode stays, or is the usual one. */
function isPlain({ old: before, new: after }: HeaderSides): boolean {
  if (before?.mode === "120000" || after?.mode === "120000") return false;
  return before === null || after === null ? (before ?? after)?.mode === PLAIN : before.mode === after.mode;
}

function modeLines(before: FileEntry | null, after: FileEntry | null): ByteString[] {
  if (before === null) return after === null ? [] : [`new file mode ${after.mode}`];
  if (after === null) return [`deleted file mode ${before.mode}`];
  return before.mode === after.mode ? [] : [`old mode ${before.mode}`, `new mode ${after.mode}`];
}

/** The mode of a file that stays what it is stands here too; of a link it must be said, by whatever style. */
function idLine(style: number | null, before: FileEntry | null, after: FileEntry | null): ByteString | null {
  const stays = before !== null && after !== null && before.mode === after.mode;
  const length = style ?? (stays && after.mode === "120000" ? USUAL_LENGTH : null);
  if (length === null) return null;
  return `index ${idOf(before, length)}..${idOf(after, length)}${stays ? ` ${after.mode}` : ""}`;
}

/** Digits of an id as git writes them for a new repository. */
const USUAL_LENGTH = 7;

function idOf(entry: FileEntry | null, length: number): string {
  return entry === null ? "0".repeat(length) : blobId(entry.lines.bytes, length).slice(0, length);
}

function quoted(name: Path): ByteString {
  // oxlint-disable-next-line no-control-regex
  return /["\\\x00-\x1f\x7f-\xff]/.test(name) ? quotePath(name) : name;
}

/** A tab ends a name with blanks, as GNU diff and git write it. */
function labelled(name: Path): ByteString {
  const text = quoted(name);
  return name.includes(" ") && !text.startsWith('"') ? `${text}\t` : text;
}

/** The header with the ids of other contents on its `index` line, every other byte as it was. */
export function withIds(header: Bytes, before: FileEntry | null, after: FileEntry | null): Bytes {
  const text = byteString(header).replace(
    /^index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})/m,
    (_all, old: string, made: string) => `index ${idOf(before, old.length)}..${idOf(after, made.length)}`,
  );
  return fromByteString(text);
}

/** The header of a git rename or copy with or without the lines that name the sides, which stand only above hunks. */
export function withSides(header: Bytes, from: Path, to: Path, style: HeaderStyle, hasHunks: boolean): Bytes {
  const end = style.crlf ? "\r\n" : "\n";
  const kept = byteString(header)
    .split(/(?<=\n)/)
    .filter((line) => !/^(?:--- |\+\+\+ |index )/.test(line))
    .join("");
  const sides = hasHunks
    ? `--- ${labelled(style.old.prefix + from)}${end}+++ ${labelled(style.new.prefix + to)}${end}`
    : "";
  return fromByteString(kept + sides);
}
