import { expect, test } from "vitest";
import { bytesOf, UserError } from "#model/bytes";
import type { ArchiveStep } from "../archive.ts";
import { ConnectionLost } from "./lost.ts";
import { resuming } from "./resume.ts";

const added = (key: string): ArchiveStep => ({ kind: "added", mail: { key, bytes: bytesOf(key), received: null } });
const reached = (cursor: string): ArchiveStep => ({ kind: "reached", cursor });

/** An archive of the mails a to f whose connection breaks after a number of steps of each visit. */
function breaking(after: number, error: Error, visits: (string | null)[]) {
  return async function* (cursor: string | null, known: (key: string) => boolean): AsyncIterable<ArchiveStep> {
    visits.push(cursor);
    let steps = 0;
    await Promise.resolve();
    const keys = ["a", "b", "c", "d", "e", "f"];
    for (const key of keys.slice(cursor === null ? 0 : keys.indexOf(cursor) + 1)) {
      if (!known(key)) {
        if (steps++ === after) throw error;
        yield added(key);
      }
      if (key === "b" || key === "d" || key === "f") yield reached(key);
    }
  };
}

test("a visit goes on behind what was reached, and gives nothing twice", async () => {
  const visits: (string | null)[] = [];
  const given: string[] = [];
  for await (const step of resuming(breaking(3, new ConnectionLost("gone"), visits), null, () => false))
    given.push(step.kind === "added" ? step.mail.key : step.kind === "reached" ? `|${step.cursor}` : step.kind);
  expect(given).toEqual(["a", "b", "|b", "c", "d", "|d", "e", "f", "|f"]);
  expect(visits).toEqual([null, "b"]);
});

async function drain(error: Error, visits: (string | null)[]): Promise<void> {
  for await (const step of resuming(breaking(0, error, visits), null, () => false)) void step;
}

test("what a server refuses is not tried again", async () => {
  const refused: (string | null)[] = [];
  await expect(drain(new UserError("no"), refused)).rejects.toThrow("no");
  expect(refused).toHaveLength(1);
});
