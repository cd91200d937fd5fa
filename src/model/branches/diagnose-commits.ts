// Which commits of the source repository, between an old and a new base, account for lines that no patch accounts for.
// The commits are given; how they were found, and how many were looked at, is the caller's business.
import type { ByteString, Path } from "#model/bytes";
import type { Diff, FileDiff } from "#model/diff";
import { pathsOf } from "#model/diff";
import type { LineBlame, Unexplained } from "./diagnose-blame.ts";
import { isTelling, textAt } from "./diagnose-misfit.ts";

/** A commit that only one of the two bases has. */
export interface BaseCommit {
  readonly id: string;
  /** `new`: it came with the new base; `old`: only the old base has it, so what it did is undone. */
  readonly side: "old" | "new";
  readonly author: { readonly name: string; readonly email: string };
  /** Committer date, seconds since 1970. */
  readonly date: number;
  readonly subject: string;
  readonly diff: Diff;
}

/** What the commits did to each file, ready to be asked about lines. */
export interface BaseChanges {
  /** The commits that took those lines away or put them there, newest first, each line blamed once. */
  blame(path: Path, lines: Unexplained): ReadonlyMap<BaseCommit, LineBlame>;
  /** The newest commit that made the file appear or disappear. */
  maker(path: Path, gone: boolean): BaseCommit | null;
}

/** Indexes commits, given newest first; a line without a word is blamed on nobody. */
export function baseChangesOf(commits: readonly BaseCommit[]): BaseChanges {
  const files = new Map<Path, FileChanges>();
  const order = new Map(commits.map((commit, index) => [commit, index]));
  for (const commit of commits) {
    for (const file of commit.diff.files) {
      for (const path of pathsOf(file, 1)) {
        const changes = files.get(path) ?? { removed: new Map(), added: new Map(), gone: null, made: null };
        files.set(path, changes);
        addTo(changes, commit, file);
      }
    }
  }
  return {
    blame(path, lines) {
      const blamed = new Map<BaseCommit, { removed: ByteString[]; added: ByteString[] }>();
      for (const kind of ["removed", "added"] as const) {
        for (const text of lines[kind]) {
          const commit = isTelling(text) ? files.get(path)?.[kind].get(text) : undefined;
          if (commit === undefined) continue;
          const blame = blamed.get(commit) ?? { removed: [], added: [] };
          blame[kind].push(text);
          blamed.set(commit, blame);
        }
      }
      for (const text of lines.nearby) {
        const commit = files.get(path)?.added.get(text);
        if (commit !== undefined && isTelling(text)) blamed.get(commit)?.added.push(text);
      }
      return new Map([...blamed].sort(([one], [other]) => (order.get(one) ?? 0) - (order.get(other) ?? 0)));
    },
    maker(path, gone) {
      const changes = files.get(path);
      return (gone ? changes?.gone : changes?.made) ?? null;
    },
  };
}

/** Of one file: the newest commit that took each line away or put it there, and those that ended and began the file. */
interface FileChanges {
  readonly removed: Map<ByteString, BaseCommit>;
  readonly added: Map<ByteString, BaseCommit>;
  gone: BaseCommit | null;
  made: BaseCommit | null;
}

function addTo(changes: FileChanges, commit: BaseCommit, file: FileDiff): void {
  // What only the old base has counts backwards: its new lines are the ones that are missing now.
  const forward = commit.side === "new";
  if (file.change === (forward ? "delete" : "create")) changes.gone ??= commit;
  if (file.change === (forward ? "create" : "delete")) changes.made ??= commit;
  for (const hunk of file.hunks) {
    for (const line of hunk.lines) {
      if (line.kind === "context") continue;
      const lines = (line.kind === "delete") === forward ? changes.removed : changes.added;
      const text = textAt(hunk, line);
      if (!lines.has(text)) lines.set(text, commit);
    }
  }
}
