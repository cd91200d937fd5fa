// When a receiver is tried again, and what it is told.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerEvent, OperationId } from "#model/ledger";
import { namedEvents } from "#model/ledger";
import type { HookState } from "./index.ts";
import {
  afterDelivery,
  afterFailure,
  hookMessage,
  isDue,
  isWanted,
  MAX_PENDING,
  newHook,
  withPending,
} from "./index.ts";

test("a message is tried ten times, ever more seldom, and then given up for the next", () => {
  let state: HookState = withPending(newHook("op0"), "op2", ["op1", "op2"]).state;
  const waits: number[] = [];
  let now = 0;
  let dead: string | null = null;
  while (dead === null) {
    const failed = afterFailure(state, now, "500");
    ({ state, dead } = failed);
    if (state.next === null) continue;
    waits.push((state.next - now) / 1000);
    expect(isDue(state, state.next - 1)).toBe(false);
    now = state.next;
  }
  expect(waits).toEqual([1, 10, 60, 300, 1800, 3600, 14_400, 28_800, 57_600]);
  expect(dead).toBe("op1");
  expect(state).toMatchObject({ pending: ["op2"], tries: 0, next: null, problem: "500" });
  expect(afterDelivery(state, "2026-01-01T00:00:00Z")).toMatchObject({ pending: [], problem: null, seen: "op2" });
});

test("every operation is delivered, given up, or waits: none is lost and none is told twice", () => {
  const step = fc.oneof(fc.constant("come"), fc.constant("arrive"), fc.constant("fail"));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let state = newHook(null);
      const ends: string[] = [];
      let count = 0;
      for (const one of steps) {
        if (one === "come") {
          count += 1;
          state = withPending(state, `op${count}`, [`op${count}`]).state;
        } else if (state.pending.length === 0) continue;
        else if (one === "arrive") {
          ends.push(state.pending[0] ?? "");
          state = afterDelivery(state, "");
        } else {
          const failed = afterFailure(state, 0, "");
          if (failed.dead !== null) ends.push(failed.dead);
          ({ state } = failed);
        }
      }
      expect([...ends, ...state.pending]).toEqual(Array.from({ length: count }, (_, index) => `op${index + 1}`));
    }),
  );
});

test("more than can wait gives the oldest up", () => {
  const many = Array.from({ length: MAX_PENDING + 2 }, (_, index) => `op${index}`);
  const { state, dropped } = withPending(newHook(null), "x", many);
  expect(dropped).toEqual(["op0", "op1"]);
  expect(state.pending).toHaveLength(MAX_PENDING);
});

test("a message has an operation's events with their names, and is for who wants one of their kinds", () => {
  const base = { op: "1f2e3d4c5b6a" as OperationId, at: "2026-01-01T09:00:00Z", by: "A <a@example.org>" };
  const events: LedgerEvent[] = [
    { ...base, kind: "noted", patch: "a.patch", text: "x" },
    { ...base, kind: "released", patch: "a.patch" },
  ];
  const message = hookMessage("mm", "https://tree.example.org", namedEvents(events));
  expect(message).toMatchObject({ id: base.op, kinds: ["noted", "released"] });
  expect(JSON.parse(message.body)).toMatchObject({
    id: base.op,
    tree: "mm",
    events: [{ id: `${base.op}.0`, kind: "noted" }, { id: `${base.op}.1` }],
  });
  expect([isWanted([], events), isWanted(["released"], events), isWanted(["built"], events)]).toEqual([
    true,
    true,
    false,
  ]);
});
