// Plans of builds: where branches begin and end, what a rejected patch does to the rest, dates and texts of commits.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, textOf } from "#model/bytes";
import type { BaseEntry } from "#model/files";
import { filesOf } from "#model/files";
import type { BranchName, PatchName } from "#model/queue";
import { parsePatchFile, parseSeries, patchesOf } from "#model/queue";
import type { BranchSpec, BuildInput, Tip } from "./index.ts";
import { planBuild, touchedPaths } from "./index.ts";

const SPECS: readonly BranchSpec[] = [
  { name: "stable" as BranchName, start: null },
  { name: "unstable" as BranchName, start: "stable" as BranchName },
  { name: "other" as BranchName, start: null },
];

/** A patch that appends a line to the file `f`, which must end with `after`. */
function appends(
  after: string,
  added: string,
  header = `From: A <author@example.org>\nSubject: add ${added}\n`,
): string {
  return `${header}\nlog of ${added}\n---\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n ${after}\n+${added}\n`;
}

/** A build of a series on a base with one file `f` of one line `base`. */
function build(series: string, patches: Record<string, string>, change: Partial<BuildInput> = {}): BuildInput {
  const { queue } = parseSeries(bytesOf(series));
  const file: BaseEntry = { kind: "file", mode: "100644", bytes: bytesOf("base\n") };
  return {
    branches: SPECS,
    queue: patchesOf(queue),
    patches: new Map(Object.entries(patches).map(([name, text]) => [name as PatchName, parsePatchFile(bytesOf(text))])),
    base: { commit: "base", date: "1000 +0000", files: filesOf(new Map([["f", file]])) },
    resumed: new Map(),
    committer: { name: "Maintainer", email: "maintainer@example.org" },
    fuzz: 0,
    merging: null,
    onReject: "stop",
    ...change,
  };
}

/** Each patch's outcome, each commit's parent and each branch's tip, as words. */
function shown(input: BuildInput): string[] {
  const { results, commits, branches } = planBuild(input);
  const nameOf = (tip: Tip): string => (typeof tip === "string" ? tip : (commits[tip]?.patch ?? "nothing"));
  return [
    ...results.map(({ name, branch, outcome, because }) => {
      return `${name} in ${branch}: ${outcome}${because.length > 0 ? ` because of ${because.join(", ")}` : ""}`;
    }),
    ...commits.map(({ patch, parent }) => `commit ${patch} on ${nameOf(parent)}`),
    ...branches.map(({ name, tip, complete }) => `${name} at ${nameOf(tip)}${complete ? "" : ", incomplete"}`),
  ];
}

test("a branch begins at the base or at the end of another", () => {
  const series = "# branch: stable\na\n# branch: unstable\nb\n# branch: other\nc\n";
  const patches = { a: appends("base", "1"), b: appends("1", "2"), c: appends("base", "3") };
  expect(shown(build(series, patches))).toEqual([
    "a in stable: applied",
    "b in unstable: offset",
    "c in other: applied",
    "commit a on base",
    "commit b on a",
    "commit c on base",
    "stable at a",
    "unstable at b",
    "other at c",
  ]);
});

test("a branch without patches is where it begins, and patches before any marker are of the first branch", () => {
  expect(shown(build("a\n", { a: appends("base", "1") }))).toEqual([
    "a in stable: applied",
    "commit a on base",
    "stable at a",
    "unstable at a",
    "other at base",
  ]);
});

const BROKEN = { a: appends("nowhere", "1"), b: appends("base", "2"), c: appends("1", "3"), d: appends("base", "4") };

test("stop: nothing is tried after a rejected patch, and branches behind it are not built", () => {
  expect(shown(build("# branch: stable\na\nb\n# branch: unstable\nc\n# branch: other\nd\n", BROKEN))).toEqual([
    "a in stable: rejected",
    "b in stable: not tried",
    "c in unstable: not tried",
    "d in other: not tried",
    "stable at base, incomplete",
  ]);
});

test("skip: the others are tried, and a later rejection names the earlier one of the same file", () => {
  const input = build("# branch: stable\na\nb\n# branch: unstable\nc\n# branch: other\nd\n", BROKEN, {
    onReject: "skip",
  });
  expect(shown(input)).toEqual([
    "a in stable: rejected",
    "b in stable: applied",
    "c in unstable: rejected because of a",
    "d in other: applied",
    "commit b on base",
    "commit d on base",
    "stable at b, incomplete",
    "unstable at b, incomplete",
    "other at d",
  ]);
});

test("an empty patch makes no commit", () => {
  const same = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-base\n+base\n";
  expect(shown(build("# branch: stable\na\nb\n", { a: same, b: appends("base", "1") }))).toEqual([
    "a in stable: empty",
    "b in stable: applied",
    "commit b on base",
    "stable at b",
    "unstable at b",
    "other at base",
  ]);
});

test("offset and fuzz are told apart", () => {
  const files = filesOf(
    new Map<string, BaseEntry>([["f", { kind: "file", mode: "100644", bytes: bytesOf("0\na\nb\nc\nX\n") }]]),
  );
  const fuzzy = "--- a/f\n+++ b/f\n@@ -2,4 +2,5 @@\n a\n b\n+new\n c\n d\n";
  const moved = "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+new\n b\n";
  const outcome = (patch: string, fuzz: number): string | undefined =>
    planBuild(build("p\n", { p: patch }, { base: { commit: "base", date: "1000 +0000", files }, fuzz })).results[0]
      ?.outcome;
  expect([outcome(fuzzy, 2), outcome(fuzzy, 0), outcome(moved, 2)]).toEqual(["fuzz", "rejected", "offset"]);
});

test("committer dates never go back: the author's date, else the parent's", () => {
  const dated = (date: string, line: string, after: string): string =>
    appends(after, line, `From: A <author@example.org>\nSubject: t\nDate: ${date}\n`);
  const patches = {
    a: dated("Thu, 1 Jan 1970 01:00:00 +0100", "1", "base"),
    b: dated("Mon, 12 Feb 2024 11:30:54 -0500", "2", "1"),
    c: dated("Sun, 11 Feb 2024 00:00:00 +0000", "3", "2"),
    d: appends("3", "4"),
  };
  const { commits } = planBuild(build("a\nb\nc\nd\n", patches));
  expect(commits.map(({ author, committer }) => [author.date, committer.date])).toEqual([
    ["0 +0100", "1000 +0000"],
    ["1707755454 -0500", "1707755454 -0500"],
    ["1707609600 +0000", "1707755454 -0500"],
    ["1707755454 -0500", "1707755454 -0500"],
  ]);
});

test("author and message: of the header, else the committer and the file's name", () => {
  const bare = "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n base\n+1\n";
  const named = appends("1", "2", "From: Zoë <zoe@example.org>\nSubject: [PATCH v2] Ünits\n");
  const { commits } = planBuild(build("sub/fix-it.patch\nb\n", { "sub/fix-it.patch": bare, b: named }));
  expect(
    commits.map(({ author, message }) => [textOf(Buffer.from(author.name, "latin1")), author.email, textOf(message)]),
  ).toEqual([
    ["Maintainer", "maintainer@example.org", "fix-it\n"],
    ["Zoë", "zoe@example.org", "Ünits\n\nlog of 2\n"],
  ]);
});

test("strip level and -R of the series line count", () => {
  const patch = "--- f\n+++ f\n@@ -1,2 +1 @@\n base\n-1\n";
  const { commits } = planBuild(build("p -p0 -R\n", { p: patch }));
  expect(commits[0]?.changes.map(({ path, after }) => [path, after && byteString(after.lines.bytes)])).toEqual([
    ["f", "base\n1\n"],
  ]);
});

test("touched paths are all that a patch may read or write, at its strip level", () => {
  const patch =
    "--- a/x/h~note\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n" +
    "diff --git a/x/f b/y/g\nsimilarity index 100%\nrename from x/f\nrename to y/g\n";
  const input = build("p\n", { p: patch });
  expect([...touchedPaths(input.queue, input.patches)].sort()).toEqual(["x/f", "x/h", "x/h~note", "y/g"]);
});

test("the same input gives the same plan, and every parent is an earlier commit", () => {
  const step = fc.tuple(
    fc.constantFrom("base", "1", "2"),
    fc.constantFrom("1", "2"),
    fc.constantFrom("", "# branch: unstable\n"),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.constantFrom("stop", "skip"), (steps, onReject) => {
      const series = steps.map(([, , marker], index) => `${index === 4 ? marker : ""}p${index}\n`).join("");
      const patches = Object.fromEntries(steps.map(([after, added], index) => [`p${index}`, appends(after, added)]));
      const input = build(series, patches, { onReject });
      const plan = planBuild(input);
      expect(planBuild(build(series, patches, { onReject }))).toEqual(plan);
      for (const [index, { parent }] of plan.commits.entries()) {
        expect(typeof parent === "string" ? -1 : parent).toBeLessThan(index);
      }
      expect(plan.results.map(({ name }) => name)).toEqual(steps.map((_, index) => `p${index}`));
      const seconds = plan.commits.map(({ committer }) => Number(committer.date.split(" ")[0]));
      for (const [index, { parent }] of plan.commits.entries()) {
        expect(seconds[index]).toBeGreaterThanOrEqual(typeof parent === "string" ? 1000 : (seconds[parent] ?? 0));
      }
    }),
  );
});

test("a build that goes on behind what an earlier one made gives what the whole build gives", () => {
  const patches = { a: appends("base", "1"), b: appends("1", "2"), c: appends("2", "3"), d: appends("1", "4") };
  const series = "a\nb\n# branch: unstable\nc\nd\n# branch: other\n";
  const whole = planBuild(build(series, patches, { onReject: "skip" }));
  for (const kept of [1, 2]) {
    const start = {
      commit: `made-${kept}`,
      date: whole.commits[kept - 1]?.committer.date ?? "",
      files: filesOf(
        new Map([["f", { kind: "file", mode: "100644", bytes: bytesOf(kept === 1 ? "base\n1\n" : "base\n1\n2\n") }]]),
      ),
    };
    const resumed = new Map([["stable" as BranchName, { results: whole.results.slice(0, kept), start }]]);
    const plan = planBuild(build(series, patches, { onReject: "skip", resumed }));
    const plain = ({ name, outcome, because }: (typeof plan.results)[number]): unknown => [name, outcome, because];
    expect(plan.results.map(plain)).toEqual(whole.results.map(plain));
    expect(plan.commits.map(({ message, committer }) => [textOf(message), committer])).toEqual(
      whole.commits.slice(kept).map(({ message, committer }) => [textOf(message), committer]),
    );
    expect(plan.commits[0]?.parent).toBe(`made-${kept}`);
    expect(plan.branches.map(({ applied, complete }) => [applied, complete])).toEqual(
      whole.branches.map(({ applied, complete }) => [applied, complete]),
    );
  }
});
