// What the ledger adds up to for pages: sizes over time, what each branch's build has and has not, conflicts that are open; and the
// line of filter words. Lives and filters are in answers.test.ts.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { EventBody, LedgerEvent, OperationId } from "#model/ledger";
import { branchProgress, joinFilter, openConflicts, queueSizes, splitFilter } from "./index.ts";

/** Events, an operation each, an hour apart. */
function hours(...bodies: readonly EventBody[]): LedgerEvent[] {
  return bodies.map((body, index) => ({
    at: new Date(Date.UTC(2026, 0, 1, index)).toISOString().replace(".000Z", "Z"),
    op: `op${index}` as OperationId,
    by: "A <a@example.org>",
    ...body,
  }));
}

const queued = (patch: string, branch = "new"): EventBody => ({
  kind: "queued",
  patch,
  branch,
  title: patch,
  author: "Ada <ada@example.org>",
  origin: { kind: "file", path: patch },
  tags: [],
});
const moved = (patch: string, from: string, to: string): EventBody => ({ kind: "moved", patch, from, to });
const dropped = (patch: string, branch: string): EventBody => ({
  kind: "dropped",
  patch,
  branch,
  reason: "obsolete",
  into: null,
  note: null,
});
const built = (branches: Record<string, string>, rejected: string[] = []): EventBody => ({
  kind: "built",
  base: "b0",
  branches,
  rejected,
});
const seen = (kind: "conflicted" | "unconflicted", path: string): EventBody => ({ kind, branch: "n", tree: "t", path });
const shown = (events: readonly LedgerEvent[], most = 100): string[] =>
  queueSizes(events, most).map(({ at, counts }) =>
    [at.slice(11, 13), ...[...counts].map(([branch, count]) => `${branch}=${count}`)].join(" "),
  );

test("the queue's size changes with what came, moved, was renamed and left; what was undone never was", () => {
  const events = hours(
    queued("a"),
    queued("b"),
    moved("a", "new", "old"),
    { kind: "renamed", patch: "c", from: "b" },
    dropped("c", "new"),
    queued("d"),
    { kind: "undone", undoes: "op5" as OperationId },
  );
  expect(shown(events)).toEqual(["00 new=1", "01 new=2", "02 new=1 old=1", "04 new=0 old=1"]);
});

test("of many sizes few are kept, the first and last moments among them, and no count of a branch is wrong", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 2, max: 20 }),
      (adds, most) => {
        const events = hours(...adds.map((add, index) => queued(String(index), add ? "x" : "y")));
        const all = queueSizes(events, 1000);
        const few = queueSizes(events, most);
        expect(few.length).toBeLessThanOrEqual(most);
        expect(few.at(-1)).toEqual(all.at(-1));
        for (const size of few) expect(all).toContainEqual(size);
      },
    ),
  );
});

test("a branch is as its build left it until something of it changes", () => {
  const events = hours(queued("a"), queued("b"), built({ new: "c1" }, ["b"]));
  expect(branchProgress(events).get("new")).toEqual({
    built: { at: "2026-01-01T02:00:00Z", commit: "c1", base: "b0" },
    rejected: ["b"],
    changed: [],
    stale: false,
  });
  const later = [...events, ...hours(...Array<EventBody>(3).fill(built({})), moved("a", "new", "old")).slice(3)];
  expect(branchProgress(later).get("new")).toMatchObject({ changed: ["a"], stale: true, rejected: ["b"] });
  expect(branchProgress(later).get("old")).toMatchObject({ built: null, changed: ["a"] });
});

test("a patch that was rejected in a build that moved nothing else is known as rejected, not as changed", () => {
  const events = hours(
    queued("a"),
    built({ new: "c1" }),
    queued("b"),
    queued("x", "other"),
    built({ other: "c2" }, ["b"]),
  );
  expect(branchProgress(events).get("new")).toMatchObject({ rejected: ["b"], changed: [], stale: true });
});

test("a new order or base makes a branch another one without changing a patch", () => {
  const events = hours(queued("a"), built({ new: "c1" }));
  const order: EventBody = { kind: "reordered", branch: "new", order: "dependency" };
  const base: EventBody = { kind: "rebased", from: "b0", to: "b1", dropped: [] };
  for (const body of [order, base]) {
    const [, , last] = hours(...Array<EventBody>(2).fill(built({})), body);
    expect(branchProgress(last === undefined ? [] : [...events, last]).get("new")).toMatchObject({
      changed: [],
      stale: true,
    });
  }
});

test("a conflict is open from the day it was first seen until it is gone", () => {
  const open = openConflicts(hours(seen("conflicted", "a"), seen("conflicted", "b"), seen("unconflicted", "a")));
  expect([...open.values()]).toEqual([{ branch: "n", tree: "t", path: "b", since: "2026-01-01" }]);
});

test.each([
  ["author:ada  state:held", ["author:ada", "state:held"]],
  ['author:"Ada L" x', ["author:Ada L", "x"]],
  ['"two words" not:title:"a b"', ["two words", "not:title:a b"]],
  ['say \\"no\\" a\\b', ["say", '"no"', "a\\b"]],
  ['"left open', ["left open"]],
  ["  ", []],
])("the line %j is the words %j", (line, words) => {
  expect(splitFilter(line)).toEqual(words);
});

test("words that are put into a line come out of it again", () => {
  const word = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('author:"', "a:\\", "not:file:a b", '\\"', " "));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(splitFilter(joinFilter(words))).toEqual(words);
    }),
  );
});
