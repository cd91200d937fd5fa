// Dependencies of a queue: who stands on whom in small cases, and the law that makes them useful: patches without a tie can change places.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, concatBytes, textOf } from "#model/bytes";
import { linesOf, makeHunks } from "#model/diff";
import type { BaseEntry } from "#model/files";
import { filesOf } from "#model/files";
import type { BranchName, PatchName } from "#model/queue";
import { parsePatchFile, parseSeries, patchesOf } from "#model/queue";
import type { BuildPlan } from "./index.ts";
import { dependenciesOf, orderByDependency, orderByGroup, planBuild } from "./index.ts";

/** Contents of the file `f` from the base up; patch `1` turns the first into the second, and so on. */
type Versions = readonly string[];

function patchBetween(before: string, after: string): string {
  const hunks = makeHunks(linesOf(bytesOf(before)), linesOf(bytesOf(after)), 3);
  return `Subject: a change\n\n--- a/f\n+++ b/f\n${textOf(concatBytes(hunks.flatMap(({ head, body }) => [head, body])))}`;
}

function plan(base: string, patches: ReadonlyMap<string, string>): BuildPlan {
  const file: BaseEntry = { kind: "file", mode: "100644", bytes: bytesOf(base) };
  return planBuild({
    branches: [{ name: "all" as BranchName, start: null }],
    queue: patchesOf(parseSeries(bytesOf([...patches.keys()].map((name) => `${name}\n`).join(""))).queue),
    patches: new Map([...patches].map(([name, text]) => [name as PatchName, parsePatchFile(bytesOf(text))])),
    base: { commit: "base", date: "1000 +0000", files: filesOf(new Map([["f", file]])) },
    resumed: new Map(),
    committer: { name: "Maintainer", email: "maintainer@example.org" },
    fuzz: 0,
    merging: null,
    onReject: "skip",
  });
}

function patchesOfVersions(versions: Versions): Map<string, string> {
  return new Map(versions.slice(1).map((after, index) => [`${index + 1}`, patchBetween(versions[index] ?? "", after)]));
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_all, index) => `line ${index + 1}\n`);

/** Each direct dependency as `3 on 1`. */
function ties(built: BuildPlan): string[] {
  return dependenciesOf(built).map(({ patch, on }) => `${patch} on ${on}`);
}

test("a patch stands on those whose lines it changes or stands beside", () => {
  const base = numbered(30);
  const first = base.with(4, "five\n");
  const far = first.with(20, "twenty-one\n");
  const near = far.with(7, "eight\n");
  const same = near.with(20, "XXI\n");
  const built = plan(base.join(""), patchesOfVersions([base, first, far, near, same].map((lines) => lines.join(""))));
  expect(ties(built)).toEqual(["3 on 1", "4 on 2"]);
});

test("a patch stands on one that took lines away beside it", () => {
  const base = numbered(20);
  const shorter = base.toSpliced(9, 1);
  const beside = shorter.with(10, "beside\n");
  const built = plan(base.join(""), patchesOfVersions([base, shorter, beside].map((lines) => lines.join(""))));
  expect(ties(built)).toEqual(["2 on 1"]);
});

test("who changes a file stands on who made it, and who makes it again on who took it away", () => {
  const made = "Subject: make\n\n--- /dev/null\n+++ b/g\n@@ -0,0 +1 @@\n+g\n";
  const longer = "Subject: change\n\n--- a/g\n+++ b/g\n@@ -1 +1,2 @@\n g\n+h\n";
  const gone = "Subject: remove\n\n--- a/g\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-g\n-h\n";
  const again = "Subject: again\n\n--- /dev/null\n+++ b/g\n@@ -0,0 +1 @@\n+g\n";
  const built = plan("f\n", new Map(Object.entries({ 1: made, 2: longer, 3: gone, 4: again })));
  expect(ties(built)).toEqual(["2 on 1", "3 on 1", "3 on 2", "4 on 3"]);
});

// Edits far from and near to each other, in a file of distinct lines so that places are never in doubt.
const versions = fc
  .array(fc.record({ at: fc.nat({ max: 39 }), take: fc.nat({ max: 2 }), put: fc.nat({ max: 2 }) }), {
    minLength: 2,
    maxLength: 6,
  })
  .map((edits) => {
    let lines = numbered(40);
    return [
      lines.join(""),
      ...edits.map(({ at, take, put }, number) => {
        const added = Array.from({ length: take + put === 0 ? 1 : put }, (_all, one) => `edit ${number} ${one}\n`);
        lines = lines.toSpliced(at % (lines.length + 1), take, ...added);
        return lines.join("");
      }),
    ];
  })
  .filter((all) => all.every((text, index) => index === 0 || text !== all[index - 1]));

test("in an order by dependency every patch applies, and the result is the same file", () => {
  fc.assert(
    fc.property(versions, fc.array(fc.constantFrom("a", "b"), { minLength: 6, maxLength: 6 }), (all, groups) => {
      const [base = ""] = all;
      const patches = patchesOfVersions(all);
      const built = plan(base, patches);
      const queue = patchesOf(parseSeries(bytesOf([...patches.keys()].map((name) => `${name}\n`).join(""))).queue);
      const ordered = orderByDependency(queue, dependenciesOf(built), (name) => groups[Number(name) - 1] ?? "a");
      expect(ordered.toSorted()).toEqual([...patches.keys()].toSorted());
      const again = plan(base, new Map(ordered.map((name) => [name, patches.get(name) ?? ""])));
      expect(again.results.map(({ outcome }) => outcome)).not.toContain("rejected");
      const last = again.commits.at(-1)?.changes[0]?.after;
      expect(last && textOf(last.lines.bytes)).toBe(all.at(-1));
    }),
  );
});

test("an order by group keeps the order inside of groups", () => {
  const { queue } = parseSeries(bytesOf("a1\nb1\na2\nc\nb2\n"));
  expect(orderByGroup(patchesOf(queue), (name) => name.slice(0, 1))).toEqual(["a1", "a2", "b1", "b2", "c"]);
});
