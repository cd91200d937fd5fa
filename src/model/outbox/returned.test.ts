import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ToldMail } from "./returned.ts";
import { cancelGroups } from "./returned.ts";

/** `a:-x` says that patch a, which was not there, came to be in state x. */
function mail(name: string, tells: string, firm = false): ToldMail {
  return {
    name,
    firm,
    tells: tells.split(" ").map((tell) => {
      const [patch = "", before = "", after = ""] = /^(.*):(.)(.)$/.exec(tell)?.slice(1) ?? [];
      return { patch, before: state(before), after: state(after) };
    }),
  };
}

function state(letter: string): string | null {
  return letter === "-" ? null : letter;
}

function groups(mails: readonly ToldMail[], now: string): string[][] {
  return cancelGroups(mails, new Map(now.split(" ").map((one) => [one.slice(0, -2), state(one.slice(-1))])));
}

test.each([
  ["added and dropped", [mail("1", "a:-x"), mail("2", "a:x-")], "a:-", [["1", "2"]]],
  ["dropped and added again", [mail("1", "a:x-"), mail("2", "a:-x")], "a:x", [["1", "2"]]],
  ["dropped and added, but not the same", [mail("1", "a:x-"), mail("2", "a:-y")], "a:y", []],
  [
    "moved up and back after it was added",
    [mail("1", "a:-x"), mail("2", "a:xy"), mail("3", "a:yx")],
    "a:x",
    [["2", "3"]],
  ],
  ["one of them is at somebody's", [mail("1", "a:-x", true), mail("2", "a:x-")], "a:-", []],
  ["one between them is", [mail("1", "a:-x"), mail("2", "a:xy", true), mail("3", "a:y-")], "a:-", []],
  ["changed since by what has no mail", [mail("1", "a:x-"), mail("2", "a:-x")], "a:y", []],
  ["a mail of two patches, one of which is dropped", [mail("1", "a:-x b:-x"), mail("2", "a:x-")], "a:- b:x", []],
  [
    "a mail of two patches, both of which are dropped",
    [mail("1", "a:-x b:-x"), mail("2", "a:x-"), mail("3", "b:x-")],
    "a:- b:-",
    [["1", "2", "3"]],
  ],
  [
    "a patch that an update left as it was does not keep the mail back",
    [mail("1", "a:xy b:xx"), mail("2", "a:yx b:xx")],
    "a:x b:x",
    [["1", "2"]],
  ],
  ["a mail that somebody asked for", [mail("1", "a:xx"), mail("2", "a:xx")], "a:x", []],
  ["one mail alone is told", [mail("1", "a:-x")], "a:-", []],
])("%s", (_what, mails, now, expected) => {
  expect(groups(mails, now)).toEqual(expected);
});

test("what the mails tell is a chain still when the cancelled ones are gone", () => {
  const patches = ["a", "b", "c"];
  const step = fc.record({
    about: fc.uniqueArray(fc.constantFrom(...patches), { minLength: 1 }),
    to: fc.array(fc.constantFrom(null, "x", "y"), { minLength: 3, maxLength: 3 }),
    firm: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const now = new Map<string, string | null>(patches.map((patch) => [patch, null]));
      const mails: ToldMail[] = [];
      for (const [index, { about, to, firm }] of steps.entries()) {
        const tells = about.map((patch, at) => ({ patch, before: now.get(patch) ?? null, after: to[at] ?? null }));
        for (const { patch, after } of tells) now.set(patch, after);
        mails.push({ name: String(index), tells, firm });
      }
      const gone = new Set(cancelGroups(mails, now).flat());
      expect(mails.filter(({ name, firm }) => firm && gone.has(name))).toEqual([]);
      for (const patch of patches) {
        let known: string | null = null;
        for (const { name, tells } of mails) {
          const one = tells.find((tell) => tell.patch === patch);
          if (one === undefined || one.before === one.after || gone.has(name)) continue;
          expect(one.before).toBe(known);
          known = one.after;
        }
        expect(now.get(patch)).toBe(known);
      }
    }),
  );
});
