// From what happened to a patch to the notice that tells of it: gathers what the notice needs and lets the model write it.
import { byteString, bytesOf } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import { printAddress } from "#model/mail";
import type { Announced, Notice, RosterEntry } from "#model/notices";
import { addedNotice, printNotice, removedNotice } from "#model/notices";
import type { PatchFile, PatchName, Queue } from "#model/queue";
import { parsePatchFile, patchesOf, showName } from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { readPatchBytes } from "#io/store";
import type { NewPatch } from "./read-sources.ts";

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

/** The notices of newly queued patches; none when the tree has no templates. `after` is the queue that holds them. */
export function announceAdded(
  tree: Tree,
  now: Date,
  branch: string,
  patches: readonly NewPatch[],
  after: Queue,
): Announcements {
  if (tree.config.notices === null) return NONE;
  const fresh = new Map(patches.map(({ name, bytes }) => [name, parsePatchFile(bytes)]));
  const entries = rosterEntries(tree, after, fresh);
  return announcementsOf(
    patches.flatMap(({ name }) => {
      const patch = fresh.get(name);
      const about = patch && announced(tree, now, name, patch, branch, entries);
      return about ? [addedNotice(about)] : [];
    }),
  );
}

/** The notice of a patch that left; `kind` is one of the tree's reasons. `after` is the queue without it. */
export function announceRemoved(tree: Tree, now: Date, removed: Removed, after: Queue): Announcements {
  const notice = removalNotice(tree, now, removed, after);
  return notice === null ? NONE : announcementsOf([notice]);
}

/** The notices of many patches that left together; as {@link announceRemoved}, with the queue read once. */
export function announceAllRemoved(tree: Tree, now: Date, removed: readonly Removed[], after: Queue): Announcements {
  if (tree.config.notices === null || removed.length === 0) return NONE;
  const entries = rosterEntries(tree, after, new Map());
  return announcementsOf(
    removed.flatMap((one) => {
      const notice = noticeOfRemoval(tree, now, one, entries);
      return notice === null ? [] : [notice];
    }),
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
  return announcementsOf(
    told.flatMap(({ name, to }) => {
      const kind = kinds.get(to) ?? "added";
      const about = announced(tree, now, name, parsePatchFile(readPatchBytes(tree, name)), to, entries);
      if (about === null) return [];
      return [kind === "added" ? addedNotice(about) : removedNotice({ ...about, kind, into: to })];
    }),
  );
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
  const patch = parsePatchFile(readPatchBytes(tree, removed.name));
  const about = announced(tree, now, removed.name, patch, removed.branch, entries);
  if (about === null) return null;
  return removedNotice({ ...about, kind: removed.kind, ...(removed.into === null ? {} : { into: removed.into }) });
}

function announced(
  tree: Tree,
  now: Date,
  name: PatchName,
  patch: PatchFile,
  branch: string,
  queue: readonly RosterEntry[],
): Announced | null {
  const templates = tree.config.notices;
  if (templates === null) return null;
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
  };
}

/** The patches that a roster may list: those of branches whose patches were not announced as having left. */
function rosterEntries(tree: Tree, queue: Queue, fresh: ReadonlyMap<PatchName, PatchFile>): RosterEntry[] {
  const left = new Set(
    tree.config.branches.flatMap(({ name, announce }) => (announce === null || announce === "added" ? [] : [name])),
  );
  const listed = patchesOf(queue).filter(({ branch }) => branch === null || !left.has(branch));
  return listed.map(({ name }) => {
    const patch = fresh.get(name) ?? parsePatchFile(readPatchBytes(tree, name));
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
    events: notices.map((notice) => ({
      kind: "announced",
      patch: notice.name,
      notice: notice.kind,
      messageId: (notice.headers.find(([name]) => name === "Message-Id")?.[1] ?? "").replace(/^<|>$/g, ""),
    })),
  };
}
