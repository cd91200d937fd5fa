// Reads a ref straight from the files of an ordinary repository (gitrepository-layout(5)); refs.ts writes refs through git.
// It answers for full names only, and null means that git must be asked, not that there is no such ref.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ObjectId, parseObjectId } from "./ids.ts";

/** Symbolic refs that are followed, as many as git follows. */
const MAX_SYMBOLIC = 5;

/** A longer list of packed refs is left to git, which searches it without reading all of it. */
const MAX_PACKED_BYTES = 1024 * 1024;

/** Names that are one file each and mean nothing else: `HEAD`, `refs/heads/main`. */
const PLAIN_NAME = /^(?:HEAD|refs(?:\/(?!\.)[\w.+-]+)+)$/;

/** What the ref points to in the repository at `gitDir`; null when git must be asked. */
export function readRefFile(gitDir: string, name: string): ObjectId | null {
  let at = name;
  for (let step = 0; step < MAX_SYMBOLIC; step++) {
    if (!PLAIN_NAME.test(at) || /\.\.|\.lock(?:\/|$)/.test(at)) return null;
    const text = readText(join(gitDir, at));
    const symbolic = /^ref: *(\S+)\n?$/.exec(text ?? "")?.[1];
    if (symbolic === undefined) return text === null ? readPackedRef(gitDir, at) : parseObjectId(text.trimEnd());
    at = symbolic;
  }
  return null;
}

function readPackedRef(gitDir: string, name: string): ObjectId | null {
  const path = join(gitDir, "packed-refs");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_PACKED_BYTES) return null;
  const line = readText(path)
    ?.split("\n")
    .find((one) => one.endsWith(` ${name}`));
  return line === undefined ? null : parseObjectId(line.slice(0, -name.length - 1));
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
