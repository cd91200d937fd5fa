// The quilt series file as a value: patch lines, branch markers and everything else, byte for byte.
// Edits of it are in edit.ts; the patch files it names are in patch-file.ts.
import type { Bytes, ByteString, Problem } from "#model/bytes";
import {
  byteString,
  bytesOf,
  concatBytes,
  fromByteString,
  quotedPath,
  readableBytes,
  readablePath,
  unquotePath,
} from "#model/bytes";

/** File name of a patch below `patches/`, as the series spells it: the patch's identity for its whole life. */
export type PatchName = ByteString & { readonly patchName: never };

/** Name of a branch: the part of its ref behind `refs/heads/`. */
export type BranchName = string & { readonly branchName: never };

/** One line of the series, `raw` with its line end. */
export type SeriesLine =
  | {
      /** `NAME [options]`; `# merge: NAME` for a cover letter, a comment to quilt, which refuses a patch of nothing but text. */
      readonly kind: "patch";
      readonly raw: ByteString;
      readonly name: PatchName;
      /** Leading path components that push removes: `-pN`, else 1; `-pab` is 1. */
      readonly strip: number;
      readonly reverse: boolean;
    }
  | {
      /** `# disabled: NAME [options]`: a patch that keeps its place and its file but is not applied; a comment to quilt. */
      readonly kind: "disabled";
      readonly raw: ByteString;
      readonly name: PatchName;
      readonly strip: number;
      readonly reverse: boolean;
    }
  | { readonly kind: "branch"; readonly raw: ByteString; readonly branch: BranchName }
  | { readonly kind: "text"; readonly raw: ByteString };

/** The ordered queue of a tree. */
export interface Queue {
  readonly lines: readonly SeriesLine[];
}

/** One patch of the queue with its place. */
export type QueuedPatch = Extract<SeriesLine, { kind: "patch" }> & { readonly branch: BranchName | null };

/** A patch of the series that is not applied, with its place. */
export type DisabledPatch = Extract<SeriesLine, { kind: "disabled" }> & { readonly branch: BranchName | null };

/** More patches than this are not read, nor more lines, longer ones, or a larger file: nobody's queue has a tenth of it. */
const MAX_PATCHES = 200_000;
const MAX_LINES = 500_000;
const MAX_LINE = 10_000;
/** More problems than this are not told. */
const MAX_PROBLEMS = 1000;
/** A byte string cannot have more than 512 MiB, so what is not read is kept in pieces. */
const PIECE = 64 * 1024 * 1024;

/**
 * Reads a series file (quilt 0.66: `name [options] [# comment]`, `#` lines, blank lines) and `# branch: NAME` markers.
 * Law: `printSeries(parseSeries(bytes).queue)` equals `bytes`.
 */
export function parseSeries(bytes: Bytes): { readonly queue: Queue; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const lines: SeriesLine[] = [];
  const seen = new Map<string, number>();
  let at = 0;
  for (let number = 1; at < bytes.length; number++) {
    const report = (message: string): void => {
      if (problems.length < MAX_PROBLEMS) problems.push({ message, line: number });
    };
    const limit =
      seen.size >= MAX_PATCHES ? `${MAX_PATCHES} patches` : number > MAX_LINES ? `${MAX_LINES} lines` : null;
    if (limit !== null) {
      // What is not read must be told first: without it the queue is another one.
      problems.unshift({ message: `there is more behind ${limit}, and it is not read`, line: number });
      for (; at < bytes.length; at += PIECE)
        lines.push({ kind: "text", raw: byteString(bytes, at, Math.min(at + PIECE, bytes.length)) });
      break;
    }
    const newline = bytes.indexOf(LF, at);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (end - at > MAX_LINE) {
      report(`line has ${end - at} bytes, more than ${MAX_LINE}`);
      for (; at < end; at += PIECE) lines.push({ kind: "text", raw: byteString(bytes, at, Math.min(at + PIECE, end)) });
      at = end;
      continue;
    }
    const line = parseLine(byteString(bytes, at, end), report);
    at = end;
    lines.push(line);
    if (line.kind === "text") continue;
    const key = line.kind === "branch" ? `# branch: ${line.branch}` : line.name;
    const first = seen.get(key);
    if (first !== undefined) report(`${quotedPath(key)} is already on line ${first}`);
    else seen.set(key, number);
  }
  return { queue: { lines }, problems };
}

const LF = 10;

/** The series file of a queue. */
export function printSeries(queue: Queue): Bytes {
  return concatBytes(queue.lines.map((line) => fromByteString(line.raw)));
}

function parseLine(raw: ByteString, report: (message: string) => void): SeriesLine {
  // Nearly every line is a name and nothing else.
  const plain = /^[^ \t\r\n#][^ \t\r\n]*(?=\n?$)/.exec(raw)?.[0] ?? "";
  const name = parsePatchName(plain);
  if (name !== null) return { kind: "patch", raw, name, strip: 1, reverse: false };
  const marker = /^#[ \t]*branch:[ \t]*([^ \t\r\n]+)[ \t]*\r?\n?$/.exec(raw);
  if (marker) {
    const branch = parseBranchName(readableBytes(marker[1] ?? ""));
    if (branch !== null) return { kind: "branch", raw, branch };
    report(`${quotedPath(marker[1] ?? "")} cannot be a branch name`);
    return { kind: "text", raw };
  }
  const disabled = /^#[ \t]*disabled:[ \t]*(?=[^ \t\r\n])/.exec(raw);
  if (disabled) {
    const line = parsePatchLine(raw, raw.slice(disabled[0].length).replace(MERGE, ""), report);
    return line.kind === "patch" ? { ...line, kind: "disabled" } : line;
  }
  if (MERGE.test(raw)) return parsePatchLine(raw, raw.replace(MERGE, ""), report);
  if (/^[ \t\r\n]*(?:#|$)/.test(raw)) return { kind: "text", raw };
  return parsePatchLine(raw, raw, report);
}

/** Stands before the name of a cover letter's file. */
const MERGE = /^#[ \t]*merge:[ \t]*(?=[^ \t\r\n])/;

/** Where the name of a patch line begins: behind the marks that make it a comment to quilt. */
export function nameOffset(raw: ByteString): number {
  const disabled = /^#[ \t]*disabled:[ \t]*/.exec(raw)?.[0].length ?? 0;
  return disabled + (MERGE.exec(raw.slice(disabled))?.[0].length ?? 0);
}

/** A line `name [options] [# comment]`: `text` is `raw` without what stands before the name. */
function parsePatchLine(raw: ByteString, text: ByteString, report: (message: string) => void): SeriesLine {
  // A comment may follow the options, behind a blank.
  const words = text
    .replace(/[ \t]#.*$/s, "")
    .split(/[ \t\r\n]+/)
    .filter((word) => word !== "");
  const [word = "", ...options] = words;
  const name = parsePatchName(word);
  if (name === null) {
    report(
      `${quotedPath(word)} cannot be a patch name: it must be one word without control characters, inside "patches"`,
    );
    return { kind: "text", raw };
  }
  let strip = 1;
  let reverse = false;
  for (const option of options) {
    const level = /^-p(\d{1,2}|ab)$/.exec(option);
    if (level) strip = level[1] === "ab" ? 1 : Number(level[1]);
    else if (option === "-R") reverse = true;
    else report(`option ${quotedPath(option)} of ${quotedPath(word)} is not understood, only -pN and -R are`);
  }
  return { kind: "patch", raw, name, strip, reverse };
}

/** A patch name: relative, inside `patches/`, one word; null when `text` cannot be one. */
export function parsePatchName(text: ByteString): PatchName | null {
  // oxlint-disable-next-line no-control-regex
  if (text === "" || /[\x00-\x20\x7f]/.test(text) || text.startsWith("#") || text.startsWith("-")) return null;
  const parts = text.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || part === ".git")) return null;
  return text === "series" ? null : (text as PatchName);
}

/** The name for a person: UTF-8 text, or git's quotes where it is not; {@link typedName} reads both. */
export function showName(name: PatchName): string {
  return readablePath(name);
}

/** The byte string of a name that a person typed, as shown by {@link showName}; `patches/` before it is dropped. */
export function typedName(text: string): ByteString {
  const bytes = byteString(bytesOf(text));
  return (unquotePath(bytes)?.path ?? bytes).replace(/^patches\//, "");
}

/** A branch name by the rules of git-check-ref-format(1); null when `text` cannot be one. */
export function parseBranchName(text: string): BranchName | null {
  // oxlint-disable-next-line no-control-regex
  if (
    text === "" ||
    text === "@" ||
    text.startsWith("-") ||
    // oxlint-disable-next-line no-control-regex
    /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^\//.test(text)
  )
    return null;
  return text.split("/").some((part) => part.startsWith(".") || part.endsWith(".lock")) ? null : (text as BranchName);
}

/** The patches that are applied, in order, each with the branch whose marker precedes it; null before the first marker. */
export function patchesOf(queue: Queue): QueuedPatch[] {
  return placedPatches(queue).filter((patch) => patch.kind === "patch");
}

/** The cover letters that stand behind their patches, in order; disabled ones are not among them. */
export function coverLetters(queue: Queue): QueuedPatch[] {
  return patchesOf(queue).filter(({ raw }) => nameOffset(raw) > 0);
}

/** The disabled patches, in order. */
export function disabledOf(queue: Queue): DisabledPatch[] {
  return placedPatches(queue).filter((patch) => patch.kind === "disabled");
}

/** Every patch of the series in order, applied or disabled. */
export function placedPatches(queue: Queue): (QueuedPatch | DisabledPatch)[] {
  const patches: (QueuedPatch | DisabledPatch)[] = [];
  let branch: BranchName | null = null;
  for (const line of queue.lines) {
    if (line.kind === "branch") branch = line.branch;
    else if (line.kind === "patch" || line.kind === "disabled") patches.push({ ...line, branch });
  }
  return patches;
}
