// Whole patches on small random trees: plain ones against GNU patch 2.7.6 as quilt calls it, git's against git apply.
// Files come, go, move, change mode, lack a last newline, have CRLF or NUL bytes. Placement of hunks is in patch.oracle.ts.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, fromByteString } from "#model/bytes";
import type { Diff } from "#model/diff";
import { parseDiff, pathsOf, printDiff } from "#model/diff";
import type { BaseEntry, Files, PushOutcome } from "#model/files";
import { fileAt, filesOf, pushPatch } from "#model/files";
import { writeGitDiffs } from "./git-diffs.ts";
import type { Style, Tree } from "./random-tree.ts";
import { changedTree, differences, randomTree, readTree, writeTree } from "./random-tree.ts";
import { caseCount, caseFolder, Random, readBytes, runInAll, scratchFolder, seed } from "./real-tools.ts";

const CASES = caseCount(500);
const scratch = scratchFolder();

interface Case {
  readonly index: number;
  readonly folder: string;
  readonly old: Tree;
  readonly new: Tree;
  /** What the patch is applied to (or, with -R, taken back from): the tree it is for, or one that went another way. */
  readonly target: Tree;
  readonly reverse: boolean;
}

test(`${CASES} plain patches make the trees that GNU patch makes (SEED=${seed})`, () => {
  const cases = Array.from({ length: CASES }, (_, index) => makeCase("plain", index));
  runInAll(
    cases.map((one) => one.folder),
    // -a: diff writes no usable patch of what it takes for binary.
    `TZ=UTC diff -aruN a b >p; test $? -le 1 || exit 1; cd t; patch -f -p1 $(cat ../reverse) --no-backup-if-mismatch -r - <../p >../out 2>&1; echo $? >../status; cd ..`,
  );
  expect(failing("plain patches", cases, 2)).toEqual([]);
});

test(`${CASES} git patches make the trees that git apply makes, and taken back the old ones (SEED=${seed})`, () => {
  const cases = Array.from({ length: CASES }, (_, index) => makeCase("git", index));
  writeGitDiffs(join(scratch, "repository"), cases);
  const folders = cases.map((one) => one.folder);
  runInAll(folders, "cd t; git apply --unidiff-zero --whitespace=nowarn ../p >../out 2>&1; echo $? >../status; cd ..");
  expect(failing("git patches", cases, 0)).toEqual([]);
  const wrong = cases.flatMap((one) => {
    const diff = parseDiff(fromByteString(readBytes(one.folder, "p")));
    const there = pushPatch(filesFrom(one.old), diff, { strip: 1, fuzz: 0, reverse: false });
    const back = pushPatch(there.files, diff, { strip: 1, fuzz: 0, reverse: true });
    const paths = [...one.old.keys(), ...one.new.keys()];
    const faults = [
      ...differences(treeOf(there.files, paths), one.new).map((path) => `there ${path}`),
      ...differences(treeOf(back.files, paths), one.old).map((path) => `back ${path}`),
    ];
    return faults.length === 0 ? [] : [report(one, faults, back.outcome)];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
});

/** The first cases that come out otherwise than in the folder `t` of the real tool. */
function failing(what: string, cases: readonly Case[], fuzz: number): string[] {
  const seen = { applied: 0, empty: 0, rejected: 0, other: 0 };
  const wrong = cases.flatMap((one) => {
    const text = readBytes(one.folder, "p");
    const diff = parseDiff(fromByteString(text));
    const { files, outcome } = pushPatch(filesFrom(one.target), diff, { strip: 1, fuzz, reverse: one.reverse });
    const status = Number(readBytes(one.folder, "status"));
    const faults: string[] = [];
    if (byteString(printDiff(diff)) !== text) faults.push("printed diff");
    if (isMadeOverEmpty(one) || (diff.files[0]?.git === true && isPlacedFreely(one, diff))) {
      seen.other += 1;
      return [];
    }
    seen[outcome.kind] += 1;
    if (text !== "" && (outcome.kind === "rejected") !== (status !== 0)) faults.push(`status ${status}`);
    if (status === 0 && outcome.kind !== "rejected") {
      const paths = [...one.old.keys(), ...one.new.keys(), ...one.target.keys()];
      faults.push(...differences(treeOf(files, paths), readTree(join(one.folder, "t"))));
    }
    return faults.length === 0 ? [] : [report(one, faults, outcome)];
  });
  process.stdout.write(`trees: ${what} ${JSON.stringify(seen)}, ${wrong.length} wrong\n`);
  // A generator that makes only easy cases proves nothing.
  expect(Math.min(seen.applied, seen.rejected)).toBeGreaterThan(cases.length / 25);
  return wrong.slice(0, 3);
}

/** Git never makes a file where one is; quilt and we let an empty file be made anew. */
function isMadeOverEmpty(one: Case): boolean {
  const found = /^error: (.*): already exists in working directory$/m.exec(readBytes(one.folder, "out"));
  return found !== null && one.target.get(found[1] ?? "")?.text === "";
}

/** Where a file to be patched was changed, git places hunks by its own rules; ours are GNU patch's for every diff. */
function isPlacedFreely(one: Case, diff: Diff): boolean {
  return diff.files
    .flatMap((file) => pathsOf(file, 1))
    .some((path) => {
      const [was, is] = [one.old.get(path), one.target.get(path)];
      return was !== undefined && is !== undefined && was.text !== is.text;
    });
}

function report(one: Case, faults: readonly string[], outcome: PushOutcome): string {
  const { kind, files } = outcome;
  const parts = [`SEED=${seed} case ${one.index}: ${faults.join(", ")}`, JSON.stringify({ kind, files })];
  for (const name of ["p", "out"]) parts.push(`--- ${name}`, readBytes(one.folder, name));
  parts.push("--- target", JSON.stringify([...one.target], null, 1));
  return parts.join("\n");
}

function makeCase(style: Style, index: number): Case {
  const random = new Random(index);
  const folder = caseFolder(scratch, caseNumber++);
  const old = randomTree(random, style);
  const changed = changedTree(old, random, style, 3);
  const reverse = style === "plain" && random.chance(0.3);
  const right = reverse ? changed : old;
  const target = random.chance(0.5) ? right : changedTree(right, random, style, 1);
  for (const [name, tree] of Object.entries({ a: old, b: changed, t: target })) writeTree(join(folder, name), tree);
  const finding = random.pick(["--no-renames", "-M", "-M30", "-C --find-copies-harder"]);
  writeFileSync(join(folder, "reverse"), reverse ? "-R" : "");
  writeFileSync(join(folder, "options"), `${finding} ${random.pick(["", "--full-index", "-U1", "-U0"])}`);
  return { index, folder, old, new: changed, target, reverse };
}
let caseNumber = 0;

function filesFrom(tree: Tree): Files {
  return filesOf(
    new Map<string, BaseEntry>(
      [...tree].map(([path, { mode, text }]) => [path, { kind: "file", mode, bytes: fromByteString(text) }]),
    ),
  );
}

/** The files that stand at `paths`, the only ones a patch of these trees can name. */
function treeOf(files: Files, paths: readonly string[]): Tree {
  return new Map(
    paths.flatMap((path) => {
      const entry = fileAt(files, path);
      return entry === null ? [] : [[path, { mode: entry.mode, text: byteString(entry.lines.bytes) }] as const];
    }),
  );
}
