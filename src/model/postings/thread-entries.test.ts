// Threads in reading order: nested by what answers what, each mail once, whatever headers say.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import type { Message } from "#model/mail";
import { parseMessage } from "#model/mail";
import { threadEntries } from "./thread-entries.ts";

test("answers stand behind what they answer, oldest first", () => {
  expect(shown([mail("a", [], 0), mail("d", ["a"], 3), mail("b", ["a"], 1), mail("c", ["a", "b"], 2)])).toEqual([
    "a",
    " b < a",
    "  c < b",
    " d < a",
  ]);
});

test("an answer to a mail that is not here stands below the nearest one above it that is", () => {
  expect(shown([mail("a", [], 0), mail("c", ["a", "lost"], 2)])).toEqual(["a", " c < a"]);
});

test("mails that answer each other are both shown", () => {
  expect(shown([mail("a", ["b"], 0), mail("b", ["a"], 1)])).toEqual(["a", " b < a"]);
});

test("every mail is given once, behind its parent, one deeper", () => {
  const ids = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), { maxLength: 40 });
  fc.assert(
    fc.property(ids, (pairs) => {
      const mails = pairs.map(([id, above], index) => mail(`m${id}-${index}`, [`m${above}-${above}`], index));
      const entries = threadEntries(mails);
      expect(new Set(entries.map(({ message }) => message)).size).toBe(mails.length);
      expect(entries).toHaveLength(mails.length);
      for (const [index, { parent, depth }] of entries.entries()) {
        if (depth === 0) continue;
        const above = entries.slice(0, index).find(({ message }) => message === parent);
        expect(above?.depth).toBe(depth - 1);
      }
    }),
  );
});

function mail(id: string, above: readonly string[], minute: number): Message {
  const references = above.length === 0 ? "" : `References: ${above.map((one) => `<${one}@example.org>`).join(" ")}\n`;
  const date = new Date(Date.UTC(2026, 0, 1, 0, minute)).toUTCString().replace("GMT", "+0000");
  return parseMessage(
    bytesOf(`Message-ID: <${id}@example.org>\nDate: ${date}\n${references}Subject: ${id}\n\n${id}\n`),
  );
}

function shown(mails: readonly Message[]): string[] {
  return threadEntries(mails).map(
    ({ message, depth, parent }) =>
      `${" ".repeat(depth)}${message.subject}${parent === null ? "" : ` < ${parent.subject}`}`,
  );
}
