// What commits to write, and each of them as git stores it.
// It only checks and makes bytes; trees and files are written by write-commits.ts.
import type { Bytes, ByteString, Path } from "#model/bytes";
import { concatBytes, fromByteString, pathProblem, quotedPath, UserError } from "#model/bytes";
import type { FileMode, Lines } from "#model/diff";
import type { BlobId, CommitId, TreeId } from "./ids.ts";

/** A parent: a commit that exists, or the index of an earlier commit of the same plan. */
export type ParentRef = CommitId | number;

/** Who and when. Name and e-mail are cleaned as {@link cleanIdent} says. */
export interface Ident {
  readonly name: ByteString;
  readonly email: ByteString;
  /** Seconds since 1970 and the zone, as in a commit object: `1706000000 +0100`. Zones beyond 14 hours pass as they are. */
  readonly date: string;
}

/**
 * One file of a commit: its whole new content, or an object that exists; `delete` takes a file or a whole directory away.
 * `before` may be a content that an earlier commit of the plan wrote, to be kept as what differs from that.
 */
export type CommitChange =
  | {
      readonly path: Path;
      readonly mode: FileMode;
      readonly content: Bytes | Lines | BlobId | CommitId;
      readonly before?: Lines | null;
    }
  | { readonly path: Path; readonly mode: "delete" };

/** One commit to write. Changes are against the tree of `parent` (or `fromTree`, `treeOf`); no path may be given twice. */
export interface CommitPlan {
  /** Null makes a root commit on an empty tree. */
  readonly parent: ParentRef | null;
  readonly extraParents?: readonly ParentRef[];
  /** Begins with this tree in place of the parent's. */
  readonly fromTree?: TreeId;
  /** Begins with the tree of this commit in place of the parent's. */
  readonly treeOf?: ParentRef;
  readonly author: Ident;
  readonly committer: Ident;
  /** The message exactly as it will stand in the commit; nothing is stripped or added. */
  readonly message: Bytes;
  readonly changes: readonly CommitChange[];
}

/** The commit object of a plan. */
export function printCommit(plan: CommitPlan, tree: TreeId, parents: readonly CommitId[]): Bytes {
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
  lines.push(`author ${printIdent(plan.author)}`, `committer ${printIdent(plan.committer)}`);
  return concatBytes([fromByteString(`${lines.join("\n")}\n\n`), plan.message]);
}

/**
 * A name or e-mail as git stores it: without NUL, LF, `<` and `>`, and without the characters at either end that git
 * takes for dirt (ident.c of git 2.44: blanks and control characters, `, : ; < > " \ '`; a dot stays). May become empty.
 */
export function cleanIdent(text: ByteString): ByteString {
  let start = 0;
  let end = text.length;
  while (start < end && isDirt(text.charCodeAt(start))) start++;
  while (end > start && isDirt(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end).replace(/[\0\n<>]/g, "");
}

function isDirt(code: number): boolean {
  return code <= 32 || DIRT.has(code);
}

const DIRT = new Set(",:;<>\"\\'".split("").map((char) => char.charCodeAt(0)));

function printIdent({ name, email, date }: Ident): ByteString {
  if (!/^\d{1,18} [+-]\d{4}$/.test(date)) throw new Error(`print date ${JSON.stringify(date)}: want seconds and zone`);
  return `${cleanIdent(name)} <${cleanIdent(email)}> ${date}`;
}

/** Throws on a path that git must not hold, and on paths that cannot be in one tree together. */
export function checkPaths(changes: readonly CommitChange[]): void {
  const written = new Set<Path>();
  const all = new Set<Path>();
  for (const { path, mode } of changes) {
    const problem = pathProblem(path);
    if (problem !== null) throw new UserError(`refuse to write the path ${quotedPath(path)}: it ${problem}`);
    if (all.has(path)) throw new Error(`path ${quotedPath(path)} is changed twice in one commit`);
    all.add(path);
    if (mode !== "delete") written.add(path);
  }
  for (const path of written) {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      const above = path.slice(0, slash);
      if (written.has(above)) {
        throw new Error(`path ${quotedPath(above)} is written as a file and as a directory in one commit`);
      }
    }
  }
}
