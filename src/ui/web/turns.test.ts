// Turns: in order, no more at once and no more waiting than said, and none lost.
import { expect, test } from "vitest";
import { makeTurns } from "./turns.ts";

const never = new AbortController().signal;

test("who waits is given the turn of who is done, in order; one too many is sent away", async () => {
  const turns = makeTurns({ running: 1, waiting: 2, patience: 60_000 });
  const done = await turns.take(never);
  const order: number[] = [];
  const waiting = [1, 2].map(async (number) => {
    const mine = await turns.take(never);
    order.push(number);
    mine?.();
  });
  expect(await turns.take(never)).toBe(null);
  done?.();
  // Said twice it counts once.
  done?.();
  await Promise.all(waiting);
  expect(order).toEqual([1, 2]);
  expect(await turns.take(never)).not.toBe(null);
  const late = makeTurns({ running: 1, waiting: 1, patience: 5 });
  await late.take(never);
  expect(await late.take(never)).toBe(null);
});

test("who leaves while waiting takes no turn", async () => {
  const turns = makeTurns({ running: 1, waiting: 5, patience: 60_000 });
  const done = await turns.take(never);
  const leaving = new AbortController();
  const left = turns.take(leaving.signal);
  const stays = turns.take(never);
  leaving.abort();
  expect(await left).toBe(null);
  done?.();
  expect(await stays).not.toBe(null);
});
