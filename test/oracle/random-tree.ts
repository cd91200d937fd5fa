// Random small trees for the oracle tests, and their way to a disk and back.
// Names and contents are byte strings; directories have ASCII names.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { FileMode } from "#model/diff";
import type { Random } from "./real-tools.ts";

/** Path to mode and content; a link's content is its target. */
export type Tree = ReadonlyMap<string, TreeEntry>;

interface TreeEntry {
  readonly mode: FileMode;
  readonly text: string;
}

/** `plain` trees have only what a plain diff can say: no modes, links, binary files, nor names that GNU diff writes ambiguously. */
export type Style = "plain" | "git";

const NAMES = ["f", "g.c", "d/f", "d/g h", "d/e/k.c", 'q"t', "d/\xc3\xa9", "d/\xe9", "m", "n/o"];

function namesOf(style: Style): readonly string[] {
  return style === "git" ? NAMES : NAMES.filter((name) => !/["\x80-\xff]/.test(name));
}

/** About half of the names, each with a random file. */
export function randomTree(random: Random, style: Style): Tree {
  const tree = new Map<string, TreeEntry>();
  for (const name of namesOf(style)) if (random.chance(0.6)) tree.set(name, randomEntry(random, style));
  return tree;
}

function randomEntry(random: Random, style: Style): TreeEntry {
  if (style === "git" && random.chance(0.08)) return { mode: "120000", text: randomTarget(random) };
  const mode = style === "git" && random.chance(0.2) ? "100755" : "100644";
  return { mode, text: randomText(random, style) };
}

function randomTarget(random: Random): string {
  return `somewhere/${random.below(9)}`;
}

function randomText(random: Random, style: Style): string {
  const kind = random.next();
  if (kind < 0.08) return "";
  const eol = kind < 0.2 ? "\r\n" : "\n";
  const lines = Array.from({ length: random.below(30) + 1 }, (_, line) => `${random.below(9)}-${line}`);
  if (style === "git" && kind > 0.85) lines.push("\0\xff binary");
  return lines.join(eol) + (random.chance(0.15) ? "" : eol);
}

/** The tree after some files came, went, moved, were copied or changed. */
export function changedTree(tree: Tree, random: Random, style: Style, edits: number): Tree {
  const changed = new Map(tree);
  const names = namesOf(style);
  for (let edit = 0; edit < edits; edit++) {
    const name = random.pick(names);
    const entry = changed.get(name);
    const kind = random.next();
    if (entry === undefined) {
      changed.set(name, randomEntry(random, style));
    } else if (kind < 0.2) {
      changed.delete(name);
    } else if (kind < 0.4 && style === "git") {
      const free = names.find((other) => !changed.has(other));
      if (free === undefined) continue;
      if (random.chance(0.7)) changed.delete(name);
      changed.set(free, random.chance(0.5) ? entry : editedEntry(entry, random));
    } else if (kind < 0.5 && style === "git" && entry.mode !== "120000") {
      changed.set(name, { ...entry, mode: entry.mode === "100644" ? "100755" : "100644" });
    } else {
      changed.set(name, editedEntry(entry, random));
    }
  }
  return changed;
}

/** The tree with one line more or less in half of its files: what patches for the old tree meet with offset or fuzz. */
export function driftedTree(tree: Tree, random: Random): Tree {
  return new Map(
    [...tree].map(([name, entry]) => {
      if (entry.mode === "120000" || random.chance(0.5)) return [name, entry];
      const lines = entry.text.split("\n");
      lines.splice(random.below(lines.length), random.chance(0.3) ? 1 : 0, ...(random.chance(0.8) ? ["drift"] : []));
      return [name, { ...entry, text: lines.join("\n") }];
    }),
  );
}

function editedEntry(entry: TreeEntry, random: Random): TreeEntry {
  if (entry.mode === "120000") return { ...entry, text: randomTarget(random) };
  const lines = entry.text.split("\n");
  for (let edits = random.below(3) + 1; edits > 0; edits--) {
    const added = random.chance(0.7) ? [`new ${random.below(9)}`] : [];
    lines.splice(random.below(lines.length + 1), random.below(3), ...added);
  }
  return { ...entry, text: lines.join("\n") };
}

/** The paths that differ between two trees, with what is different. */
export function differences(ours: Tree, theirs: Tree): string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((path) => {
    const [left, right] = [ours.get(path), theirs.get(path)];
    if (left === undefined || right === undefined) return [`"${path}" is only ${left ? "ours" : "theirs"}`];
    if (left.mode !== right.mode) return [`"${path}" has mode ${left.mode}, theirs ${right.mode}`];
    return left.text === right.text ? [] : [`"${path}" has other bytes`];
  });
}

export function writeTree(folder: string, tree: Tree): void {
  mkdirSync(folder);
  for (const [name, { mode, text }] of tree) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    const path = onDisk(folder, name);
    if (mode === "120000") {
      symlinkSync(text, path);
    } else {
      writeFileSync(path, text, "latin1");
      if (mode === "100755") chmodSync(path, 0o755);
    }
  }
}

export function readTree(folder: string): Tree {
  const tree = new Map<string, TreeEntry>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "latin1" })) {
    const path = onDisk(folder, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) tree.set(name, { mode: "120000", text: readlinkSync(path, "latin1") });
    else if (stat.isFile())
      tree.set(name, { mode: stat.mode & 0o100 ? "100755" : "100644", text: readFileSync(path, "latin1") });
  }
  return tree;
}

function onDisk(folder: string, name: string): Buffer {
  return Buffer.from(join(folder, name), "latin1");
}
