// The commit that a patch becomes: its author, its dates, its message.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes } from "#model/bytes";
import type { FileChange } from "#model/files";
import type { PatchFile, PatchName } from "#model/queue";

/** Who, and when as `seconds zone`. */
export interface Person {
  readonly name: ByteString;
  readonly email: ByteString;
  readonly date: string;
}

/** Where a commit stands, or a branch ends: the index of a planned commit, or the id of one that exists. */
export type Tip = number | string;

/** A commit to make of one patch. */
export interface PlannedCommit {
  readonly patch: PatchName;
  readonly parent: Tip;
  readonly author: Person;
  readonly committer: Person;
  readonly message: Bytes;
  readonly changes: readonly FileChange[];
}

/**
 * The commit of a patch on `parent`, whose committer date is `parentDate`: it is committed when it was authored, or with its
 * parent when that is later or the patch has no date, so that dates never go back and ids depend on nothing else.
 */
export function commitOf(
  name: PatchName,
  patch: PatchFile,
  parent: Tip,
  parentDate: string,
  changes: readonly FileChange[],
  identity: { readonly name: ByteString; readonly email: ByteString },
): PlannedCommit {
  const authored = gitDate(patch);
  const date = authored !== null && seconds(authored) >= seconds(parentDate) ? authored : parentDate;
  const author = patch.author
    ? { name: byteString(bytesOf(patch.author.name)), email: patch.author.address }
    : identity;
  return {
    patch: name,
    parent,
    author: { ...author, date: authored ?? parentDate },
    committer: { ...identity, date },
    message: messageOf(name, patch),
    changes,
  };
}

/** The patch's date as git stores it; null when it has none that can be read. */
function gitDate(patch: PatchFile): string | null {
  const date = patch.date;
  if (date === null || date.time === null || date.time < 0) return null;
  const zone = date.zone ?? 0;
  const minutes = Math.abs(zone);
  const sign = zone < 0 ? "-" : "+";
  const clock = `${String(Math.trunc(minutes / 60)).padStart(2, "0")}${String(minutes % 60).padStart(2, "0")}`;
  return `${Math.trunc(date.time / 1000)} ${sign}${clock}`;
}

function seconds(date: string): number {
  return Number(date.split(" ")[0]);
}

/** Title, empty line, log; a patch without a title is called by its file name, as git-quiltimport does. */
function messageOf(name: PatchName, patch: PatchFile): Bytes {
  const title = patch.title ?? name.replace(/^.*\//, "").replace(/\.(?:patch|diff)$/, "");
  return patch.description.length === 0
    ? bytesOf(`${title}\n`)
    : concatBytes([bytesOf(`${title}\n\n`), patch.description]);
}
