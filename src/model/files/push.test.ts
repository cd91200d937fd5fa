// Laws of pushing patches on random small files; a failing run prints its seed. Single cases are tables in ../diff/cases.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import type { Diff } from "#model/diff";
import { parseDiff } from "#model/diff";
import type { BaseEntry, Files, PushSettings } from "./index.ts";
import { fileAt, filesOf, pushAll, pushPatch } from "./index.ts";

type Tree = Readonly<Record<string, readonly string[]>>;

const NAMES = ["f", "g", "d/h", "d/e/i"];
const line = fc.constantFrom("a", "b", "{", "}", "", "caf\xe9", "\t\r");
const content = fc.array(line, { minLength: 1, maxLength: 12 });
const tree = fc.dictionary(fc.constantFrom(...NAMES), content);
const strict = (reverse: boolean): PushSettings => ({ strip: 1, fuzz: 0, reverse });

/** A diff with all lines as context or change: at once the simplest and the strictest one. */
function diffOf(before: Tree, after: Tree, git: boolean): Diff {
  let text = "";
  for (const name of NAMES) {
    const [old, now] = [before[name], after[name]];
    if (old?.join("\n") === now?.join("\n")) continue;
    if (git) text += `diff --git a/${name} b/${name}\n`;
    if (git && old === undefined) text += "new file mode 100644\n";
    if (git && now === undefined) text += "deleted file mode 100644\n";
    text += `--- ${old ? `a/${name}` : "/dev/null"}\n+++ ${now ? `b/${name}` : "/dev/null"}\n`;
    const [oldLines, newLines] = [old ?? [], now ?? []];
    text += `@@ -${old ? 1 : 0},${oldLines.length} +${now ? 1 : 0},${newLines.length} @@\n`;
    let same = 0;
    while (same < Math.min(oldLines.length, newLines.length) && oldLines[same] === newLines[same]) same += 1;
    text += oldLines
      .slice(0, same)
      .map((one) => ` ${one}\n`)
      .join("");
    text += oldLines
      .slice(same)
      .map((one) => `-${one}\n`)
      .join("");
    text += newLines
      .slice(same)
      .map((one) => `+${one}\n`)
      .join("");
  }
  return parseDiff(fromByteString(text));
}

function filesFrom(from: Tree): Files {
  const entries = Object.entries(from).map(([name, lines]): [string, BaseEntry] => [
    name,
    { kind: "file", mode: "100644", bytes: fromByteString(lines.map((one) => `${one}\n`).join("")) },
  ]);
  return filesOf(new Map(entries));
}

function textsOf(files: Files): string[] {
  return NAMES.map((name) => {
    const entry = fileAt(files, name);
    return entry === null ? `${name} is not there` : `${name} ${entry.mode}\n${byteString(entry.lines.bytes)}`;
  });
}

test("a patch makes the new tree of the old, and taken back the old of the new", () => {
  fc.assert(
    fc.property(tree, tree, fc.boolean(), (before, after, git) => {
      const diff = diffOf(before, after, git);
      const there = pushPatch(filesFrom(before), diff, strict(false));
      expect(there.outcome.kind).toBe(diff.files.length === 0 ? "empty" : "applied");
      expect(textsOf(there.files)).toEqual(textsOf(filesFrom(after)));
      const back = pushPatch(filesFrom(after), diff, strict(true));
      expect(textsOf(back.files)).toEqual(textsOf(filesFrom(before)));
    }),
    { numRuns: 500 },
  );
});

test("all patches pushed and all popped give the base", () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 2, maxLength: 8 }), fc.boolean(), (trees, git) => {
      const [base = {}] = trees;
      const patches = trees.slice(1).map((after, index) => diffOf(trees[index] ?? {}, after, git));
      const pushed = pushAll(
        filesFrom(base),
        patches.map((diff) => ({ diff, settings: strict(false) })),
      );
      expect(textsOf(pushed.files)).toEqual(textsOf(filesFrom(trees.at(-1) ?? {})));
      const popped = pushAll(
        pushed.files,
        patches.toReversed().map((diff) => ({ diff, settings: strict(true) })),
      );
      expect(popped.outcomes.filter((outcome) => outcome.kind === "rejected")).toEqual([]);
      expect(textsOf(popped.files)).toEqual(textsOf(filesFrom(base)));
    }),
    { numRuns: 300 },
  );
});

test("patches of different files commute", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const part = (names: readonly string[]): Tree =>
        Object.fromEntries(
          NAMES.flatMap((name) => {
            const lines = (names.includes(name) ? after : before)[name];
            return lines === undefined ? [] : [[name, lines]];
          }),
        );
      const one = diffOf(before, part(["f", "g"]), false);
      const two = diffOf(before, part(["d/h", "d/e/i"]), false);
      const order = (...diffs: Diff[]): string[] =>
        textsOf(
          pushAll(
            filesFrom(before),
            diffs.map((diff) => ({ diff, settings: strict(false) })),
          ).files,
        );
      expect(order(one, two)).toEqual(order(two, one));
      expect(order(one, two)).toEqual(textsOf(filesFrom(after)));
    }),
    { numRuns: 300 },
  );
});

test("what an applied patch says to have changed is what differs, and a rejected one changes nothing", () => {
  fc.assert(
    fc.property(tree, tree, tree, (before, after, other) => {
      const { files, outcome } = pushPatch(filesFrom(other), diffOf(before, after, false), strict(false));
      const changes = outcome.kind === "applied" ? outcome.changes.map((change) => change.path) : [];
      const [left, was] = [textsOf(files), textsOf(filesFrom(other))];
      expect(NAMES.filter((_, index) => left[index] !== was[index])).toEqual(changes.toSorted(inOrder));
    }),
  );
});

function inOrder(left: string, right: string): number {
  return NAMES.indexOf(left) - NAMES.indexOf(right);
}

function creation(name: string): Diff {
  return parseDiff(bytesOf(`--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+x\n`));
}

test("pushing stops when enough is known, and what was pushed stands", () => {
  const patches = ["f", "f", "g"].map((name) => ({ diff: creation(name), settings: strict(false) }));
  const stopped = pushAll(filesFrom({}), patches, (outcome) => outcome.kind === "rejected");
  expect(stopped.outcomes.map((outcome) => outcome.kind)).toEqual(["applied", "rejected"]);
  expect(fileAt(stopped.files, "g")).toBeNull();
  expect(pushAll(filesFrom({}), patches).outcomes.map((outcome) => outcome.kind)).toEqual([
    "applied",
    "rejected",
    "applied",
  ]);
});
