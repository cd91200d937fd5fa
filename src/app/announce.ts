// From what happened to a patch to the notice that tells of it: gathers what the notice needs and lets the model write it.
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import { printAddress } from "#model/mail";
import type { Announced, Notice, NoticeBase, Removal, RosterEntry } from "#model/notices";
import { addedNotice, digestNotice, noticeRecipients, printNotice, removedNotice } from "#model/notices";
import type { PatchFile, PatchName, Queue } from "#model/queue";
import { parsePatchFile, patchesOf, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { readPatchBytes, wordingAt } from "#io/store";
import type { NewPatch } from "./new-patch.ts";

/** Events and mails that belong to an operation. */
export interface Announcements {
  readonly events: readonly EventBody[];
  readonly notices: TreeChange["notices"];
}

/** A patch that left; `kind` is one of the tree's reasons, `into` what it names. */
interface Removed {
  readonly name: PatchName;
  readonly branch: string;
  readonly kind: string;
  readonly into: string | null;
}

const NONE: Announcements = { events: [], notices: [] };

/** The notices of newly queued patches; none when the tree has no templates. `after` is the queue that holds them, `bases` from noticeBases. */
export function announceAdded(
  tree: Tree,
  now: Date,
  branch: string,
  patches: readonly NewPatch[],
  after: Queue,
  bases: ReadonlyMap<PatchName, NoticeBase>,
): Announcements {
  if (tree.config.notices === null) return NONE;
  const fresh = new Map(patches.map(({ name, bytes }) => [name, parsePatchFile(bytes)]));
  const entries = rosterEntries(tree, after, fresh);
  const abouts = patches.flatMap(({ name }) => {
    const patch = fresh.get(name);
    const about = patch && announced(tree, now, name, patch, branch, entries, bases.get(name));
    return about ? [about] : [];
  });
  return announcementsOf(additions(abouts));
}

/** The notices of patches that left together; `kind` is one of the tree's reasons. `after` is the queue without them. */
export function announceAllRemoved(tree: Tree, now: Date, removed: readonly Removed[], after: Queue): Announcements {
  if (tree.config.notices === null || removed.length === 0) return NONE;
  const entries = rosterEntries(tree, after, new Map());
  return announcementsOf(
    removals(
      removed.flatMap((one) => {
        const removal = removalOf(tree, now, one, entries);
        return removal === null ? [] : [removal];
      }),
    ),
  );
}

/**
 * The notices of patches that came into another branch: what that branch announces, an addition or a removal that names it.
 * `after` is the queue with their new places.
 */
export function announceMoved(
  tree: Tree,
  now: Date,
  moved: readonly { readonly name: PatchName; readonly from: string; readonly to: string }[],
  after: Queue,
): Announcements {
  const kinds = new Map<string, string | null>(tree.config.branches.map(({ name, announce }) => [name, announce]));
  const told = moved.filter(({ from, to }) => from !== to && (kinds.get(to) ?? null) !== null);
  if (tree.config.notices === null || told.length === 0) return NONE;
  const entries = rosterEntries(tree, after, new Map());
  const abouts = told.flatMap(({ name, to }) => {
    const kind = kinds.get(to) ?? "added";
    const about = announced(tree, now, name, parsePatchFile(readPatchBytes(tree, name)), to, entries);
    return about === null ? [] : [{ ...about, kind, into: to }];
  });
  return announcementsOf([
    ...additions(abouts.filter(({ kind }) => kind === "added")),
    ...removals(abouts.filter(({ kind }) => kind !== "added")),
  ]);
}

/** A patch that another one took the place of. */
export interface Updated {
  readonly name: PatchName;
  /** What became of it, one line: `changed`, `new`, tags carried and lost. */
  readonly note: string;
  /** Who is told although the patch does not name them any more: `Name <address>`. */
  readonly also: readonly string[];
}

/**
 * One mail for an updated posting, however many patches it has; none when the tree has no words for it.
 * `note` is what there is to say of all, as many lines as it has; `after` is the queue with the new patches, `fresh` their files.
 */
export function announceUpdated(
  tree: Tree,
  now: Date,
  updated: {
    readonly branch: string;
    readonly title: string;
    readonly note: string;
    readonly patches: readonly Updated[];
  },
  after: Queue,
  fresh: ReadonlyMap<PatchName, Bytes> = new Map(),
  bases: ReadonlyMap<PatchName, NoticeBase> = new Map(),
): Announcements {
  const files = new Map([...fresh].map(([name, bytes]) => [name, parsePatchFile(bytes)]));
  const entries = rosterEntries(tree, after, files);
  const patches = updated.patches.flatMap(({ name, note, also }) => {
    const patch = files.get(name) ?? parsePatchFile(readPatchBytes(tree, name));
    const about = announced(tree, now, name, patch, updated.branch, entries, bases.get(name));
    if (about === null) return [];
    const people = also.map((person) => ({ key: byteString(bytesOf("Cc")), value: byteString(bytesOf(person)) }));
    return [{ ...about, trailers: [...about.trailers, ...people], note: byteString(bytesOf(note)) }];
  });
  const title = byteString(bytesOf(updated.title));
  const note = byteString(bytesOf(updated.note));
  const notice = digestNotice({ digest: "updated", kind: "updated", patches, title, note });
  return notice === null ? NONE : announcementsOf([notice]);
}

function additions(abouts: readonly Announced[]): Notice[] {
  return byRecipients(
    abouts,
    ({ branch }) => branch,
    addedNotice,
    (patches, { title }) => {
      return digestNotice({ digest: "added", kind: "added", patches, title });
    },
  );
}

function removals(abouts: readonly Removal[]): Notice[] {
  return byRecipients(abouts, removalKey, removedNotice, (patches, { title, kind, into }) => {
    return digestNotice({
      digest: "removed",
      kind,
      reason: kind,
      patches,
      title,
      ...(into === undefined ? {} : { into }),
    });
  });
}

function removalKey({ kind, into, branch }: Removal): string {
  return `${kind} ${into ?? ""} ${branch}`;
}

/** One notice a patch, but where as many as the tree says have the same recipients and the same `key`: one for them all, at the place of the first. */
function byRecipients<T extends Announced>(
  abouts: readonly T[],
  key: (about: T) => string,
  single: (about: T) => Notice,
  digest: (patches: readonly T[], first: T) => Notice | null,
): Notice[] {
  const groups = new Map<string, T[]>();
  const from = abouts[0]?.templates.digest ?? 0;
  if (from === 0) return abouts.map(single);
  for (const about of abouts) {
    const id = `${key(about)}\n${noticeRecipients(about).join()}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [about]);
    else group.push(about);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const notice = first === undefined || group.length < from ? null : digest(group, first);
    return notice === null ? group.map(single) : [notice];
  });
}

/** The text of an added notice for a patch in the queue. */
export function additionNotice(tree: Tree, now: Date, name: PatchName, branch: string, queue: Queue): Notice | null {
  const patch = parsePatchFile(readPatchBytes(tree, name));
  const about = announced(tree, now, name, patch, branch, rosterEntries(tree, queue, new Map()));
  return about === null ? null : addedNotice(about);
}

export function removalNotice(tree: Tree, now: Date, removed: Removed, after: Queue): Notice | null {
  return noticeOfRemoval(tree, now, removed, rosterEntries(tree, after, new Map()));
}

function noticeOfRemoval(tree: Tree, now: Date, removed: Removed, entries: readonly RosterEntry[]): Notice | null {
  const removal = removalOf(tree, now, removed, entries);
  return removal === null ? null : removedNotice(removal);
}

function removalOf(tree: Tree, now: Date, removed: Removed, entries: readonly RosterEntry[]): Removal | null {
  const patch = parsePatchFile(readPatchBytes(tree, removed.name));
  const about = announced(tree, now, removed.name, patch, removed.branch, entries);
  return about && { ...about, kind: removed.kind, ...(removed.into === null ? {} : { into: removed.into }) };
}

function announced(
  tree: Tree,
  now: Date,
  name: PatchName,
  patch: PatchFile,
  branch: string,
  queue: readonly RosterEntry[],
  base?: NoticeBase,
): Announced | null {
  const templates = wordingAt(tree.config, now.getTime()).notices;
  // A cover letter is told with its patches.
  if (templates === null || patch.mergeOf.length > 0) return null;
  return {
    templates,
    date: { time: now.getTime(), zone: 0 },
    name: showName(name),
    title: byteString(bytesOf(patch.title ?? showName(name))),
    branch,
    author: byteString(bytesOf(patch.author === null ? tree.config.maintainer : printAddress(patch.author))),
    trailers: patch.trailers,
    patch: patch.source,
    queue,
    ...(base === undefined ? {} : { base }),
  };
}

/** The patches that a roster may list: those of branches whose patches were not announced as having left. */
function rosterEntries(tree: Tree, queue: Queue, fresh: ReadonlyMap<PatchName, PatchFile>): RosterEntry[] {
  const left = new Set(
    tree.config.branches.flatMap(({ name, announce }) => (announce === null || announce === "added" ? [] : [name])),
  );
  const listed = patchesOf(queue).filter(({ branch }) => branch === null || !left.has(branch));
  return listed.flatMap(({ name }) => {
    const patch = fresh.get(name) ?? parsePatchFile(readPatchBytes(tree, name));
    if (patch.mergeOf.length > 0) return [];
    return {
      name: showName(name),
      author: byteString(bytesOf(patch.author === null ? "" : printAddress(patch.author))),
    };
  });
}

function announcementsOf(notices: readonly Notice[]): Announcements {
  return {
    notices: notices.map((notice) => ({
      name: `${notice.kind}-${notice.name.replace(/\.patch$/, "").replaceAll("/", "-")}.eml`,
      bytes: printNotice(notice),
    })),
    events: notices.flatMap((notice) =>
      (notice.names ?? [notice.name]).map((patch) => ({
        kind: "announced" as const,
        patch,
        notice: notice.kind,
        messageId: messageIdOf(notice),
      })),
    ),
  };
}

function messageIdOf({ headers }: Notice): string {
  return (headers.find(([name]) => name.toLowerCase() === "message-id")?.[1] ?? "").replace(/^<|>$/g, "");
}
