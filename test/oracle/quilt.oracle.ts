// Random series pushed by quilt 0.66 with GNU patch 2.7.6, and by us: the same patches apply and the same tree is left.
// Plain and git's diffs, -pN and -R in the series, all fuzz settings, bases that drifted; odd names, modes, links and bytes.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { BaseEntry, PushOutcome } from "#model/files";
import { fileAt, filesOf, pushAll } from "#model/files";
import { parseSeries, patchesOf } from "#model/queue";
import { writeGitDiffs } from "./git-diffs.ts";
import type { Style, Tree } from "./random-tree.ts";
import { changedTree, differences, driftedTree, randomTree, readTree, writeTree } from "./random-tree.ts";
import { caseCount, Random, readBytes, runInAll, scratchFolder, seed } from "./real-tools.ts";

const CASES = Math.min(caseCount(250), 5000);
const scratch = scratchFolder();

interface Step {
  /** Holds the patch, `p`. */
  readonly folder: string;
  readonly old: Tree;
  readonly new: Tree;
  readonly style: Style;
  readonly strip: number;
  readonly reverse: boolean;
}

interface Series {
  readonly index: number;
  readonly folder: string;
  readonly base: Tree;
  readonly steps: readonly Step[];
  readonly fuzz: number;
}

test(`${CASES} random series leave the trees that quilt push leaves (SEED=${seed})`, () => {
  const all = Array.from({ length: CASES }, (_, index) => makeSeries(index));
  const steps = all.flatMap((one) => one.steps);
  writeGitDiffs(
    join(scratch, "repository"),
    steps.filter(({ style }) => style === "git"),
  );
  runInAll(
    steps.filter(({ style }) => style === "plain").map(({ folder }) => folder),
    // -a: diff writes no usable patch of what it takes for binary.
    "TZ=UTC diff -aruN $(cat options) >p; test $? -le 1",
  );
  for (const one of all) writeSeries(one);
  runInAll(
    all.map(({ folder }) => folder),
    "cd t; QUILT_PATCHES=../patches quilt --quiltrc - push -a -q $(cat ../fuzz) >../out 2>&1; cp .pc/applied-patches .. 2>/dev/null || :; rm -rf .pc; cd ..",
    8,
  );
  const byRule = new Map<string, number>();
  const seen = { complete: 0, stopped: 0, applied: 0, fuzz: 0, offset: 0 };
  const wrong = all.flatMap((one) => {
    const { outcomes, tree } = push(one);
    const done = outcomes.filter(({ kind }) => kind !== "rejected").length;
    const pushed = readBytes(one.folder, "applied-patches").split("\n").length - 1;
    const theirs = readTree(join(one.folder, "t"));
    seen[done === one.steps.length ? "complete" : "stopped"] += 1;
    seen.applied += done;
    for (const hunk of outcomes.flatMap(({ files }) => files.flatMap(({ hunks }) => hunks))) {
      if (hunk.kind !== "applied") continue;
      if (hunk.fuzz > 0) seen.fuzz += 1;
      if (hunk.offset !== 0) seen.offset += 1;
    }
    const faults = done === pushed ? differences(tree, theirs) : [`${done} pushed, not ${pushed}`];
    if (faults.length === 0) return [];
    const rule = rules.find(({ holds }) => holds({ one, outcomes, tree, faults, out: readBytes(one.folder, "out") }));
    if (rule === undefined) return [report(one, faults, outcomes)];
    byRule.set(rule.name, (byRule.get(rule.name) ?? 0) + 1);
    return [];
  });
  const differing = JSON.stringify(Object.fromEntries(byRule));
  process.stdout.write(
    `quilt: ${CASES} series, ${JSON.stringify(seen)}, on purpose ${differing}, ${wrong.length} wrong\n`,
  );
  expect(wrong.slice(0, 3)).toEqual([]);
  // A generator that makes only easy cases proves nothing.
  expect(Math.min(seen.complete, seen.stopped, seen.fuzz, seen.offset)).toBeGreaterThan(CASES / 50);
});

interface Difference {
  readonly one: Series;
  readonly outcomes: readonly PushOutcome[];
  readonly tree: Tree;
  readonly faults: readonly string[];
  /** What quilt and patch said. */
  readonly out: string;
}

/** Where we differ on purpose, and where quilt or GNU patch 2.7.6 fails at what git's diffs say. */
const rules: readonly { readonly name: string; readonly holds: (difference: Difference) => boolean }[] = [
  {
    name: "a rename or copy onto a file that exists is rejected",
    holds: ({ outcomes }) => reasonsOf(outcomes.at(-1)).includes("is the target of a rename or copy but exists"),
  },
  {
    name: "GNU patch finds no names with blanks in a `diff --git` line",
    holds: ({ one, out }) =>
      /No file to patch|without two valid file names/.test(out) &&
      /^diff --git .*d\/g h.*\n(?:[a-z].*\n)+(?:diff --git |$(?![^]))/m.test(patchThatFailed(one, out)),
  },
  {
    name: "GNU patch renames and copies no links",
    holds: ({ one, out }) =>
      /is not a regular file -- refusing/.test(out) && /^(?:rename|copy) to /m.test(patchThatFailed(one, out)),
  },
  {
    name: "GNU patch makes no link where an empty file is",
    holds: ({ out, tree }) => {
      // It quotes for a shell.
      const name = /^File (.*) is not a symbolic link -- refusing/m.exec(out)?.[1]?.replace(/^'(.*)'$/, "$1");
      return name !== undefined && tree.get(name)?.mode === "120000";
    },
  },
  { name: "GNU patch follows a link and dies", holds: ({ out }) => out.includes("Too many levels of symbolic links") },
  {
    name: "GNU patch does not take back a link that became a file in two changes",
    holds: ({ one, out }) => {
      const heads = patchThatFailed(one, out).match(/^diff --git .*$/gm) ?? [];
      return /is not a regular file -- refusing/.test(out) && new Set(heads).size < heads.length;
    },
  },
  {
    name: "git's creation of an empty file where one is, is rejected",
    holds: ({ outcomes }) =>
      outcomes.at(-1)?.files.some((file) => file.kind === "rejected" && file.hunks.length === 0) === true &&
      reasonsOf(outcomes.at(-1)).every((reason) => reason === "is to be created but exists"),
  },
  {
    // GNU patch reverts its hunks in the source instead, and leaves an empty copy there; git apply copies back, and refuses.
    name: "a copy that is taken back goes",
    holds: ({ one }) => one.steps.some(({ folder, reverse }) => reverse && /^copy to /m.test(readBytes(folder, "p"))),
  },
  {
    name: "quilt takes a patch back, and empty files and links go with it",
    holds: ({ out, tree, faults }) =>
      /does not apply|can be reverse-applied/.test(out) &&
      faults.every((fault) => {
        const entry = tree.get(/^"(.*)" is only ours$/s.exec(fault)?.[1] ?? "");
        return entry?.text === "" || entry?.mode === "120000";
      }),
  },
];

function reasonsOf(outcome: PushOutcome | undefined): string[] {
  return outcome?.files.flatMap((file) => (file.kind === "rejected" ? [file.reason] : [])) ?? [];
}

/** The text of the patch that quilt named last. */
function patchThatFailed(one: Series, out: string): string {
  const name = [...out.matchAll(/^Applying patch (.*)$/gm)].at(-1)?.[1] ?? "";
  return readBytes(join(one.folder, "patches"), name);
}

function makeSeries(index: number): Series {
  const random = new Random(index);
  const folder = join(scratch, `s${index}`);
  mkdirSync(join(folder, "patches"), { recursive: true });
  const mixed = random.chance(0.5);
  let tree = randomTree(random, mixed ? "git" : "plain");
  const kind = random.next();
  const base = kind < 0.2 ? tree : kind < 0.9 ? driftedTree(tree, random) : changedTree(tree, random, "plain", 1);
  const steps: Step[] = [];
  for (let left = 1 + random.below(4); left > 0; left--) {
    const after = changedTree(tree, random, mixed ? "git" : "plain", 1 + random.below(3));
    steps.push(makeStep(random, `s${index}p${steps.length}`, mixed ? "git" : "plain", tree, after));
    tree = after;
  }
  return { index, folder, base, steps, fuzz: random.below(4) };
}

function makeStep(random: Random, name: string, style: Style, before: Tree, after: Tree): Step {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const reverse = random.chance(0.25);
  const strip = random.pick([1, 1, 1, 0, 2]);
  const [from, to] = reverse ? [after, before] : [before, after];
  // At -p2 the patch was made one directory further up.
  const up = (tree: Tree): Tree => new Map([...tree].map(([path, entry]) => [strip === 2 ? `x/${path}` : path, entry]));
  const options: string[] = [random.pick(["-U3", "-U3", "-U1", "-U2", "-U0"])];
  if (style === "git") {
    // --text: GNU patch refuses git's binary patches.
    options.push("--text", random.pick(["--no-renames", "-M", "-M30", "-C --find-copies-harder"]));
    if (strip === 0) options.push("--no-prefix");
  } else {
    // At -p0 names stand as they are on one side; GNU patch takes the shorter one.
    options.push(...(strip === 0 ? ["new.orig", "new"] : ["a", "b"]));
    writeTree(join(folder, options[1] ?? ""), up(from));
    writeTree(join(folder, options[2] ?? ""), up(to));
  }
  writeFileSync(join(folder, "options"), options.join(" "));
  return { folder, old: up(from), new: up(to), style, strip, reverse };
}

function writeSeries({ folder, base, steps, fuzz }: Series): void {
  writeTree(join(folder, "t"), base);
  writeFileSync(join(folder, "fuzz"), `--fuzz=${fuzz}`);
  const lines = steps.map((step, index) => {
    const text = readBytes(step.folder, "p");
    const bare = step.style === "plain" && step.strip === 0;
    writeFileSync(join(folder, "patches", `p${index}`), bare ? withoutTop(text) : text, "latin1");
    const level = step.strip === 1 && index % 2 === 0 ? "" : ` -p${step.strip}`;
    return `p${index}${level}${step.reverse ? " -R" : ""}\n`;
  });
  writeFileSync(join(folder, "patches/series"), lines.join(""));
  rmSync(join(folder, "applied-patches"), { force: true });
}

/** The names without the folders that diff was called with. */
function withoutTop(text: string): string {
  return text.replace(/^(--- "?|\+\+\+ "?)new(?:\.orig)?\//gm, (_, start: string) => start);
}

function push(one: Series): { readonly outcomes: readonly PushOutcome[]; readonly tree: Tree } {
  const { queue } = parseSeries(bytesOf(readBytes(join(one.folder, "patches"), "series")));
  const base = [...one.base].map(([path, { mode, text }]): [string, BaseEntry] => [
    path,
    { kind: "file", mode, bytes: fromByteString(text) },
  ]);
  const patches = patchesOf(queue).map(({ name, strip, reverse }) => ({
    diff: parseDiff(fromByteString(readBytes(join(one.folder, "patches"), name))),
    settings: { strip, reverse, fuzz: one.fuzz },
  }));
  const { files, outcomes } = pushAll(filesOf(new Map(base)), patches, ({ kind }) => kind === "rejected");
  const paths = new Set(base.map(([path]) => path));
  for (const [path] of files.changed) paths.add(path);
  const tree = new Map(
    [...paths].flatMap((path) => {
      const entry = fileAt(files, path);
      return entry === null ? [] : [[path, { mode: entry.mode, text: byteString(entry.lines.bytes) }] as const];
    }),
  );
  return { outcomes, tree };
}

function report(one: Series, faults: readonly string[], outcomes: readonly PushOutcome[]): string {
  const parts = [`SEED=${seed} series ${one.index} fuzz ${one.fuzz}: ${faults.join(", ")}`];
  parts.push(...outcomes.map(({ kind, files }) => JSON.stringify({ kind, files })));
  for (const name of ["out", "patches/series", ...one.steps.map((_, index) => `patches/p${index}`)])
    parts.push(`--- ${name}`, readBytes(one.folder, name));
  parts.push("--- base", JSON.stringify([...one.base], null, 1));
  return parts.join("\n");
}
