// Laws of refreshing on random files, patches and damage; a failing run prints its seed. Texts are in cases/refresh.txt.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, concatBytes, equalBytes, fromByteString, noBytes } from "#model/bytes";
import { linesOf, makeHunks } from "#model/diff";
import type { Files, PushSettings } from "#model/files";
import { fileAt, filesOf, pushPatch } from "#model/files";
import { parsePatchFile, refreshPatch } from "./index.ts";

const PATH = "d/f.c";
const STYLES = ["git", "plain", "noted", "index", "crlf"] as const;

/** A file before and after a patch, and the file that the patch meets: the one before with other changes in it. */
const scene = fc.record({
  before: fc.array(fc.constantFrom("a", "b", "", "{", "}", "int x;", "return y;", "\tz();"), {
    minLength: 1,
    maxLength: 40,
  }),
  edits: fc.array(fc.record({ at: fc.nat(40), gone: fc.nat(2), come: fc.nat(2) }), { minLength: 1, maxLength: 3 }),
  damage: fc.array(fc.record({ at: fc.nat(40), gone: fc.nat(2), come: fc.nat(3) }), { maxLength: 3 }),
  context: fc.nat(4),
  style: fc.constantFrom(...STYLES),
  reverse: fc.boolean(),
  merge: fc.boolean(),
  ended: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
});

type Edit = { readonly at: number; readonly gone: number; readonly come: number };

function edited(lines: readonly string[], edits: readonly Edit[], word: string): string[] {
  const result = [...lines];
  for (const [index, { at, gone, come }] of edits.entries()) {
    const fresh = Array.from({ length: come }, (_none, one) => `${word}${index}${one}`);
    result.splice(at % (result.length + 1), gone, ...fresh);
  }
  return result;
}

function textOf(lines: readonly string[], ended: boolean): Bytes {
  const text = lines.map((line) => `${line}\n`).join("");
  return bytesOf(ended ? text : text.replace(/\n$/, ""));
}

function patchOf(before: Bytes, after: Bytes, context: number, style: (typeof STYLES)[number]): Bytes {
  const header = {
    git: `From: A U Thor <author@example.org>\nSubject: x\n\n---\n\ndiff --git a/${PATH} b/${PATH}\nindex 12345..67890 100644\n--- a/${PATH}\n+++ b/${PATH}\n`,
    plain: `text\n--- a/${PATH}\t2020-01-02 03:04:05 +0100\n+++ b/${PATH}\t2020-01-02\n`,
    noted: `--- a/${PATH}~name\n+++ a/${PATH}\n`,
    index: `Index: b/${PATH}\n${"=".repeat(67)}\n--- b.orig/${PATH}\n+++ b/${PATH}\n`,
    crlf: `--- a/${PATH}\n+++ b/${PATH}\n`,
  }[style];
  const hunks = makeHunks(linesOf(before), linesOf(after), context).flatMap(({ head, body }) => [head, body]);
  const text = concatBytes([bytesOf(header), ...hunks]);
  return style === "crlf" ? fromByteString(byteString(text).replaceAll("\n", "\r\n")) : text;
}

function filesWith(bytes: Bytes): Files {
  return filesOf(new Map([[PATH, { kind: "file", mode: "100644", bytes }]]));
}

function withoutIds(header: Bytes = noBytes): string {
  return byteString(header).replace(/^index [0-9a-f]+\.\.[0-9a-f]+/m, "index");
}

test("a refreshed patch gives the same files, exactly, and stays; one that fits is not touched", () => {
  const seen = { same: 0, moved: 0, taken: 0, anew: 0, merged: 0 };
  fc.assert(
    fc.property(scene, ({ before, edits, damage, context, style, reverse, merge, ended }) => {
      const old = textOf(before, ended[0]);
      const made = textOf(edited(before, edits, "new"), ended[1]);
      const met = textOf(edited(before, damage, "other"), ended[2]);
      const [from, to] = reverse ? [made, old] : [old, made];
      const patch = parsePatchFile(patchOf(from, to, context, style));
      const merging = merge
        ? { blobs: new Map(), posted: new Map([[PATH, linesOf(old)]]), resolutions: new Map(), guess: false }
        : null;
      const settings: PushSettings = { strip: 1, fuzz: 2, reverse, merging };
      const below = filesWith(met);
      const { outcome, files: above } = pushPatch(below, patch.diff, settings);
      if (outcome.kind !== "applied") return;
      const refreshed = refreshPatch({ patch, settings, outcomes: outcome.files, below, above });
      if (refreshed.kind === "refused") throw new Error(refreshed.reason);
      const again = parsePatchFile(refreshed.bytes);
      const strict = pushPatch(below, again.diff, { ...settings, fuzz: 0, merging: null });
      expect(strict.outcome.files).toMatchObject([{ kind: "applied" }]);
      const hunks = strict.outcome.files.flatMap((file) => file.hunks);
      expect(hunks.filter((hunk) => hunk.kind !== "applied" || hunk.offset !== 0 || hunk.fuzz !== 0)).toEqual([]);
      expect(fileAt(strict.files, PATH)?.lines.bytes).toEqual(fileAt(above, PATH)?.lines.bytes);
      const twice = refreshPatch({
        patch: again,
        settings,
        outcomes: strict.outcome.files,
        below,
        above: strict.files,
      });
      expect(twice).toEqual({ kind: "refreshed", bytes: refreshed.bytes, files: [] });
      // Git's ids follow the contents that the hunks are made for; all else above the hunks stays.
      expect(withoutIds(again.diff.files[0]?.header)).toBe(withoutIds(patch.diff.files[0]?.header));
      expect(style === "crlf" && /[^\r]\n/.test(byteString(refreshed.bytes))).toBe(false);
      const exact = outcome.files.every(
        (file) =>
          file.kind !== "merged" &&
          file.hunks.every((hunk) => hunk.kind === "applied" && hunk.offset === 0 && hunk.fuzz === 0),
      );
      expect(exact).toBe(equalBytes(refreshed.bytes, patch.source));
      seen.same += Number(exact);
      seen.merged += Number(outcome.files.some((file) => file.kind === "merged"));
      seen.moved += Number(refreshed.files.some((file) => file.changes.some((change) => change.fuzz === 0)));
      seen.taken += Number(refreshed.files.some((file) => file.changes.some((change) => change.taken.length > 0)));
      seen.anew += Number(refreshed.files.some((file) => file.anew?.because === "fuzz"));
    }),
    { numRuns: 1200 },
  );
  // Runs in which nothing of a kind came up would prove nothing about it.
  expect(Object.entries(seen).filter(([, count]) => count < 5)).toEqual([]);
});
