// Two edits of one series: cases by hand, and random ones that touch different patches.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteString, bytesOf } from "#model/bytes";
import { movePatches, renamePatch, setDisabled } from "./arrange.ts";
import { insertPatches, removePatches } from "./edit.ts";
import { mergeSeries, seriesTouches } from "./merge-series.ts";
import type { BranchName, PatchName, Queue } from "./series.ts";
import { parsePatchName, parseSeries, placedPatches, printSeries } from "./series.ts";

const ORDER = ["a", "b", "c"] as BranchName[];
const name = (text: string): PatchName => parsePatchName(text) ?? ("?" as PatchName);
const queue = (text: string): Queue => parseSeries(bytesOf(text)).queue;
const text = (value: Queue): string => byteString(printSeries(value));

/** Lines in one string, `|` between them. */
function check(base: string, ours: string, theirs: string, take: readonly string[] = []): string {
  const [first, second, third] = [base, ours, theirs].map((lines) =>
    queue(lines === "" ? "" : `${lines.split("|").join("\n")}\n`),
  );
  if (!first || !second || !third) throw new Error("three series");
  const merged = mergeSeries(first, second, third, ORDER, { take: new Set(take.map(name)) });
  const contested = merged.contested.length === 0 ? "" : ` !${merged.contested.join(",")}`;
  return `${text(merged.queue).replace(/\n$/, "").replaceAll("\n", "|")}${contested}`;
}

describe("by hand", () => {
  test.each([
    ["additions at one place: ours, then theirs", "x", "x|o", "x|t", "x|o|t"],
    ["additions at two places", "x|y", "x|o|y", "x|y|t", "x|o|y|t"],
    ["a removal beside an addition behind it", "x|y", "y", "x|t|y", "t|y"],
    ["removed by both", "x|y|z", "x|z", "x|z", "x|z"],
    ["a move and a removal of another", "x|y|z", "z|x|y", "x|z", "z|x"],
    ["two moves", "v|w|x|y|z", "v|x|y|z|w", "v|w|z|x|y", "v|z|x|y|w"],
    ["disabled here, an option there", "x|y", "# disabled: x|y", "x|y -p0", "# disabled: x|y -p0"],
    ["renamed here, added there", "x|y", "x2|y", "x|t|y", "x2|t|y"],
    ["a marker that both add", "x", "x|# branch: b|o", "x|# branch: b|t", "x|# branch: b|o|t"],
    ["markers in the tree's order", "x", "x|# branch: b|o", "x|# branch: c|t", "x|# branch: b|o|# branch: c|t"],
    ["a marker taken away while something came behind it", "x|# branch: b", "x", "x|# branch: b|t", "x|# branch: b|t"],
    ["the other way round", "x|# branch: b", "x|# branch: b|o", "x", "x|# branch: b|o"],
    ["a marker that nobody needs", "x|# branch: b|y", "x|# branch: b", "x", "x"],
    ["comments of both", "x|# one|y", "x|# one|# ours|y", "# theirs|x|y", "# theirs|x|# ours|y"],
    [
      "moved to another branch, and patches beside it",
      "# branch: a|x|y|# branch: b|z",
      "# branch: a|y|# branch: b|z|x",
      "# branch: a|x|t|y|# branch: b|z",
      "# branch: a|t|y|# branch: b|z|x",
    ],
    ["the same move by both", "x|y|z", "y|z|x", "y|z|x", "y|z|x"],
    ["removed here, disabled there", "x|y", "y", "# disabled: x|y", "y !x"],
    [
      "moved to two places",
      "# branch: a|x|# branch: b|# branch: c",
      "# branch: a|# branch: b|x|# branch: c",
      "# branch: a|# branch: b|# branch: c|x",
      "# branch: a|# branch: b|x|# branch: c !x",
    ],
  ])("%s", (_what, base, ours, theirs, expected) => {
    expect(check(base, ours, theirs)).toBe(expected);
  });

  test.each([
    ["taken back from a removal", "x|y|z", "x|z", "x|# disabled: y|z", "x|# disabled: y|z"],
    ["a removal is taken", "x|y|z", "x|y -p0|z", "x|z", "x|z"],
    ["what theirs did not touch comes back", "x|y|z", "x|z", "x|y|z", "x|y|z"],
  ])("of two ways, theirs: %s", (_what, base, ours, theirs, expected) => {
    expect(check(base, ours, theirs, ["y"])).toBe(expected);
  });
});

type Step = (value: Queue) => Queue;

/** Edits of patches that the filter lets through, and additions under names with the given letter. */
function steps(mine: (patch: PatchName) => boolean, letter: string): fc.Arbitrary<Step[]> {
  const pick = (value: Queue, at: number): PatchName | null => {
    const all = placedPatches(value).filter((one) => mine(one.name));
    return all[at % Math.max(all.length, 1)]?.name ?? null;
  };
  const branch = fc.constantFrom(...ORDER);
  const onOne = (edit: (value: Queue, patch: PatchName) => Queue, at: number): Step => {
    return (value) => {
      const patch = pick(value, at);
      return patch === null ? value : edit(value, patch);
    };
  };
  const step = fc.oneof(
    fc.tuple(fc.nat(999), branch).map(([number, to]): Step => (value) => {
      const added = name(`${letter}${number}`);
      const has = placedPatches(value).some((one) => one.name === added);
      return has ? value : insertPatches(value, [added], to, ORDER);
    }),
    fc.nat(99).map((at) => onOne((value, patch) => removePatches(value, new Set([patch])), at)),
    fc
      .tuple(fc.nat(99), branch, fc.constantFrom("start" as const, "end" as const))
      .map(([at, to, kind]) =>
        onOne((value, patch) => movePatches(value, new Set([patch]), { kind, branch: to }, ORDER) ?? value, at),
      ),
    fc
      .tuple(fc.nat(99), fc.boolean())
      .map(([at, disabled]) => onOne((value, patch) => setDisabled(value, new Set([patch]), disabled), at)),
    fc.tuple(fc.nat(99), fc.nat(99)).map(([at, number]) =>
      onOne((value, patch) => {
        const to = name(`${patch.replace(/r.*$/, "")}r${number}`);
        return placedPatches(value).some((one) => one.name === to) ? value : renamePatch(value, patch, to);
      }, at),
    ),
  );
  return fc.array(step, { maxLength: 8 });
}

const start = queue(
  "# top\n# branch: a\neven0\nodd1\neven2\nodd3\n\n# branch: b\neven4\nodd5\n# mid\neven6\n# branch: c\nodd7\n",
);
const isEven = (patch: PatchName): boolean => /^even|^o/.test(patch) && !patch.startsWith("odd");
const isOdd = (patch: PatchName): boolean => /^odd|^t/.test(patch);
const shown = (value: Queue): string[] => placedPatches(value).map((one) => `${one.branch} ${one.kind} ${one.name}`);
const run = (value: Queue, todo: readonly Step[]): Queue => todo.reduce((now, step) => step(now), value);

test("nothing of one side alone is another series", () => {
  fc.assert(
    fc.property(
      steps(() => true, "t"),
      (todo) => {
        const edited = run(start, todo);
        const taken = mergeSeries(start, start, edited, ORDER);
        expect(taken.contested).toEqual([]);
        expect(shown(taken.queue)).toEqual(shown(edited));
        expect(text(mergeSeries(start, edited, start, ORDER).queue)).toBe(text(edited));
      },
    ),
    { numRuns: 500 },
  );
});

test("edits of different patches are both kept, each in its order", () => {
  fc.assert(
    fc.property(steps(isEven, "o"), steps(isOdd, "t"), (mine, other) => {
      const [ours, theirs] = [run(start, mine), run(start, other)];
      // As an app knows it from what was done: which of two neighbours moved, the series alone does not say.
      const names = placedPatches(start).map((one) => one.name);
      const likely = { ours: new Set(names.filter(isEven)), theirs: new Set(names.filter(isOdd)) };
      const { queue: merged, contested } = mergeSeries(start, ours, theirs, ORDER, { likely });
      expect(contested).toEqual([]);
      const [here, there] = [seriesTouches(start, ours, likely.ours), seriesTouches(start, theirs, likely.theirs)];
      const wanted = [
        ...shown(ours).filter((one) => !isOdd(name(one.split(" ")[2] ?? ""))),
        ...shown(theirs).filter((one) => isOdd(name(one.split(" ")[2] ?? ""))),
      ];
      expect(shown(merged).toSorted()).toEqual(wanted.toSorted());
      // What one side left alone, or alone put in order, is in its order.
      const untouchedBy = (touches: typeof here) => (one: string) => !touches.has(name(one.split(" ")[2] ?? ""));
      expect(shown(merged).filter(untouchedBy(there))).toEqual(shown(ours).filter((one) => untouchedBy(there)(one)));
      expect(shown(merged).filter((one) => isOdd(name(one.split(" ")[2] ?? "")))).toEqual(
        shown(theirs).filter((one) => isOdd(name(one.split(" ")[2] ?? ""))),
      );
      expect(parseSeries(printSeries(merged)).problems).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
