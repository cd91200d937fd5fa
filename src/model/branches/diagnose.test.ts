// Runs the tables cases/diagnose*.txt, which say in their first block how to write a case; UPDATE_CASES=1 writes them anew.
// Small queues with a rejected patch, and what is said of it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Path } from "#model/bytes";
import { bytesOf, pathOf } from "#model/bytes";
import type { Lines } from "#model/diff";
import { linesOf, parseDiff } from "#model/diff";
import type { BaseEntry } from "#model/files";
import { filesOf } from "#model/files";
import type { BranchName, PatchFile, PatchName } from "#model/queue";
import { parsePatchFile, parseSeries, patchesOf } from "#model/queue";
import type { BaseCommit } from "./diagnose-commits.ts";
import { pathsToDiagnose, neededContents } from "./diagnose-history.ts";
import type { Blame, BranchSpec, Diagnosis, HunkDiagnosis } from "./index.ts";
import { diagnosePlan, planBuild } from "./index.ts";

const folder = join(import.meta.dirname, "cases");
const tables = readdirSync(folder).filter((name) => name.startsWith("diagnose"));

describe.each(tables)("%s", (name) => {
  const blocks = readFileSync(join(folder, name), "utf8").split(/^(?=# )/m);
  const now = blocks.map(rewrite);
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(join(folder, name), now.join(""));
  test.each(blocks.map((block, index) => [block.split("\n")[0] ?? "", index] as const))("%s", (_, index) => {
    expect(process.env["UPDATE_CASES"] === "1" ? now[index] : blocks[index]).toBe(now[index]);
  });
});

function rewrite(block: string): string {
  const arrow = block.indexOf("\n==>\n");
  if (arrow < 0) return block;
  return `${block.slice(0, arrow)}\n==>\n${shown(queueOf(block.slice(0, arrow)))}\n\n`;
}

const BRANCHES: readonly BranchSpec[] = [
  { name: "lower" as BranchName, start: null },
  { name: "upper" as BranchName, start: "lower" as BranchName },
  { name: "beside" as BranchName, start: null },
];

interface Queue {
  readonly base: Readonly<Record<string, string>>;
  readonly patches: readonly {
    readonly name: string;
    readonly line: string;
    readonly branch: string;
    readonly text: string;
  }[];
  readonly commits: readonly BaseCommit[];
}

function queueOf(block: string): Queue {
  const base: Record<string, string> = {};
  const patches: Queue["patches"][number][] = [];
  const commits: BaseCommit[] = [];
  for (const section of block.split(/\n(?=== )/).slice(1)) {
    const end = `${section}\n`.indexOf("\n");
    const [, kind = "", name = "", rest = ""] = /^== (\w+) (\S+) ?(.*)$/.exec(section.slice(0, end)) ?? [];
    const text = section.length > end ? `${section.slice(end + 1)}\n` : "";
    if (kind === "base") base[name] = text;
    else if (kind === "patch") {
      const branch = /in (\w+)/.exec(rest)?.[1] ?? "lower";
      patches.push({ name, branch, line: `${name}${/ -R/.test(` ${rest}`) ? " -R" : ""}`, text });
    } else if (kind === "commit") {
      const side = rest.startsWith("old") ? "old" : "new";
      const author = { name: "A", email: "author@example.org" };
      commits.push({ id: name, side, author, date: 0, subject: rest.slice(4), diff: parseDiff(bytesOf(text)) });
    } else throw new Error(`"${section.slice(0, end)}" is neither base, patch nor commit`);
  }
  return { base, patches, commits };
}

function diagnosesOf({ base, patches, commits }: Queue): { diagnoses: Diagnosis[]; open: ReadonlySet<Path> } {
  const series = BRANCHES.map(({ name }) =>
    [`# branch: ${name}`, ...patches.filter(({ branch }) => branch === name).map(({ line }) => line), ""].join("\n"),
  );
  const queue = patchesOf(parseSeries(bytesOf(series.join(""))).queue);
  const files = new Map(
    Object.entries(base).map(([path, text]): [Path, BaseEntry] => [
      pathOf(path),
      { kind: "file", mode: "100644", bytes: bytesOf(text) },
    ]),
  );
  const parsed: ReadonlyMap<PatchName, PatchFile> = new Map(
    patches.map(({ name, text }) => [name as PatchName, parsePatchFile(bytesOf(text))]),
  );
  const plan = planBuild({
    branches: BRANCHES,
    queue,
    patches: parsed,
    base: { commit: "base", date: "1000 +0000", files: filesOf(files) },
    resumed: new Map(),
    committer: { name: "Maintainer", email: "maintainer@example.org" },
    fuzz: 0,
    merging: null,
    onReject: "skip",
  });
  const known = { base: "base", branches: BRANCHES, queue, plan, patches: parsed };
  const needed = new Set(neededContents(known, pathsToDiagnose(known)).map(({ commit, path }) => `${commit}:${path}`));
  const contentAt = (commit: string, path: Path): Lines | null => {
    expect([...needed]).toContain(`${commit}:${path}`);
    const entry = files.get(path);
    return entry?.kind === "file" ? linesOf(entry.bytes) : null;
  };
  const found = diagnosePlan({ ...known, contentAt });
  return { diagnoses: found.diagnoses({ oldBase: "old", cut: null, commits }), open: found.open };
}

/** What is said, as text: `-` is an expected line, `+` one that was found. */
function shown(queue: Queue): string {
  const { diagnoses, open } = diagnosesOf(queue);
  const lines = diagnoses.flatMap(({ patch, because, files }) => [
    `${patch}${because.length > 0 ? ` because of ${because.join(", ")}` : ""}`,
    ...files.flatMap((file) => [
      `  ${file.path} ${file.reason}${becauseOf(file.because)}`,
      ...blameLines(file.blame, "    "),
      ...(file.movedTo === null ? [] : [`    moved to ${file.movedTo}`]),
      ...file.hunks.flatMap(hunkLines),
    ]),
  ]);
  return [...lines, `open: ${[...open].join(", ") || "nothing"}`].join("\n");
}

function becauseOf(names: readonly string[]): string {
  return names.length > 0 ? ` because of ${names.join(", ")}` : "";
}

function hunkLines({ hunk, fuzzNeeded, alreadyAt, onlyWhiteSpace, rows, because, blame }: HunkDiagnosis): string[] {
  const words = [
    ...(fuzzNeeded === null ? [] : [`fuzz ${fuzzNeeded}`]),
    ...(alreadyAt === null ? [] : [`already at ${alreadyAt}`]),
    ...(onlyWhiteSpace ? ["only white space"] : []),
  ];
  return [
    `    hunk ${hunk}: ${words.join(", ") || "rejected"}${becauseOf(because)}`,
    ...rows.flatMap(({ expected, found, same }) => {
      const end = (row: typeof expected): string => `${row?.text ?? ""}${row?.unended === true ? "␄" : ""}`;
      if (same) return [`      ${expected?.line} ${found?.line} ${end(found)}`];
      return [
        ...(expected === null ? [] : [`      ${expected.line} - ${end(expected)}`]),
        ...(found === null ? [] : [`      + ${found.line} ${end(found)}`]),
      ];
    }),
    ...blameLines(blame, "      "),
  ];
}

function changes(removed: readonly string[], added: readonly string[]): string {
  return [...removed.map((line) => ` -"${line}"`), ...added.map((line) => ` +"${line}"`)].join("");
}

function blameLines({ patches, commits }: Blame, indent: string): string[] {
  return [
    ...patches.map(({ patch, removed, added }) => `${indent}by ${patch}${changes(removed, added)}`),
    ...commits.map(({ id, side, removed, added }) => `${indent}by commit ${id} (${side})${changes(removed, added)}`),
  ];
}

test("of random queues everything that is rejected is diagnosed, and because only of earlier rejected patches", () => {
  const line = fc.constantFrom("one", "two", "three", "four", "");
  const step = fc.record({
    at: fc.nat(5),
    context: fc.array(line, { minLength: 1, maxLength: 3 }),
    added: line,
    branch: fc.constantFrom("lower", "upper", "beside"),
    reverse: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(step, { maxLength: 8 }), (base, steps) => {
      const patches = steps.map(({ at, context, added, branch, reverse }, index) => {
        const [first = "", ...rest] = context;
        const counts = `@@ -${at + 1},${context.length} +${at + 1},${context.length} @@`;
        const body = [`-${first}`, `+${added}`, ...rest.map((text) => ` ${text}`)].join("\n");
        const name = `p${index}`;
        return { name, line: `${name}${reverse ? " -R" : ""}`, branch, text: `--- a/f\n+++ b/f\n${counts}\n${body}\n` };
      });
      const { diagnoses } = diagnosesOf({
        base: { f: base.map((text) => `${text}\n`).join("") },
        patches,
        commits: [],
      });
      const order = BRANCHES.flatMap(({ name }) => patches.filter(({ branch }) => branch === name));
      const rejected = diagnoses.map(({ patch }) => order.findIndex(({ name }) => name === patch));
      expect(rejected).toEqual(rejected.toSorted((one, other) => one - other));
      for (const { patch, because, files } of diagnoses) {
        for (const other of because) {
          expect(diagnoses.findIndex((one) => one.patch === other)).toBeGreaterThanOrEqual(0);
          expect(order.findIndex(({ name }) => name === other)).toBeLessThan(
            order.findIndex(({ name }) => name === patch),
          );
        }
        for (const { rows } of files.flatMap(({ hunks }) => hunks)) {
          for (const { expected, found, same } of rows) {
            expect(expected === null && found === null).toBe(false);
            expect(same && expected?.text !== found?.text).toBe(false);
          }
        }
      }
      expect(JSON.parse(JSON.stringify(diagnoses))).toEqual(diagnoses);
    }),
  );
});
