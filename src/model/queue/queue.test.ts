// Laws of the series and its edits on random queues; a failing run prints its seed. Single cases are tables in cases/.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf } from "#model/bytes";
import type { BranchName, PatchName, Queue } from "./index.ts";
import {
  insertPatches,
  movePatches,
  parsePatchFile,
  parseSeries,
  patchesOf,
  printSeries,
  removePatches,
  renamePatch,
  reorderPatches,
  revertLines,
  setDisabled,
} from "./index.ts";

const ORDER = ["hotfixes", "stable", "unstable"] as BranchName[];
const branch = fc.constantFrom(...ORDER);
const newNames = fc.uniqueArray(fc.constantFrom("n1.patch", "n2.patch", "n3.patch"), { minLength: 1 }) as fc.Arbitrary<
  PatchName[]
>;

/** Series as a tree has them: some patches before any marker, each branch at most once, in order. */
const series = fc
  .record({
    lead: fc.array(fc.constantFrom("# text\n", "\n"), { maxLength: 2 }),
    stretches: fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 3 })), { minLength: 3, maxLength: 3 }),
    lastEnded: fc.boolean(),
  })
  .map(({ lead, stretches, lastEnded }) => {
    let text = lead.join("");
    for (const [index, [there, count]] of stretches.entries()) {
      if (!there) continue;
      text += `# branch: ${ORDER[index]}\n`;
      for (let i = 0; i < count; i++)
        text += `p${index}-${i}.patch${i === 1 ? " -p0" : ""}\n${i === 2 ? "# note\n" : ""}`;
    }
    return parseSeries(bytesOf(lastEnded ? text : text.replace(/\n$/, ""))).queue;
  });

const text = (queue: Queue): string => byteString(printSeries(queue));

test("printing a parsed series gives the bytes back", () => {
  const line = fc.constantFrom(
    "a.patch",
    "b.patch -p0 # x",
    "# branch: x",
    "#branch: a..b",
    "",
    " ",
    "../x",
    "\xff\0",
    "\r",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.array(line).map((lines) => bytesOf(lines.join("\n"))),
      ),
      (bytes) => {
        expect(text(parseSeries(bytes).queue)).toBe(byteString(bytes));
      },
    ),
  );
});

test("inserted patches stand at the end of their branch, in order; removed they leave the others as they were", () => {
  fc.assert(
    fc.property(series, newNames, branch, (queue, names, to) => {
      const after = insertPatches(queue, names, to, ORDER);
      const there = patchesOf(after).filter((patch) => (patch.branch ?? ORDER[0]) === to);
      expect(there.slice(-names.length).map((patch) => patch.name)).toEqual(names);
      expect(parseSeries(printSeries(after)).problems).toEqual([]);
      expect(patchesOf(parseSeries(printSeries(after)).queue)).toEqual(patchesOf(after));
      expect(patchesOf(removePatches(after, new Set(names)))).toEqual(patchesOf(queue).map(ended));
    }),
  );
});

/** Inserting gives the last line the end it may lack. */
function ended<T extends { readonly raw: string }>(line: T): T {
  return line.raw.endsWith("\n") ? line : { ...line, raw: `${line.raw}\n` };
}

test("an insertion is taken back although others came later", () => {
  fc.assert(
    fc.property(series, newNames, branch, branch, (queue, names, to, laterTo) => {
      const after = insertPatches(queue, names, to, ORDER);
      const later = ["later.patch"] as PatchName[];
      const now = insertPatches(after, later, laterTo, ORDER);
      const back = revertLines(queue, after, now);
      expect(back).not.toBeNull();
      expect(patchesOf(back ?? queue).map(placeOf)).toEqual(
        patchesOf(insertPatches(queue, later, laterTo, ORDER)).map(placeOf),
      );
      // With nothing in between it is as if nothing had been.
      const plain = revertLines(queue, after, after);
      expect(plain && patchesOf(plain).map(placeOf)).toEqual(patchesOf(queue).map(placeOf));
    }),
  );
});

test("a removal is taken back although others came later", () => {
  fc.assert(
    fc.property(series, fc.nat(), branch, (queue, pick, laterTo) => {
      const patches = patchesOf(queue);
      fc.pre(patches.length > 0);
      const gone = patches[pick % patches.length]?.name ?? ("" as PatchName);
      const full = parseSeries(bytesOf(text(queue).replace(/\n?$/, "\n"))).queue;
      const after = removePatches(full, new Set([gone]));
      const now = insertPatches(after, ["later.patch"] as PatchName[], laterTo, ORDER);
      const back = revertLines(full, after, now);
      expect(
        back &&
          text(removePatches(back, new Set(["later.patch"] as PatchName[])))
            .split("\n")
            .filter((one) => one.startsWith("p")),
      ).toEqual(
        text(full)
          .split("\n")
          .filter((one) => one.startsWith("p")),
      );
      expect(back && patchesOf(back).find((patch) => patch.name === gone)?.branch).toBe(
        patchesOf(full).find((patch) => patch.name === gone)?.branch,
      );
    }),
  );
});

function placeOf(patch: { readonly name: string; readonly branch: string | null }): string {
  return `${patch.branch ?? ORDER[0]} ${patch.name}`;
}

test("a removal is not taken back where the patch is again, nor where its neighbour is gone", () => {
  const [before, after] = ["a.patch\nb.patch\n", "a.patch\n"].map((one) => parseSeries(bytesOf(one)).queue);
  if (!before || !after) throw new Error("two series were parsed");
  expect(revertLines(before, after, before)).toBeNull();
  expect(revertLines(before, after, parseSeries(bytesOf("c.patch\n")).queue)).toBeNull();
});

test("any bytes are a patch file, and megabytes take no time", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(parsePatchFile(bytes).source).toBe(bytes);
    }),
  );
  for (const piece of ["From: a\n", "Subject: ", " \n", "a: b\n ", "---\n", "Description: x\n .\n", "\n"]) {
    const { problems } = parsePatchFile(bytesOf(piece.repeat(2_000_000 / piece.length)));
    expect(problems.map(({ message }) => message)).toEqual(["no file change is in it"]);
  }
}, 20_000);

test("a move keeps every line but those it moves, and taking it back gives the series of before", () => {
  fc.assert(
    fc.property(
      series,
      fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 3 }),
      branch,
      fc.boolean(),
      (queue, picks, to, atEnd) => {
        const all = patchesOf(queue);
        const names = new Set(picks.flatMap((pick) => all[pick]?.name ?? []));
        if (names.size === 0) return;
        const after = movePatches(queue, names, { kind: atEnd ? "end" : "start", branch: to }, ORDER);
        expect(after).not.toBeNull();
        if (after === null) return;
        const lead = patchesOf(after).filter(({ name }) => names.has(name));
        expect(lead.map(({ name }) => name)).toEqual(all.map(({ name }) => name).filter((name) => names.has(name)));
        // Patches before the first marker belong to the first branch, which needs no marker.
        expect(lead.every((one) => (one.branch ?? ORDER[0]) === to)).toBe(true);
        const rest = (one: Queue): string[] => patchesOf(one).flatMap(({ name }) => (names.has(name) ? [] : [name]));
        expect(rest(after)).toEqual(rest(queue));
        const back = revertLines(queue, after, after);
        expect(back && text(back).replace(/\n$/, "")).toBe(text(queue).replace(/\n$/, ""));
      },
    ),
  );
});

const parse = (lines: string): Queue => parseSeries(bytesOf(lines)).queue;

test("a move is taken back although something was queued since, and not when the patch was moved again", () => {
  const before = parse("# branch: stable\na\nb\nc\n");
  const after = parse("# branch: stable\nb\nc\na\n");
  const later = revertLines(before, after, parse("# branch: stable\nb\nc\na\nd\n"));
  expect(later && text(later)).toBe("# branch: stable\na\nb\nc\nd\n");
  expect(revertLines(before, after, parse("# branch: stable\nb\na\nc\n"))).toBeNull();
  expect(revertLines(before, after, parse("# branch: stable\nb\nc\n"))).toBeNull();
});

test("disabling and enabling, renaming there and back, give the bytes of before", () => {
  fc.assert(
    fc.property(series, fc.nat({ max: 8 }), (queue, pick) => {
      const patch = patchesOf(queue)[pick];
      if (patch === undefined) return;
      const names = new Set([patch.name]);
      const disabled = setDisabled(queue, names, true);
      expect(patchesOf(disabled).map(({ name }) => name)).toEqual(
        patchesOf(queue).flatMap(({ name }) => (name === patch.name ? [] : [name])),
      );
      expect(text(setDisabled(parseSeries(printSeries(disabled)).queue, names, false))).toBe(text(queue));
      const other = "other.patch" as PatchName;
      expect(text(renamePatch(renamePatch(queue, patch.name, other), other, patch.name))).toBe(text(queue));
    }),
  );
});

test("another order keeps every patch in its branch, and ranking them as they are changes nothing", () => {
  fc.assert(
    fc.property(series, fc.integer(), (queue, seed) => {
      const names = patchesOf(queue).map(({ name }) => name);
      expect(text(reorderPatches(queue, names)).replace(/\n$/, "")).toBe(text(queue).replace(/\n$/, ""));
      const shuffled = names.toSorted(
        (a, b) => Math.sin(seed + a.length * 7 + a.charCodeAt(1)) - Math.sin(seed + b.charCodeAt(1)),
      );
      const after = patchesOf(reorderPatches(queue, shuffled));
      for (const { name, branch: was } of patchesOf(queue))
        expect(after.find((one) => one.name === name)?.branch).toBe(was);
      for (const one of ORDER) {
        const inBranch = after.filter(({ branch: at }) => at === one).map(({ name }) => name);
        expect(inBranch).toEqual(shuffled.filter((name) => inBranch.includes(name)));
      }
    }),
  );
});
