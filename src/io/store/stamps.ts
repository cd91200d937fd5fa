// By which a reader that stays knows that a tree changed: the stamps of its files, without reading them.
// Patch files are too many to look at each time; `watchTree` tells of those.
import { statSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "./disk.ts";
import { CONFIG_FILE, SERIES_FILE } from "./tree.ts";

/** Files and directories of the tree that change with what is known of its patches, from its top. */
const OF_TREE = [
  CONFIG_FILE,
  SERIES_FILE,
  "patches",
  "maps",
  "resolutions",
  ".longarm/built.json",
  ".longarm/notes.jsonl",
  ".longarm/outbox",
  ".longarm/outbox/log.jsonl",
];

/** Files that change with what is known of mails. */
const OF_MAIL = [".longarm/mail.sqlite", ".longarm/mail.sqlite-wal"];

/** The stamp of what the tree at `dir` says of its patches; another one when anything of it was written. */
export function treeStamp(dir: string): string {
  const ledger = namesIn(join(dir, "ledger")).map((name) => `ledger/${name}`);
  return stampOf(dir, [...OF_TREE, ...ledger]);
}

/** The stamp of the tree's mail index. */
export function mailStamp(dir: string): string {
  return stampOf(dir, OF_MAIL);
}

/** Which file is at that path, whatever is in it; null for none. */
export function fileStamp(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}.${stat.ino}`;
}

function stampOf(dir: string, names: readonly string[]): string {
  return names
    .map((name) => {
      const stat = statSync(join(dir, name), { throwIfNoEntry: false });
      return stat === undefined ? "-" : `${stat.ino}.${stat.size}.${stat.mtimeMs}`;
    })
    .join(" ");
}
