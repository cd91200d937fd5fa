// The ledger: what is printed reads back, and which operation stands after undos of undos.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import type { LedgerEvent, OperationId } from "./index.ts";
import {
  builtBranchesOf,
  builtOnOf,
  lastUndoable,
  ledgerFileOf,
  operationsOf,
  parseEvents,
  patchStates,
  printEvents,
  storyOf,
} from "./index.ts";

const common = (op: string): { op: OperationId; at: string; by: string } => ({
  op: op as OperationId,
  at: "2024-02-12T16:30:54Z",
  by: "A <author@example.org>",
});

function queued(op: string, patch: string): LedgerEvent {
  const origin = { kind: "file", path: patch } as const;
  return { ...common(op), kind: "queued", patch, branch: "x", title: patch, author: "A", origin, tags: [] };
}

function undone(op: string, undoes: string): LedgerEvent {
  return { ...common(op), kind: "undone", undoes: undoes as OperationId };
}

function built(op: string, branches: Record<string, string>): LedgerEvent {
  return { ...common(op), kind: "built", base: "0", branches, rejected: [] };
}

test("printed events read back, one a line, whatever their texts hold", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const events = pairs.map(([patch, title]) => ({ ...queued("o", patch), title }));
      const bytes = printEvents(events);
      expect(parseEvents(bytes)).toEqual({ events, problems: [] });
      expect(bytes.filter((byte) => byte === 10).length).toBe(events.length);
    }),
  );
});

test("lines that are no events are reported, events of newer versions are not", () => {
  const lines = ["{", "null", "7", '{"kind":"queued"}', '{"kind":"later","op":"o","at":"2030"}', ""];
  const { events, problems } = parseEvents(bytesOf(lines.join("\n")));
  expect(events).toEqual([]);
  expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
});

test("any bytes read without a throw", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(parseEvents(bytes).events).toEqual([]);
    }),
  );
});

// Each row: the operations in order, "name" for a change and "name-of" for the undo of another; then which operations
// stand, and what undo would take back.
test.each([
  ["a", "a", "a"],
  ["a b", "a b", "b"],
  ["a b u-b", "a u", "a"],
  ["a u-a", "u", null],
  ["a u-a v-u", "a v", "v"],
  ["a u-a v-u w-v", "u w", null],
  ["a b u-b v-u", "a b v", "v"],
  ["a b u-a", "b u", "b"],
] as const)("%s: standing are %s, undo takes back %s", (history, standing, next) => {
  const events = history.split(" ").map((word) => {
    const [op = "", of] = word.split("-");
    return of === undefined ? queued(op, `${op}.patch`) : undone(op, of);
  });
  const operations = operationsOf(events);
  expect(operations.filter((one) => one.undoneBy === null).map((one) => one.id)).toEqual(standing.split(" "));
  expect(lastUndoable(operations)?.id ?? null).toBe(next);
});

test("an operation has all its events; a build is none that undo takes back", () => {
  const operations = operationsOf([queued("a", "1"), queued("a", "2"), built("b", { x: "1" })]);
  expect(operations.map((one) => [one.id, one.events.length])).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
  expect(lastUndoable(operations)?.id).toBe("a");
});

test("the story of a patch has its own events and the undos of them", () => {
  const events = [queued("a", "1"), queued("b", "2"), undone("c", "a"), undone("d", "b"), queued("e", "1")];
  expect(storyOf(events, "1").map((event) => event.op)).toEqual(["a", "c", "e"]);
});

test("a branch points where the last build that names it put it", () => {
  const moved = builtBranchesOf([built("a", { x: "1", y: "1" }), built("b", { x: "2" })]);
  expect([...moved]).toEqual([
    ["x", "2"],
    ["y", "1"],
  ]);
});

test("a rebase is taken back like a change of the queue", () => {
  const rebased: LedgerEvent = { ...common("b"), kind: "rebased", from: "1", to: "2", dropped: [] };
  expect(lastUndoable(operationsOf([queued("a", "1"), rebased, built("c", { x: "1" })]))?.id).toBe("b");
  expect(parseEvents(printEvents([rebased]))).toEqual({ events: [rebased], problems: [] });
});

test("a branch was built on the base of the last build that names it", () => {
  const again: LedgerEvent = { ...common("b"), kind: "built", base: "1", branches: { x: "2" }, rejected: [] };
  expect([...builtOnOf([built("a", { x: "1", y: "1" }), again])]).toEqual([
    ["x", { commit: "2", base: "1" }],
    ["y", { commit: "1", base: "0" }],
  ]);
});

test("events go to the file of their month", () => {
  expect(ledgerFileOf("2024-02-12T16:30:54Z")).toBe("ledger/2024-02.jsonl");
});

test.each([
  [
    "a build without branches",
    '{"op":"o","at":"2030","by":"A","kind":"built","base":"0","branches":null,"rejected":[]}',
  ],
  [
    "tags that are no list",
    '{"op":"o","at":"2030","by":"A","kind":"queued","patch":"p","branch":"b","title":"t","author":"A","origin":{"kind":"file","path":"p"},"tags":7}',
  ],
  [
    "no origin",
    '{"op":"o","at":"2030","by":"A","kind":"queued","patch":"p","branch":"b","title":"t","author":"A","origin":null,"tags":[]}',
  ],
  [
    "a patch that is no name",
    '{"op":"o","at":"2030","by":"A","kind":"announced","patch":{},"notice":"n","messageId":"m"}',
  ],
  ["nobody", '{"op":"o","at":"2030","kind":"undone","undoes":"p"}'],
  [
    "lists without end",
    `{"op":"o","at":"2030","by":"A","kind":"undone","undoes":"p","x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  ],
])("an event of a known kind that is not whole is none: %s", (_, line) => {
  expect(parseEvents(bytesOf(line))).toEqual({ events: [], problems: [{ message: "not a ledger event", line: 1 }] });
});

test("tags that were taken are known with their time, under every name, until they are undone", () => {
  const record = { tag: "Acked-by: A <a@example.org>", messageId: "m@example.org", verdict: "exact" };
  const tagged: LedgerEvent = { ...common("b"), kind: "tagged", patch: "p", tags: [record], replaced: [] };
  const renamed: LedgerEvent = { ...common("c"), kind: "renamed", patch: "q", from: "p" };
  const events = [queued("a", "p"), tagged, renamed];
  expect(parseEvents(printEvents(events))).toEqual({ events, problems: [] });
  expect(patchStates(events).get("q")?.tags).toEqual([{ ...record, at: common("b").at }]);
  expect(patchStates([queued("a", "p"), tagged, undone("c", "b")]).get("p")?.tags).toEqual([]);
  expect(lastUndoable(operationsOf([queued("a", "p"), tagged]))?.id).toBe("b");
});

test("results of checks are nothing that undo takes back, and count until the patch is another one", () => {
  const checked = (op: string): LedgerEvent => ({
    ...common(op),
    kind: "checked",
    patch: "a",
    context: "build",
    state: "success",
    url: null,
    text: null,
  });
  const edited: LedgerEvent = { ...common("3"), kind: "edited", patch: "a", files: ["f"], broke: [] };
  const before = [queued("1", "a"), checked("2")];
  expect(lastUndoable(operationsOf(before))?.id).toBe("1");
  expect(patchStates(before).get("a")?.checks.get("build")?.state).toBe("success");
  expect(patchStates([...before, undone("4", "2")]).get("a")?.checks.size).toBe(0);
  expect(patchStates([...before, edited]).get("a")?.checks.size).toBe(0);
  expect(patchStates([...before, edited, undone("4", "3")]).get("a")?.checks.size).toBe(1);
});
