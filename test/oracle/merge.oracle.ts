// Comparing, merging and replayed resolutions against git 2.39 itself: diff --no-index, merge-file and rerere must give
// the same bytes on real kernel files and on small ones full of repeats.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, fromByteString, textOf } from "#model/bytes";
import type { FileDiff, Hunk, Lines } from "#model/diff";
import { applyHunks, compareLines, linesOf, makeHunks, parseDiff } from "#model/diff";
import type { Conflict, MarkerStyle, Sides } from "#model/merge";
import { conflictId, hasMarkers, markedText, mergeLines, printConflict, replay } from "#model/merge";
import { caseCount, caseFolder, Random, readBytes, runInAll, scratchFolder, seed } from "./real-tools.ts";

const scratch = scratchFolder();
const KERNEL_FILES = 700;
/** Comparisons that must be git's own; measured on 4,767 kernel files, 1,500 pairs of unrelated ones and 6,000 small ones: all. */
const SAME_SHARE = 0.998;

type Pair = readonly [before: string, after: string];
const kernelPairs = readKernelPairs();

function readKernelPairs(): Pair[] {
  const report = execFileSync(join(import.meta.dirname, "../../tools/debian-kernel"), {
    // Tests have no home; the kernel lies in that of the user.
    env: { ...process.env, HOME: userInfo().homedir },
    encoding: "utf8",
  });
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(report)?.[1] ?? "";
  const git = (input: string, ...args: string[]): Buffer =>
    execFileSync("git", [`--git-dir=${value("repository")}`, ...args], { input, maxBuffer: 2 ** 30 });
  const between = [value("debian_orig"), value("debian_source")];
  const raw = git("", "diff", "--no-renames", "--diff-filter=M", "--raw", "--abbrev=40", ...between).toString("latin1");
  const changed = [...raw.matchAll(/^:100[67]\d\d 100[67]\d\d ([0-9a-f]+) ([0-9a-f]+) M/gm)];
  const random = new Random(-1);
  const picked = changed
    .map((found) => ({ found, order: random.next() }))
    .sort((left, right) => left.order - right.order)
    .slice(0, KERNEL_FILES);
  const ids = picked.flatMap(({ found }) => [found[1], found[2]]);
  const texts = readBatch(git(`${ids.join("\n")}\n`, "cat-file", "--batch"));
  return picked
    .map((_, index): Pair => [texts[2 * index] ?? "", texts[2 * index + 1] ?? ""])
    .filter((pair) => !pair.some((text) => text.includes("\0")));
}

function readBatch(output: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const size = Number(output.toString("latin1", at, end).split(" ")[2]);
    texts.push(output.toString("latin1", end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return texts;
}

/** Few different lines, so that much fits in many places. */
function smallLines(random: Random, count: number): string[] {
  const all = ["", "{", "}", "\ta;", "\tb;", "\t\tc;", "d", "  e", "f", "g", "h", "i", "j", "k"];
  const some = all.slice(0, 2 + random.below(all.length - 1));
  return Array.from({ length: count }, () => random.pick(some));
}

function edited(old: readonly string[], random: Random, edits: number): string[] {
  const result = [...old];
  const some = smallLines(random, 20);
  for (let left = edits; left > 0; left--) {
    const at = random.below(result.length + 1);
    const put = Array.from({ length: random.below(5) }, () => random.pick(some));
    result.splice(at, random.below(5), ...put);
  }
  return result;
}

/** One file of eight does not end with LF. */
function fileOf(all: readonly string[], random: Random): string {
  return all.length === 0 ? "" : all.join("\n") + (random.chance(0.12) ? "" : "\n");
}

function smallPair(index: number): Pair {
  const random = new Random(index);
  const large = index % 50 === 0;
  const before = smallLines(random, random.below(large ? 3000 : 60));
  return [fileOf(before, random), fileOf(edited(before, random, 1 + random.below(large ? 300 : 8)), random)];
}

function lines(text: string): Lines {
  return linesOf(fromByteString(text));
}

const COMPARED_SMALL = caseCount(2000);

test(`${kernelPairs.length} kernel files and ${COMPARED_SMALL} small ones have the hunks of git diff (SEED=${seed})`, () => {
  const random = new Random(-2);
  const unrelated = Array.from({ length: 100 }, (): Pair => [random.pick(kernelPairs)[0], random.pick(kernelPairs)[1]]);
  const small = Array.from({ length: COMPARED_SMALL }, (_, index) => smallPair(index));
  for (const [context, pairs] of [
    [3, [...kernelPairs, ...unrelated, ...small]],
    [1, small],
  ] as const) {
    const diffs = gitDiffs(pairs, `compare-${context}`, context);
    let [same, compared] = [0, 0];
    const wrong: string[] = [];
    const broken: number[] = [];
    for (const [index, [before, after]] of pairs.entries()) {
      const hunks = makeHunks(lines(before), lines(after), context);
      const made = applyHunks(lines(before), hunks, { fuzz: 0, reverse: false });
      if (byteString(made.file.bytes) !== after) broken.push(index);
      if (before === after) continue;
      compared += 1;
      const theirs = diffs.get(index)?.hunks ?? [];
      if (printed(hunks) === printed(theirs)) same += 1;
      else wrong.push(`case ${index}:\n${printed(hunks)}instead of\n${printed(theirs)}`);
    }
    process.stdout.write(`diff -U${context}: ${same} of ${compared} as git has them\n`);
    expect(broken).toEqual([]);
    process.stdout.write(wrong[0] ?? "");
    expect(same / compared).toBeGreaterThanOrEqual(SAME_SHARE);
  }
});

/** What `git diff --no-index` says of all pairs, by index; one process. */
function gitDiffs(pairs: readonly Pair[], name: string, context: number): Map<number, FileDiff> {
  const folder = join(scratch, name);
  for (const side of ["a", "b"]) mkdirSync(join(folder, side), { recursive: true });
  for (const [index, [before, after]] of pairs.entries()) {
    writeFileSync(join(folder, "a", `${index}`), before, "latin1");
    writeFileSync(join(folder, "b", `${index}`), after, "latin1");
  }
  const run = spawnSync("git", ["diff", "--no-index", `-U${context}`, "a", "b"], { cwd: folder, maxBuffer: 2 ** 30 });
  if (run.status !== 1) throw new Error(`run git diff: status ${run.status}, "${run.stderr.toString()}"`);
  return new Map(
    parseDiff(run.stdout).files.map((file) => [Number(/(\d+)$/.exec(file.oldPath ?? file.newPath ?? "")?.[1]), file]),
  );
}

function printed(hunks: readonly Hunk[]): string {
  return hunks.map((hunk) => byteString(hunk.head) + byteString(hunk.body)).join("");
}

const MERGES = caseCount(2000);
const LABELS = { ours: "our side", base: "base", theirs: "theirs" };
const STYLES: readonly MarkerStyle[] = ["merge", "diff3", "zdiff3"];

type Texts = Readonly<Record<keyof Sides, string>>;

test(`${MERGES} merges give the bytes and the conflicts of git merge-file (SEED=${seed})`, () => {
  const cases = Array.from({ length: MERGES }, (_, index) => {
    const texts = index % 2 === 0 ? smallTriple(index) : kernelTriple(index);
    const folder = caseFolder(scratch, index);
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text, "latin1");
    return { index, folder, texts };
  });
  const command = 'git merge-file -p -L "our side" -L base -L theirs';
  runInAll(
    cases.map((one) => one.folder),
    STYLES.map((style) => {
      const option = style === "merge" ? "" : `--${style}`;
      return `${command} ${option} ours base theirs >${style} 2>>err; echo $? >${style}.status`;
    }).join("\n"),
  );
  const seen = { merged: 0, conflicts: 0 };
  const wrong = cases.flatMap(({ index, folder, texts }) => {
    const merge = mergeLines(sidesOf(texts));
    seen[merge.kind === "merged" ? "merged" : "conflicts"] += 1;
    return STYLES.flatMap((style) => {
      const bytes = merge.kind === "merged" ? merge.lines.bytes : printConflict(merge, LABELS, style);
      const count = merge.kind === "merged" ? 0 : merge.regions.length;
      const status = Number(readBytes(folder, `${style}.status`));
      const error = readBytes(folder, "err");
      // With the base to show, git leaves a conflict standing of which both sides turn out to be the same.
      if (merge.kind === "merged" && style !== "merge" && status > 0) return [];
      const agrees = style === "merge" ? status === Math.min(count, 127) : status > 0 === count > 0;
      if (error === "" && agrees && byteString(bytes) === readBytes(folder, style)) return [];
      return [`case ${index}, ${style}: git says ${status} "${error}", we ${count}; see ${folder} with KEEP=1`];
    });
  });
  process.stdout.write(`merge-file: ${JSON.stringify(seen)}\n`);
  expect(wrong.slice(0, 3)).toEqual([]);
  // A generator that makes only easy cases proves nothing.
  expect(Math.min(seen.merged, seen.conflicts)).toBeGreaterThan(MERGES / 10);
});

function sidesOf({ base, ours, theirs }: Texts): Sides {
  return { base: lines(base), ours: lines(ours), theirs: lines(theirs) };
}

function smallTriple(index: number): Texts {
  const random = new Random(index);
  const base = smallLines(random, random.below(random.chance(0.3) ? 8 : 40));
  return {
    base: withLineEnds(fileOf(base, random), random),
    ours: withLineEnds(fileOf(edited(base, random, random.below(5)), random), random),
    theirs: withLineEnds(fileOf(edited(base, random, random.below(5)), random), random),
  };
}

/** A kernel file between two versions: each side has some of the real changes, and edits of its own at places both know. */
function kernelTriple(index: number): Texts {
  const random = new Random(index);
  const [before, after] = random.pick(kernelPairs.filter(([text]) => text.length < 300_000));
  const runs = compareLines(lines(before), lines(after));
  const [old, made] = [before.split(/(?<=\n)/), after.split(/(?<=\n)/)];
  const spots = Array.from({ length: 1 + random.below(4) }, () =>
    random.chance(0.5) && runs.length > 0 ? random.pick(runs).oldStart : random.below(old.length),
  );
  const side = (): string => {
    const result: (readonly string[])[] = old.map((line) => [line]);
    for (const run of runs) {
      if (random.chance(0.4)) continue;
      for (let line = run.oldStart; line < run.oldEnd; line++) result[line] = [];
      const put = made.slice(run.newStart, run.newEnd);
      if (run.oldStart < old.length) result[run.oldStart] = [...put, ...(result[run.oldStart] ?? [])];
    }
    for (const spot of spots) {
      if (random.chance(0.3)) continue;
      const at = Math.min(Math.max(spot + random.below(7) - 3, 0), old.length - 1);
      // Lines of the neighbourhood, so that the sides have some in common.
      const put = Array.from({ length: random.below(4) }, () => old[Math.max(at - random.below(6), 0)] ?? "");
      const own = random.chance(0.7) ? [`\tchange(${random.below(3)});\n`] : [];
      for (let line = at; line < at + random.below(4); line++) result[line] = [];
      result[at] = random.chance(0.5) ? [...own, ...put, ...(result[at] ?? [])] : [...put, ...own];
    }
    return result.flat().join("");
  };
  return {
    base: withLineEnds(before, random),
    ours: withLineEnds(side(), random),
    theirs: withLineEnds(side(), random),
  };
}

/** Now and then CR LF in all lines or in some, or no line end at the very end. */
function withLineEnds(text: string, random: Random): string {
  const ended = random.chance(0.05) ? text.replace(/\n$/, "") : text;
  if (random.chance(0.1)) return ended.replaceAll("\n", "\r\n");
  return random.chance(0.03) ? ended.replace(/\n/g, () => (random.chance(0.5) ? "\r\n" : "\n")) : ended;
}

const RESOLVED = 80;

test(`${RESOLVED} resolutions are recorded and replayed as git rerere does (SEED=${seed})`, () => {
  const cases: Resolved[] = [];
  for (let index = 0; cases.length < RESOLVED; index++) {
    const one = resolvedCase(1_000_000 + index);
    // A conflict met twice would be resolved by the first of them.
    if (one !== null && !cases.some(({ id }) => id === one.id)) cases.push(one);
  }
  const repository = new RerereRepository(join(scratch, "rerere"));
  repository.leaveConflicts(cases.map(({ texts, first }) => ({ texts, conflict: first })));
  repository.git("", "rerere");
  const ids = repository.conflictIds();
  for (const [index, { resolution }] of cases.entries()) writeFileSync(repository.file(index), resolution, "latin1");
  repository.git("", "rerere");
  repository.leaveConflicts(cases.map(({ laterTexts, later }) => ({ texts: laterTexts, conflict: later })));
  repository.git("", "rerere");

  const seen = {
    sameIds: cases.filter(({ id }, index) => ids[index] === id).length,
    replayed: 0,
    neither: 0,
    onlyWe: 0,
  };
  const wrong = cases.flatMap(({ first, later, resolution, id }, index) => {
    const theirs = readFileSync(repository.file(index), "latin1");
    const done = replay(later, { preimage: markedText(first), postimage: fromByteString(resolution) });
    const ours = conflictId(later) === id && done ? byteString(done.bytes) : null;
    const resolved = !hasMarkers(fromByteString(theirs));
    if (resolved && ours === theirs) seen.replayed += 1;
    else if (!resolved && ours === null) seen.neither += 1;
    // Git cuts a conflict otherwise when the sides change places; we do not, so we may know one again that git does not.
    else if (!resolved) seen.onlyWe += 1;
    else return [`case ${index}: git made ${textOf(fromByteString(theirs))}instead of ${ours}`];
    return [];
  });
  process.stdout.write(`rerere: ${JSON.stringify(seen)}\n`);
  expect(wrong.slice(0, 1)).toEqual([]);
  expect(seen.sameIds).toBeGreaterThanOrEqual(RESOLVED * 0.9);
  expect(seen.replayed).toBeGreaterThanOrEqual(RESOLVED * 0.9);
});

/** A repository in which files `f0`, `f1` … are in conflict. */
class RerereRepository {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder);
    this.git("", "init", "-q");
    this.git("", "config", "rerere.enabled", "true");
    this.git("", "commit", "-q", "--allow-empty", "-m", "base");
  }

  git(input: string, ...args: string[]): string {
    return execFileSync("git", args, { cwd: this.#folder, input, encoding: "latin1", stdio: ["pipe", "pipe", "pipe"] });
  }

  file(index: number): string {
    return join(this.#folder, `f${index}`);
  }

  /** The index and the work tree as a merge leaves them. */
  leaveConflicts(conflicts: readonly { readonly texts: Texts; readonly conflict: Conflict }[]): void {
    this.git("", "read-tree", "--empty");
    const names = conflicts.flatMap(({ texts }, index) => {
      return (["base", "ours", "theirs"] as const).map((side) => {
        writeFileSync(join(scratch, `${side}-${index}`), texts[side], "latin1");
        return join(scratch, `${side}-${index}`);
      });
    });
    const blobs = this.git(`${names.join("\n")}\n`, "hash-object", "-w", "--no-filters", "--stdin-paths").split("\n");
    const entries = names.map((_, at) => `100644 ${blobs[at]} ${(at % 3) + 1}\tf${Math.floor(at / 3)}\n`);
    this.git(entries.join(""), "update-index", "--index-info");
    for (const [index, { conflict }] of conflicts.entries()) {
      writeFileSync(this.file(index), printConflict(conflict, LABELS));
    }
  }

  /** The names that rerere gave, by file. */
  conflictIds(): string[] {
    const found: string[] = [];
    const text = readFileSync(join(this.#folder, ".git/MERGE_RR"), "latin1");
    for (const [, id = "", index] of text.matchAll(/([0-9a-f]{40})[^\t]*\tf(\d+)\0/g)) found[Number(index)] = id;
    return found;
  }
}

interface Resolved {
  readonly id: string;
  readonly texts: Texts;
  readonly first: Conflict;
  /** What a person made of the file. */
  readonly resolution: string;
  /** The same conflict, with sides changed and other changes above and below. */
  readonly laterTexts: Texts;
  readonly later: Conflict;
}

/** Null when the random sides do not conflict. */
function resolvedCase(index: number): Resolved | null {
  const random = new Random(index);
  const { base, ours, theirs } = index % 2 === 0 ? smallTriple(index) : kernelTriple(index);
  const texts = { base: around("", base, ""), ours: around("", ours, ""), theirs: around("", theirs, "") };
  const laterTexts = {
    base: around("", base, ""),
    ours: around(random.chance(0.5) ? "new\n" : "", theirs, random.chance(0.5) ? "more\n" : ""),
    theirs: around("", ours, ""),
  };
  const first = mergeLines(sidesOf(texts));
  const later = mergeLines(sidesOf(laterTexts));
  if (first.kind === "merged" || later.kind === "merged") return null;
  const resolution = first.pieces.map((piece) => {
    if (piece.kind === "merged") return byteString(piece.text);
    const keeps = [piece.ours, piece.theirs].map((side) => (random.chance(0.5) ? byteString(side.text) : ""));
    return `${keeps.join("")}resolved ${random.below(1000)}\n`;
  });
  return { id: conflictId(first), texts, first, resolution: resolution.join(""), laterTexts, later };
}

/** The text among unique lines, so that what is changed above and below them does not touch it. */
function around(above: string, middle: string, below: string): string {
  const body = middle === "" || middle.endsWith("\n") ? middle : `${middle}\n`;
  return `${above}${lineRun("above")}${body}${lineRun("below")}${below}`;
}

function lineRun(name: string): string {
  return Array.from({ length: 8 }, (_, index) => `${name} ${index}\n`).join("");
}
