// File names as git and patches write them: byte strings, quoted in C style where needed, never climbing out.
import type { ByteString } from "./bytes.ts";
import { byteString, bytesOf, readableBytes } from "./bytes.ts";

/** A file's path inside a source tree, as a byte string, `/` between its parts, never quoted. */
export type Path = ByteString & { readonly path?: never };

/** The path written by a person or a test as UTF-8 text. */
export function pathOf(text: string): Path {
  return byteString(bytesOf(text));
}

/** The path for a person's eyes: UTF-8 where it is UTF-8 and can be seen, else quoted as git quotes it. */
export function readablePath(path: Path): string {
  const text = readableBytes(path);
  return text.includes("\uFFFD") || /["\\\p{Cc}\p{Cf}]/u.test(text) ? quotePath(path) : text;
}

/** Longer paths are cut short in messages. */
const MAX_SHOWN = 200;

/** The path in double quotes, for messages; of a very long one only the beginning. */
export function quotedPath(path: Path): string {
  if (path.length > MAX_SHOWN) return quotedPath(`${path.slice(0, MAX_SHOWN - 3)}...`);
  const shown = readablePath(path);
  return shown.startsWith('"') ? shown : `"${shown}"`;
}

/** Why a path may not be touched in a source tree, or null when it may. Symbolic links on the way are checked by `files`. */
export function pathProblem(path: Path): string | null {
  if (path === "") return "is empty";
  if (path.includes("\0")) return "contains a NUL byte";
  if (path.startsWith("/")) return "is absolute";
  for (const part of path.split("/")) {
    if (part === "..") return "climbs out of the tree";
    if (part === "" || part === ".") return "has an empty or '.' part";
    // HFS+ and NTFS spellings of .git are git's own concern when it checks out; the plain ones never enter a commit.
    if (part.toLowerCase() === ".git") return "is inside .git";
  }
  return null;
}

const NAMED = new Map([
  ["a", 7],
  ["b", 8],
  ["t", 9],
  ["n", 10],
  ["v", 11],
  ["f", 12],
  ["r", 13],
  ['"', 34],
  ["\\", 92],
]);
const NAMES = new Map([...NAMED].map(([name, code]) => [code, name]));

/** The path in git's C-style quotes (quote.c of git 2.39, `core.quotePath=true`), quotes included. */
export function quotePath(path: Path): ByteString {
  let quoted = '"';
  for (const char of path) {
    const code = char.charCodeAt(0);
    const name = NAMES.get(code);
    if (name !== undefined) quoted += `\\${name}`;
    else if (code < 32 || code >= 127) quoted += `\\${code.toString(8).padStart(3, "0")}`;
    else quoted += char;
  }
  return `${quoted}"`;
}

/**
 * Reads a C-style quoted name at the start of `text`.
 * Returns the name and how many chars it took, quotes included; null when `text` does not begin with a well-formed one.
 */
export function unquotePath(text: ByteString): { readonly path: Path; readonly length: number } | null {
  if (!text.startsWith('"')) return null;
  let path = "";
  for (let i = 1; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"') return { path, length: i + 1 };
    if (char !== "\\") {
      path += char;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(i + 1, i + 4));
    if (octal) {
      path += String.fromCharCode(Number.parseInt(octal[0], 8));
      i += 3;
      continue;
    }
    const code = NAMED.get(text.charAt(i + 1));
    if (code === undefined) return null;
    path += String.fromCharCode(code);
    i += 1;
  }
  return null;
}
