// Reads the header lines of one file change: `diff --git` with its extended lines, `Index:`, `---` and `+++`.
import type { ByteString, Path } from "#model/bytes";
import { unquotePath, withoutEnd } from "#model/bytes";
import type { Source } from "./source.ts";
import { lineText } from "./source.ts";
import type { FileDiff, FileMode } from "./types.ts";

/** What the header of one file change says. */
export interface Header {
  /** The line after the header. */
  readonly next: number;
  readonly oldPath: Path | null;
  readonly newPath: Path | null;
  readonly change: FileDiff["change"];
  /** A plain header says that the side does not exist: /dev/null, or a date of the epoch. */
  readonly oldGone: boolean;
  readonly newGone: boolean;
  readonly oldMode: FileMode | null;
  readonly newMode: FileMode | null;
  readonly oldId: string | null;
  readonly newId: string | null;
  readonly git: boolean;
  readonly binary: boolean;
}

/** At most this many `Index:`, `====`, `diff -…` lines may stand before `---`. */
const MAX_PLAIN_LINES = 8;

/** White space in byte strings: `\s` would take byte A0, which is half of a letter in UTF-8. */
const BLANK = /[ \t\n\v\f\r]/;

/** The header that begins at `line`, or null when none does. */
export function parseHeader(source: Source, line: number): Header | null {
  const text = lineText(source, line);
  if (text.startsWith("diff --git ")) return parseGitHeader(source, line, text);
  if (text.startsWith("--- ") || text.startsWith("Index: ") || text.startsWith("diff -")) {
    return parsePlainHeader(source, line);
  }
  return null;
}

function parsePlainHeader(source: Source, first: number): Header | null {
  let line = first;
  const limit = Math.min(source.lineCount, first + MAX_PLAIN_LINES);
  while (
    line < limit &&
    /^(?:Index: |=+$|diff -|RCS file: |retrieving revision |index )/.test(lineText(source, line))
  ) {
    // A second opening line before any `---` means that the first one opened nothing.
    if (line > first && /^Index: |^diff --git /.test(lineText(source, line))) return null;
    line += 1;
  }
  const sides = parseSides(source, line, false);
  if (sides === null || !lineText(source, sides.next).startsWith("@@ -")) return null;
  return {
    ...sides,
    change: "modify",
    oldMode: null,
    newMode: null,
    oldId: null,
    newId: null,
    git: false,
    binary: false,
  };
}

interface Sides {
  readonly next: number;
  readonly oldPath: Path | null;
  readonly newPath: Path | null;
  readonly oldGone: boolean;
  readonly newGone: boolean;
}

/** The `---` and `+++` lines at `line`. */
function parseSides(source: Source, line: number, git: boolean): Sides | null {
  const oldText = lineText(source, line);
  const newText = lineText(source, line + 1);
  if (!oldText.startsWith("--- ") || !newText.startsWith("+++ ")) return null;
  const oldName = parseName(oldText.slice(4), git);
  const newName = parseName(newText.slice(4), git);
  return {
    next: line + 2,
    oldPath: oldName.path,
    newPath: newName.path,
    oldGone: oldName.gone,
    newGone: newName.gone,
  };
}

/**
 * The name on a `---` or `+++` line. A tab ends it; without a tab GNU patch ends it at the first white space,
 * git at the line end.
 */
function parseName(text: ByteString, git: boolean): { readonly path: Path | null; readonly gone: boolean } {
  const quoted = unquotePath(text);
  if (quoted) return { path: quoted.path, gone: isEpoch(text.slice(quoted.length)) };
  const tab = text.indexOf("\t");
  const space = git ? -1 : text.search(BLANK);
  const name = tab >= 0 ? withoutEnd(text.slice(0, tab), " \r") : space >= 0 ? text.slice(0, space) : text;
  if (name === "/dev/null") return { path: null, gone: true };
  return { path: name, gone: isEpoch(text.slice(name.length)) };
}

/** Whether a header's date is the epoch, which diff -N writes for a file that does not exist. */
function isEpoch(stamp: string): boolean {
  const found = /(19(?:69|70)-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.0+)? ([+-]\d\d)(\d\d)/.exec(stamp);
  if (found) return Date.parse(`${found[1]}T${found[2]}${found[3]}:${found[4]}`) === 0;
  return /^\s+Thu Jan {1,2}0?1 00:00:00 (?:UTC )?1970\s*$/.test(stamp);
}

const MODES: ReadonlySet<string> = new Set(["100644", "100755", "120000", "160000"]);

/** A mode as git reads it: any executable regular file is 100755, any other regular file 100644. */
function parseMode(text: string): FileMode | null {
  if (MODES.has(text)) return text as FileMode;
  if (/^100[0-7]{3}$/.test(text)) return Number.parseInt(text.slice(3), 8) & 0o100 ? "100755" : "100644";
  return null;
}

/** Extended header lines, see "GENERATING PATCH TEXT WITH -P" of git-diff(1), git 2.39. */
function parseGitHeader(source: Source, first: number, opening: string): Header | null {
  let change: FileDiff["change"] = "modify";
  let oldMode: FileMode | null = null;
  let newMode: FileMode | null = null;
  let from: Path | null = null;
  let to: Path | null = null;
  let ids: { readonly old: string; readonly new: string } | null = null;
  let line = first + 1;
  let read = true;
  while (read && line < source.lineCount) {
    const text = lineText(source, line);
    const [, key = "", value = ""] =
      /^(old mode|new mode|new file mode|deleted file mode|rename from|rename to|copy from|copy to|similarity index|dissimilarity index|index) (.*)$/s.exec(
        text,
      ) ?? [];
    switch (key) {
      case "old mode":
        oldMode = parseMode(value);
        break;
      case "new mode":
        newMode = parseMode(value);
        break;
      case "new file mode":
        change = "create";
        newMode = parseMode(value);
        break;
      case "deleted file mode":
        change = "delete";
        oldMode = parseMode(value);
        break;
      case "rename from":
      case "copy from":
        from = unquotePath(value)?.path ?? value;
        break;
      case "rename to":
      case "copy to":
        to = unquotePath(value)?.path ?? value;
        change = key === "rename to" ? "rename" : "copy";
        break;
      case "index": {
        const found = /^([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: ([0-7]{6}))?$/.exec(value);
        if (found) {
          ids = { old: found[1] ?? "", new: found[2] ?? "" };
          if (found[3] !== undefined && oldMode === null && newMode === null) {
            oldMode = parseMode(found[3]);
            newMode = oldMode;
          }
        }
        break;
      }
      case "similarity index":
      case "dissimilarity index":
        break;
      default:
        read = false;
    }
    if (read) line += 1;
  }
  const sides = parseSides(source, line, true);
  const names = splitGitNames(opening.slice("diff --git ".length), from, to);
  const next = sides && lineText(source, sides.next).startsWith("@@ -") ? sides.next : line;
  const opened = lineText(source, next);
  const binary = next === line && /^GIT binary patch$|^Binary files .* differ$/s.test(opened);
  // Prose may begin a line with "diff --git": a header says something more.
  if (next === first + 1 && !binary) return null;
  if (names === null && next === line) return null;
  const oldPath = sides && next === sides.next ? (sides.oldPath ?? null) : (names?.oldPath ?? null);
  const newPath = sides && next === sides.next ? (sides.newPath ?? null) : (names?.newPath ?? null);
  return {
    next,
    oldPath: change === "create" ? null : oldPath,
    newPath: change === "delete" ? null : newPath,
    change:
      change === "modify" && sides?.oldGone === true
        ? "create"
        : change === "modify" && sides?.newGone === true
          ? "delete"
          : change,
    oldGone: change === "create",
    newGone: change === "delete",
    oldMode,
    newMode,
    oldId: ids?.old ?? null,
    newId: ids?.new ?? null,
    git: true,
    binary,
  };
}

/**
 * The two names of a `diff --git` line. Unquoted names may contain blanks: then the split is found by the
 * rename lines, or where both halves are the same name behind their first component.
 */
function splitGitNames(
  text: ByteString,
  from: Path | null,
  to: Path | null,
): { readonly oldPath: Path; readonly newPath: Path } | null {
  const quoted = unquotePath(text);
  if (quoted) {
    const rest = text.slice(quoted.length + 1);
    return { oldPath: quoted.path, newPath: unquotePath(rest)?.path ?? rest };
  }
  if (text.length > MAX_NAMES_LENGTH) return null;
  const quote = text.indexOf(' "');
  const quotedNew = quote > 0 ? unquotePath(text.slice(quote + 1)) : null;
  if (quotedNew) return { oldPath: text.slice(0, quote), newPath: quotedNew.path };
  const space = from !== null && to !== null ? splitByEnds(text, from, to) : splitBySameName(text);
  return space < 0 ? null : { oldPath: text.slice(0, space), newPath: text.slice(space + 1) };
}

/** What stands before a name in git's headers, `a/` as a rule, is at most this long. */
const MAX_PREFIX = 200;

/** The first blank in front of which the text ends in `from`, when all of it ends in `to`; else -1. */
function splitByEnds(text: ByteString, from: Path, to: Path): number {
  if (!text.endsWith(to)) return -1;
  const last = Math.min(MAX_PREFIX + from.length, text.length - to.length - 1);
  for (let space = from.length; space <= last; space++)
    if (text[space] === " " && text.startsWith(from, space - from.length)) return space;
  return -1;
}

/** The first blank with one name on both sides, whole or behind its first component; else -1. */
function splitBySameName(text: ByteString): number {
  const slash = text.indexOf("/");
  let newSlash = -1;
  for (let space = text.indexOf(" "); space >= 0; space = text.indexOf(" ", space + 1)) {
    if (space * 2 + 1 === text.length && text.slice(0, space) === text.slice(space + 1)) return space;
    if (slash < 0 || slash > space) continue;
    // The first slash behind the blank moves only forward, so all of this looks at each byte once.
    if (newSlash <= space) newSlash = text.indexOf("/", space + 1);
    if (newSlash < 0) newSlash = text.length;
    if (newSlash === text.length - (space - slash) && text.slice(slash, space) === text.slice(newSlash)) return space;
  }
  return -1;
}

/** Two names of PATH_MAX bytes each, with room for prefixes; on longer lines every blank would be a split to look at. */
const MAX_NAMES_LENGTH = 10_000;
