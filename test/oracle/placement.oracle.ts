// Placement of hunks in real kernel files, by tens of thousands of random edits and random damage, against GNU patch 2.7.6
// (bytes, success, line, offset and fuzz of every hunk) and git apply (bytes, where its rules are the same).
// One case again: SEED=1 CASE=123 vitest run --config vitest.oracle.config.ts test/oracle/placement.oracle.ts
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, fromByteString } from "#model/bytes";
import type { HunkOutcome } from "#model/diff";
import { applyHunks, hunksToApply, linesOf, parseDiff } from "#model/diff";
import type { PlacementCase } from "./placement-cases.ts";
import { makePlacementCase } from "./placement-cases.ts";
import type { HunkReport, ToolResult } from "./placement-tools.ts";
import { kernelTexts, runGitApply, runGnuPatch } from "./placement-tools.ts";
import { caseCount, Random, scratchFolder, seed } from "./real-tools.ts";

const CASES = caseCount(20_000);
const FILES = 300;
const scratch = scratchFolder();

const sources = kernelTexts(new Random(-1), FILES);
const only = process.env["CASE"];
const cases = (only === undefined ? Array.from({ length: CASES }, (_, index) => index) : [Number(only)]).map((index) =>
  makePlacementCase(index, new Random(index), sources),
);

interface Ours {
  readonly after: string;
  readonly outcomes: readonly HunkOutcome[];
}

function apply({ before, patch, fuzz, reverse }: PlacementCase): Ours {
  const [change] = parseDiff(fromByteString(patch)).files;
  const hunks = change === undefined ? [] : hunksToApply(change);
  const { file, outcomes } = applyHunks(linesOf(fromByteString(before)), hunks, { fuzz, reverse });
  return { after: byteString(file.bytes), outcomes };
}

test("the cases of placement.txt come out as with GNU patch, and git apply differs by its known rules only", () => {
  const probes = placementProbes();
  expect(probes.length).toBeGreaterThan(25);
  const [gnu, git] = [runGnuPatch(join(scratch, "probes"), probes), runGitApply(join(scratch, "probes"), probes)];
  const wrong = probes.flatMap((one) => {
    const [theirs, gits] = [gnu.get(one), git.get(one)];
    const ours = apply(one);
    const strict = one.fuzz === 0 ? ours : apply({ ...one, fuzz: 0 });
    const faults = theirs === undefined ? ["patch died"] : faultsOf(ours, theirs);
    if (one.forGit && gits !== undefined && differenceOf(one, strict, gits) === null) faults.push("git apply");
    return faults.length === 0 || theirs === undefined ? faults : [report(one, faults, ours, theirs)];
  });
  expect(wrong).toEqual([]);
});

/** Text as the signs of a case have it, which say what an editor hides. */
function signs(text: string): string {
  return `${text}\n`.replaceAll("␍", "\r").replaceAll("␀", "\0").replaceAll("␠", " ").replace("␄\n", "");
}

/** The cases of src/model/diff/cases/placement.txt, which says how they are written. */
function placementProbes(): PlacementCase[] {
  const text = readFileSync(join(import.meta.dirname, "../../src/model/diff/cases/placement.txt"), "utf8");
  return [...text.matchAll(/^# (.*)\n== before f((?:\n(?!== ).*)*)\n== patch(.*)\n([^]*?)\n==>$/gm)].map(
    ([, title = "", before = "", options = "", patch = ""], index) => {
      const renamed = signs(patch).replace(/^(--- a\/|\+\+\+ b\/)f$/gm, `$1f${index}`);
      return {
        index,
        name: `f${index}`,
        before: before === "" ? "" : signs(before.slice(1)),
        patch: renamed,
        fuzz: Number(/-F(\d)/.exec(options)?.[1] ?? 2),
        reverse: options.includes("-R"),
        damage: [title],
        // Git wants context in each hunk, and makes no file where one is.
        forGit: before !== "" && !/^@@ .*@@\n\+.*\n(?:@@|$(?![^]))/m.test(renamed),
      };
    },
  );
}

test(`${cases.length} random hunks in kernel files land where GNU patch puts them (SEED=${seed})`, () => {
  const theirs = runGnuPatch(scratch, cases);
  const seen = new Map<string, number>();
  const count = (what: string): unknown => seen.set(what, (seen.get(what) ?? 0) + 1);
  const wrong = cases.flatMap((one) => {
    const result = theirs.get(one);
    for (const what of new Set(one.damage)) count(what);
    if (one.reverse) count("reverse");
    if (result === undefined) {
      count("patch died");
      return [];
    }
    const ours = apply(one);
    for (const outcome of ours.outcomes) {
      count(outcome.kind);
      if (outcome.kind === "applied" && outcome.fuzz > 0) count(`fuzz ${outcome.fuzz}`);
      if (outcome.kind === "applied" && outcome.offset !== 0) count("offset");
    }
    const faults = faultsOf(ours, result);
    return faults.length === 0 ? [] : [report(one, faults, ours, result)];
  });
  process.stdout.write(`placement: ${cases.length} cases, ${JSON.stringify(Object.fromEntries(seen))}\n`);
  process.stdout.write(`placement: ${wrong.length} otherwise than GNU patch\n`);
  expect(wrong.slice(0, 3)).toEqual([]);
});

function faultsOf(ours: Ours, theirs: ToolResult): string[] {
  const faults = ours.after === theirs.after ? [] : ["bytes"];
  for (const [index, outcome] of ours.outcomes.entries()) {
    if (!agrees(outcome, theirs.hunks.get(index + 1))) faults.push(`hunk ${index + 1}: ${JSON.stringify(outcome)}`);
  }
  return faults;
}

/** GNU patch says nothing of hunks that apply where their heads say. */
function agrees(outcome: HunkOutcome, told: HunkReport | undefined): boolean {
  if (outcome.kind === "rejected") return told?.failed === true;
  const said = told ?? { failed: false, line: outcome.line, offset: 0, fuzz: 0 };
  return !said.failed && said.line === outcome.line && said.offset === outcome.offset && said.fuzz === outcome.fuzz;
}

function report(one: PlacementCase, faults: readonly string[], ours: Ours, theirs: ToolResult): string {
  const { index, fuzz, reverse, damage, before, patch } = one;
  return [
    `SEED=${seed} CASE=${index} -F${fuzz}${reverse ? " -R" : ""}, ${damage.join(", ")}: ${faults.join("; ")}`,
    `--- said\n${theirs.said}`,
    `--- patch\n${patch}`,
    `--- before\n${before}`,
    `--- ours\n${ours.after}`,
    `--- theirs\n${theirs.after}`,
  ].join("\n");
}

test(`${cases.length} random hunks in kernel files: what git apply takes whole, comes out the same (SEED=${seed})`, () => {
  const strict = cases.flatMap((one) => (one.forGit ? [{ ...one, fuzz: 0 }] : []));
  const theirs = runGitApply(scratch, strict);
  const seen = new Map<string, number>();
  const wrong = strict.flatMap((one) => {
    const result = theirs.get(one);
    if (result === undefined) return [];
    const ours = apply(one);
    const kind = differenceOf(one, ours, result);
    seen.set(kind ?? "unknown", (seen.get(kind ?? "unknown") ?? 0) + 1);
    return kind === null ? [report(one, [], ours, result)] : [];
  });
  process.stdout.write(`placement: git apply on ${strict.length} cases, ${JSON.stringify(Object.fromEntries(seen))}\n`);
  expect(wrong.slice(0, 3)).toEqual([]);
});

/** How git apply and we differ, and by which of its rules; null when by none that is listed. */
function differenceOf(one: PlacementCase, ours: Ours, theirs: ToolResult): string | null {
  const gitTakes = [...theirs.hunks.values()].every(({ failed }) => !failed);
  const weTake = ours.outcomes.every(({ kind }) => kind === "applied");
  if (!gitTakes && !weTake) return "both reject";
  if (gitTakes && weTake && ours.after === theirs.after) return "same bytes";
  const rule = gitRules.find(({ holds }) => holds(one, theirs));
  const who = gitTakes ? (weTake ? "other bytes" : "only git") : "only we";
  return rule === undefined ? null : `${who}: ${rule.name}`;
}

interface Rule {
  readonly name: string;
  readonly holds: (one: PlacementCase, theirs: ToolResult) => boolean;
}

/** What git apply 2.39 does otherwise than GNU patch at fuzz 0. */
const gitRules: readonly Rule[] = [
  // GNU patch takes the CR of such a patch for a mailer's, git for text.
  { name: "headers end with CR", holds: ({ patch }) => /^\+\+\+ .*\r$/m.test(patch) },
  {
    // Git ties a hunk to the start by its head alone and to the end only when no context follows;
    // GNU patch compares the context above and below.
    name: "other anchors",
    holds: (one) =>
      hunksOf(one).some(({ first, leading, trailing }) => {
        const start = leading < trailing && first <= 1;
        return start !== first <= 1 || trailing < leading !== (trailing === 0);
      }),
  },
  {
    // Git compares a hunk's bytes, so that a last line without LF fits the beginning of one that has it.
    name: "a last line without LF",
    holds: (one) => hunksOf(one).some(({ open }) => open),
  },
  {
    // Git looks for a hunk on both sides of earlier ones, but never in lines that those have touched, context included.
    name: "hunks overlap or are out of order",
    holds: (one, { hunks: said }) => {
      const hunks = hunksOf(one);
      const places = hunks.map(({ made }, index) => said.get(index + 1)?.line ?? made);
      return hunks.some(
        ({ first }, index) =>
          index > 0 && (first < (hunks[index - 1]?.end ?? 0) || (places[index] ?? 0) < (places[index - 1] ?? 0)),
      );
    },
  },
  {
    // Git begins to look at the line that the head says of the new file, GNU patch at that of the old one and what the
    // hunk before was off by.
    name: "a hunk fits in several places",
    holds: (one) =>
      hunksOf(one).some(
        ({ old }) => `\n${one.before}`.indexOf(`\n${old}`) !== `\n${one.before}`.lastIndexOf(`\n${old}`),
      ),
  },
];

interface Side {
  readonly first: number;
  readonly end: number;
  /** Where the head says that it is in the new file. */
  readonly made: number;
  readonly leading: number;
  readonly trailing: number;
  /** Its old lines; no LF may end the last one. */
  readonly old: string;
  readonly open: boolean;
}

/** The hunks as seen from the side that they are applied to. */
function hunksOf({ patch, reverse }: PlacementCase): Side[] {
  const hunks = parseDiff(fromByteString(patch)).files[0]?.hunks ?? [];
  return hunks.map(({ oldStart, oldCount, newStart, newCount, leading, trailing, lines, body }) => {
    const [first, count, made] = reverse ? [newStart, newCount, oldStart] : [oldStart, oldCount, newStart];
    const olds = lines.filter(({ kind }) => kind !== (reverse ? "delete" : "insert"));
    const texts = olds.map(({ start, end }) => byteString(body, start, end));
    const open = texts.length > 0 && !(texts.at(-1) ?? "").endsWith("\n");
    return { first, end: first + count, made, leading, trailing, old: texts.join(""), open };
  });
}
