// The patches of the queued revision beside those of the next one: which becomes which, what changed in it, and which tags go with
// it or are lost.
import type { Bytes } from "#model/bytes";
import { patchId } from "#model/diff";
import { tagIdentity } from "#model/postings";
import type { MatchReason, PatchComparison, PatchFile, PatchName } from "#model/queue";
import { comparePatches, matchRevision, parsePatchFile, retagPatch, showName } from "#model/queue";
import { noticeName, uniqueName } from "#model/notices";
import type { Tree } from "#io/store";
import { readPatchBytes } from "#io/store";
import type { Taking } from "./compose-found.ts";
import { coverPatch } from "./cover-patch.ts";
import type { NewPatch } from "./new-patch.ts";
import { freshName, newPatch } from "./new-patch.ts";
import { tagText } from "./tag-records.ts";
import type { Placed } from "./what-to-update.ts";

/** One patch of either revision. */
export interface UpdatedPatch {
  readonly name: PatchName;
  readonly title: string;
  /** `new`: not in the queued revision; `gone`: not in the next one. */
  readonly change: PatchComparison["kind"] | "new" | "gone";
  /** How it was found to be the next version of the queued one; null for a new one and one that is gone. */
  readonly by: MatchReason | null;
  /** What changed, as hunks of log and diff; empty for nothing. */
  readonly hunks: Bytes;
  /** Tags that the queued patch has and its author did not repeat, which stay because the change is the same. */
  readonly carried: readonly string[];
  /** Tags that the queued patch has and the next one has not. */
  readonly lost: readonly string[];
}

/** A patch of either revision with the file it becomes; `next` null for one that leaves. */
export interface Version {
  readonly name: PatchName;
  readonly isNew: boolean;
  readonly next: NewPatch | null;
  readonly patch: UpdatedPatch;
}

/** The patches of both revisions, then the cover letter where the tree keeps it, or kept it. */
export function versionsOf(tree: Tree, queued: readonly Placed[], taking: Taking, taken: Set<string>): Version[] {
  const isCover = ({ name }: Placed): boolean => parsePatchFile(readPatchBytes(tree, name)).mergeOf.length > 0;
  const covers = queued.filter(isCover);
  const patches = patchVersions(
    tree,
    queued.filter((one) => !covers.includes(one)),
    taking,
    taken,
  );
  const [cover] = covers;
  const next = coverPatch(
    tree.config.maintainer,
    taking,
    patches.flatMap(({ name, next: made }) => (made === null ? [] : [name])),
    (title) => (cover === undefined ? uniqueName(noticeName(title), taken) : showName(cover.name)),
  );
  const rest = covers.slice(next === null ? 0 : 1).map((one): Version => goneVersion(tree, one));
  return next === null ? [...patches, ...rest] : [...patches, coverVersion(tree, cover, next), ...rest];
}

/** What is said of a patch that has no other version. */
const NOTHING = { by: null, hunks: new Uint8Array(), carried: [], lost: [] } as const;

function goneVersion(tree: Tree, { name }: Placed): Version {
  const { title } = parsePatchFile(readPatchBytes(tree, name));
  return { name, isNew: false, next: null, patch: { ...NOTHING, name, title: title ?? "", change: "gone" } };
}

function coverVersion(tree: Tree, queued: Placed | undefined, next: NewPatch): Version {
  const { name, title } = next;
  if (queued === undefined) return { name, isNew: true, next, patch: { ...NOTHING, name, title, change: "new" } };
  const { kind, hunks } = comparePatches(parsePatchFile(readPatchBytes(tree, name)), parsePatchFile(next.bytes));
  return { name, isNew: false, next, patch: { ...NOTHING, name, title, change: kind, by: "title", hunks } };
}

function patchVersions(tree: Tree, old: readonly Placed[], taking: Taking, taken: Set<string>): Version[] {
  const files = old.map(({ name }) => parsePatchFile(readPatchBytes(tree, name)));
  const next = taking.patches.map((patch) => {
    const fresh = newPatch(taking, patch, freshName(patch, new Set()));
    return { patch, diff: parsePatchFile(fresh.bytes).diff, stem: stemOf(fresh.name) };
  });
  const matches = matchRevision(
    old.map(({ name }, index) => ({
      title: files[index]?.title ?? "",
      stem: stemOf(name),
      diff: (files[index] as PatchFile).diff,
    })),
    next.map(({ patch, diff, stem }) => ({ title: patch.title, stem, diff })),
  );
  return matches.map(({ old: from, next: to, reason }): Version => {
    const before = from === null ? undefined : files[from];
    const queued = from === null ? undefined : old[from];
    const composed = to === null ? undefined : next[to];
    if (composed === undefined) {
      const name = queued?.name ?? ("" as PatchName);
      const lost = before === undefined ? [] : tagsOf(before).map(tagText);
      const patch = { ...NOTHING, name, title: before?.title ?? "", change: "gone", lost } as const;
      return { name, isNew: false, next: null, patch };
    }
    const name = queued?.name ?? freshName(composed.patch, taken);
    const isSame = before !== undefined && patchId(before.diff) === patchId(composed.diff);
    // Where the change is the same, the queue's own form of it stays: it may have been refreshed.
    const made = newPatch(taking, composed.patch, name, isSame ? before.diff : undefined);
    if (before === undefined) {
      const patch = { ...NOTHING, name, title: made.title, change: "new" } as const;
      return { name, isNew: true, next: made, patch };
    }
    const { bytes, carried, lost } = withTags(tree, before, made, isSame);
    const { kind, hunks } = comparePatches(before, parsePatchFile(bytes));
    const patch = { name, title: made.title, change: kind, by: reason, hunks, carried, lost };
    return { name, isNew: false, next: { ...made, bytes }, patch };
  });
}

function stemOf(name: PatchName): string {
  return showName(name).replace(/\.(?:patch|diff)$/, "");
}

/** Tags of persons, but for sign-offs: what somebody else gave and must not be lost unseen. */
function tagsOf(file: PatchFile): PatchFile["trailers"] {
  return file.trailers.filter(({ key }) => /-by$/i.test(key) && !/^(?:signed-off|co-developed)-by$/i.test(key));
}

/** The tags of the queued patch that the next one lacks go with it when the change is the same, and are lost otherwise. */
function withTags(
  tree: Tree,
  before: PatchFile,
  made: NewPatch,
  isSame: boolean,
): { readonly bytes: Bytes; readonly carried: readonly string[]; readonly lost: readonly string[] } {
  const file = parsePatchFile(made.bytes);
  const has = new Set(file.trailers.map(tagIdentity));
  const missing = tagsOf(before).filter((tag) => !has.has(tagIdentity(tag)));
  if (missing.length === 0 || !isSame) return { bytes: made.bytes, carried: [], lost: missing.map(tagText) };
  const { trailers, link, signOff } = tree.config.patches;
  const written = retagPatch(file, missing, { trailers, link, signOff: signOff ? tree.config.maintainer : null });
  if (written.kind !== "retagged") return { bytes: made.bytes, carried: [], lost: missing.map(tagText) };
  return { bytes: written.bytes, carried: written.added.map(tagText), lost: [] };
}
