// A posting's next revision in the queue: who is who, where everything stands then, and what is told of the difference.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, textOf } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { BranchName, PatchName, Queue, RevisedPatch } from "./index.ts";
import {
  comparePatches,
  matchRevision,
  parsePatchFile,
  parseSeries,
  patchesOf,
  printSeries,
  updateSeries,
} from "./index.ts";

const ORDER = ["stable", "unstable"] as BranchName[];

/** A patch of one file whose lines are given as in a hunk: `+added`, `-removed`. */
function patch(title: string, lines: readonly string[], stem = title): RevisedPatch {
  const added = lines.filter((line) => line.startsWith("+")).length;
  const removed = lines.length - added;
  const hunk = `@@ -5,${removed + 1} +5,${added + 1} @@\n same\n${lines.join("\n")}\n`;
  return { title, stem, diff: parseDiff(bytesOf(`--- a/f.c\n+++ b/f.c\n${hunk}`)) };
}

/** `old 1 is next 2 by title`, in words. */
function told(old: readonly RevisedPatch[], next: readonly RevisedPatch[]): string[] {
  return matchRevision(old, next).map(({ old: from, next: to, reason }) =>
    from === null
      ? `${next[to ?? 0]?.title ?? ""} is new`
      : to === null
        ? `${old[from]?.title ?? ""} is gone`
        : `${next[to]?.title ?? ""} was ${old[from]?.title ?? ""} by ${reason ?? ""}`,
  );
}

test("patches of two revisions are paired by change, title, name and lines, in this order", () => {
  const long = Array.from({ length: 10 }, (_all, index) => `+statement ${index};`);
  const old = [
    patch("a: one", ["+one"]),
    patch("a: two", ["+two"]),
    patch("a: three", long),
    patch("a: four", ["+four"]),
    patch("a: five", ["+five"], "five"),
  ];
  const next = [
    patch("a: renamed one", ["+one"]),
    patch("A: Two", ["+two", "+and a half"]),
    patch("b: another title", long.with(3, "+another statement;")),
    patch("a: six", ["+six"]),
    patch("a: fünf", ["+5"], "five"),
  ];
  expect(told(old, next)).toEqual([
    "a: renamed one was a: one by change",
    "A: Two was a: two by title",
    "b: another title was a: three by lines",
    "a: six is new",
    "a: fünf was a: five by name",
    "a: four is gone",
  ]);
});

test("the same change twice is paired in order", () => {
  const twice = [patch("x", ["+same"]), patch("x", ["+same"])];
  expect(matchRevision(twice, twice).map(({ old, next }) => [old, next])).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

const parse = (text: string): Queue => parseSeries(bytesOf(text)).queue;
const updated = (text: string, ordered: readonly string[], gone: readonly string[] = []): string =>
  byteString(
    printSeries(
      updateSeries(
        parse(text),
        {
          ordered: ordered as PatchName[],
          gone: new Set(gone as PatchName[]),
          branch: "unstable" as BranchName,
        },
        ORDER,
      ),
    ),
  );

test("what stays keeps its place, what is new stands behind its predecessor, what is gone leaves", () => {
  const series = "# branch: stable\na1\n# branch: unstable\nx\na2 -p0\n# a note\ny\na3\n";
  expect(updated(series, ["a1", "a2", "new", "a3"])).toBe(
    "# branch: stable\na1\n# branch: unstable\nx\na2 -p0\nnew\n# a note\ny\na3\n",
  );
  expect(updated(series, ["a1", "a3", "a2"])).toBe(
    "# branch: stable\na1\n# branch: unstable\nx\na3\n# a note\ny\na2 -p0\n",
  );
  expect(updated(series, ["new", "a2"], ["a1", "a3"])).toBe(
    "# branch: stable\n# branch: unstable\nx\nnew\na2 -p0\n# a note\ny\n",
  );
  expect(updated(series, ["n1", "n2"], ["a2", "a3"])).toBe(
    "# branch: stable\na1\n# branch: unstable\nx\nn1\nn2\n# a note\ny\n",
  );
});

test("an update names every patch of the revision once, in its order inside each branch, and moves no other", () => {
  const names = ["p1", "p2", "p3", "p4", "p5", "p6"];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(names, { minLength: 1 }),
      fc.nat({ max: 6 }),
      fc.shuffledSubarray([...names.slice(0, 3), "n1", "n2"], { minLength: 1 }),
      (queued, border, ordered) => {
        const text = [...queued.slice(0, border), "# branch: unstable", ...queued.slice(border)];
        const before = parse(`# branch: stable\n${text.join("\n")}\n`);
        const own = new Set(["p1", "p2", "p3"]);
        const gone = queued.filter((name) => own.has(name) && !ordered.includes(name)) as PatchName[];
        const update = { ordered: ordered as PatchName[], gone: new Set(gone), branch: "unstable" as BranchName };
        const after = patchesOf(updateSeries(before, update, ORDER));
        const of = (list: typeof after, wanted: (name: string) => boolean): string[] =>
          list.filter(({ name }) => wanted(name)).map(({ name, branch }) => `${name} in ${branch ?? ""}`);
        const isOther = (name: string): boolean => !own.has(name) && !name.startsWith("n");
        expect(of(after, isOther)).toEqual(of(patchesOf(before), isOther));
        expect(
          after
            .map(({ name }) => name)
            .filter((name) => ordered.includes(name))
            .toSorted(),
        ).toEqual(ordered.toSorted());
        for (const branch of ORDER) {
          const inside = after.filter((one) => one.branch === branch).map(({ name }) => name);
          const kept = ordered.filter((name) => inside.includes(name as PatchName) && queued.includes(name));
          expect(inside.filter((name) => kept.includes(name))).toEqual(kept);
        }
      },
    ),
  );
});

const version = (log: string, at: number, line: string): ReturnType<typeof parsePatchFile> =>
  parsePatchFile(
    bytesOf(
      `From: A <a@example.org>\nSubject: t\n\n${log}\n---\n--- a/f\n+++ b/f\n@@ -${at},1 +${at},2 @@\n same\n+${line}\n`,
    ),
  );

test("two versions of a patch differ in log, diff, both, or only in place", () => {
  const old = version("why", 5, "x");
  const compare = (log: string, at: number, line: string): string => comparePatches(old, version(log, at, line)).kind;
  expect(compare("why", 5, "x")).toBe("same");
  expect(compare("why", 9, "x")).toBe("rebased");
  expect(compare("why not", 5, "x")).toBe("log");
  expect(compare("why", 5, "y")).toBe("diff");
  expect(compare("why not", 9, "y")).toBe("both");
  expect(textOf(comparePatches(old, version("why not", 9, "y")).hunks)).toBe(
    "@@ -1,8 +1,8 @@\n t\n A a@example.org\n-why\n+why not\n \n modify f\n @@\n  same\n-+x\n++y\n",
  );
});
