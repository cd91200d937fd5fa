// Where patches have landed, after every kind of event that changes it.
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { landingsOf, parseEvents } from "./index.ts";

/** Events as lines `OP KIND PATCH REST…`. */
function landings(...lines: readonly string[]): string[] {
  const text = lines.map((line) => {
    const [op, kind, patch, rest = "", more = ""] = line.split(" ");
    const common = { at: "2026-02-11T09:00:00Z", op, by: "Max <max@example.org>", kind, patch };
    const commit = { branch: rest, commit: more };
    if (kind === "landed") return { ...common, ...commit };
    if (kind === "left") return { ...common, ...commit, revertedBy: null };
    if (kind === "renamed") return { ...common, from: rest };
    if (kind === "undone") return { ...common, undoes: patch };
    if (kind === "dropped") return { ...common, branch: "queue", reason: "merged", into: null, note: null };
    return { ...common, branch: "queue", title: "", author: "", origin: { kind: "file", path: "" }, tags: [] };
  });
  const { events, problems } = parseEvents(bytesOf(text.map((event) => `${JSON.stringify(event)}\n`).join("")));
  expect(problems).toEqual([]);
  return landingsOf(events).map(({ patch, branch, commit }) => `${patch} ${branch} ${commit}`);
}

test.each([
  [["1 landed a next 11"], ["a next 11"]],
  [
    ["1 landed a next 11", "2 landed a main 11", "3 landed a next 22"],
    ["a main 11", "a next 22"],
  ],
  [["1 landed a next 11", "2 dropped a"], ["a next 11"]],
  [["1 landed a next 11", "2 left a next 11"], []],
  [["1 landed a next 11", "2 left a main 11"], ["a next 11"]],
  [["1 landed a next 11", "2 undone 1"], []],
  [["1 landed a next 11", "2 renamed b a"], ["b next 11"]],
  [["1 landed a next 11", "2 dropped a", "3 queued a"], []],
])("%j", (events, expected) => {
  expect(landings(...events)).toEqual(expected);
});
