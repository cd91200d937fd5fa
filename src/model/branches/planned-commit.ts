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

/**
 * A commit to make of one patch. Who made it, when, and what it says are worked out when they are asked for: a check never asks.
 * It is committed when it was authored, or with its parent when that is later or the patch has no date, so that dates never
 * go back and ids depend on nothing else.
 */
export class PlannedCommit {
  readonly patch: PatchName;
  readonly parent: Tip;
  readonly changes: readonly FileChange[];
  /** The end of the patches that it merges, whose tree it has; null for an ordinary commit. */
  readonly merges: Tip | null;
  readonly #file: PatchFile;
  readonly #below: Below;
  readonly #identity: { readonly name: ByteString; readonly email: ByteString };
  #date: string | null = null;

  constructor(
    patch: PatchName,
    file: PatchFile,
    parent: Tip,
    below: Below,
    changes: readonly FileChange[],
    identity: { readonly name: ByteString; readonly email: ByteString },
    merges: Tip | null = null,
  ) {
    this.patch = patch;
    this.parent = parent;
    this.changes = changes;
    this.merges = merges;
    this.#file = file;
    this.#below = below;
    this.#identity = identity;
  }

  /** What {@link changes} are changes of: the parent, or the end of what it merges. Who wants files walks along this. */
  get on(): Tip {
    return this.merges ?? this.parent;
  }

  get author(): Person {
    const { author } = this.#file;
    const who = author ? { name: byteString(bytesOf(author.name)), email: author.address } : this.#identity;
    return { ...who, date: gitDate(this.#file) ?? dateOf(this.#below) };
  }

  get committer(): Person {
    return { ...this.#identity, date: this.#committed() };
  }

  get message(): Bytes {
    return messageOf(this.patch, this.#file);
  }

  /** The commits below it are dated first, one after the other: there may be more of them than calls fit into each other. */
  #committed(): string {
    if (this.#date !== null) return this.#date;
    const open: PlannedCommit[] = [this];
    let at = this.#below;
    for (; typeof at !== "string" && at.#date === null; at = at.#below) open.push(at);
    let date = typeof at === "string" ? at : (at.#date ?? "");
    for (const commit of open.toReversed()) {
      const authored = gitDate(commit.#file);
      if (authored !== null && seconds(authored) >= seconds(date)) date = authored;
      commit.#date = date;
    }
    return date;
  }
}

/** What a commit stands on, as far as its date is concerned: another planned one, or the committer date of one that exists. */
export type Below = PlannedCommit | string;

function dateOf(below: Below): string {
  return typeof below === "string" ? below : below.committer.date;
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
