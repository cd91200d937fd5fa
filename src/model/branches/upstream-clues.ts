// Which commits of a range may be which patches of the queue, by what can be seen without their diffs: the mails they name,
// subject and author, the files they change. What it finds are clues; upstream.ts judges them.
import type { ByteString, Path } from "#model/bytes";
import type { Address } from "#model/mail";
import type { PatchName } from "#model/queue";

/** A patch that is looked for. */
export interface SoughtPatch {
  readonly name: PatchName;
  readonly title: string | null;
  readonly author: Address | null;
  /** Mails that the patch came from, and those it names. */
  readonly messageIds: readonly ByteString[];
  /** Every path that it may read or write. */
  readonly paths: ReadonlySet<Path>;
}

/** A commit as its log shows it. */
export interface SeenCommit {
  readonly subject: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly messageIds: readonly ByteString[];
  readonly paths: readonly Path[];
}

export interface ClueIndex {
  /** Patches that the commit names by mail, or that have its subject and author. */
  hits(commit: SeenCommit): readonly { readonly patch: PatchName; readonly kind: "message-id" | "subject-author" }[];
  /** Patches that name every file the commit changes, so that the two may have one patch-id. */
  sameFiles(commit: SeenCommit): readonly PatchName[];
}

/** A commit that changes more files is not compared by its diff. */
const MAX_FILES = 1000;

/** An index of the patches, so that a commit costs what it touches and not the length of the queue. */
export function clueIndexOf(patches: readonly SoughtPatch[]): ClueIndex {
  const byMail = new Map<ByteString, SoughtPatch[]>();
  const byTitle = new Map<string, SoughtPatch[]>();
  const byPath = new Map<Path, SoughtPatch[]>();
  for (const patch of patches) {
    for (const id of new Set(patch.messageIds)) listed(byMail, id).push(patch);
    if (patch.title !== null) listed(byTitle, folded(patch.title)).push(patch);
    for (const path of patch.paths) listed(byPath, path).push(patch);
  }
  return {
    hits(commit) {
      // A mail that several patches name is the report or the discussion they are about, not what one of them came from.
      const named = commit.messageIds.flatMap((id) => {
        const owners = byMail.get(id) ?? [];
        return owners.length === 1 ? owners : [];
      });
      const titled = (byTitle.get(folded(commit.subject)) ?? []).filter(({ author }) => isBy(author, commit.author));
      return [
        ...[...new Set(named)].map(({ name }) => ({ patch: name, kind: "message-id" }) as const),
        ...titled.map(({ name }) => ({ patch: name, kind: "subject-author" }) as const),
      ];
    },
    sameFiles({ paths }) {
      if (paths.length === 0 || paths.length > MAX_FILES) return [];
      let fewest: readonly SoughtPatch[] | null = null;
      for (const path of paths) {
        const here = byPath.get(path);
        if (here === undefined) return [];
        if (fewest === null || here.length < fewest.length) fewest = here;
      }
      return (fewest ?? []).filter((patch) => paths.every((path) => patch.paths.has(path))).map(({ name }) => name);
    },
  };
}

function listed<Key, Value>(map: Map<Key, Value[]>, key: Key): Value[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

function folded(title: string): string {
  return title.replace(/\s+/g, " ").trim();
}

/** One person by name or by address: maintainers write either of them in a form of their own. */
function isBy(author: Address | null, committed: SeenCommit["author"]): boolean {
  if (author === null) return false;
  const sameAddress = author.address.toLowerCase() === committed.email.toLowerCase();
  return sameAddress || (author.name !== "" && author.name === committed.name);
}
