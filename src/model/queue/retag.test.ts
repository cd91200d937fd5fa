// Laws of tags that are written into a patch file: the diff and the header fields stay, and a second time changes nothing.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, textOf } from "#model/bytes";
import { makeTrailer } from "#model/mail";
import { parsePatchFile } from "./patch-file.ts";
import { retagPatch, type RetagSettings } from "./retag.ts";

const DIFF = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-Acked-by: nobody\n+Cc: nobody\n";
const OWN = [
  'Fixes: 0123456789ab ("mm: break it")',
  "Link: https://lore.example.org/p@example.org",
  "Acked-by: Rita Reader <rita@example.org>",
  "Signed-off-by: Ann Author <ann@example.org>",
  "[max@example.org: typo]",
  "Cc: <stable@example.org> # 6.1",
  "Signed-off-by: Max Maintainer <max@example.org>",
];
const GIVEN = [
  "Reviewed-by: Rita Reader <rita@example.org>",
  "Acked-by: Rita Reader <rita@example.org>",
  "Tested-by: Tom Tester <tom@example.org> # qemu\n[tom@example.org: twice]",
];

const header = fc.constantFrom(
  "From: Ann Author <ann@example.org>\nSubject: mm: fix it\n\n",
  `From ${"0".repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Ann Author <ann@example.org>\nSubject: [PATCH] mm: fix it\nReviewed-by: in a field\n\n`,
  "",
);
const log = fc.constantFrom("The log.\n", "The log.\n\nMore of it: with a colon.\n", "The log.\n\n---\nAnd more.\n");
const own = fc.subarray(OWN).map((lines) => lines.map((line) => `${line}\n`).join(""));
const given = fc.subarray(GIVEN, { minLength: 1 });
const settings = fc.record<RetagSettings>({
  trailers: fc.constantFrom("mm", "b4"),
  signOff: fc.constantFrom(null, "Max Maintainer <max@example.org>"),
  link: fc.constantFrom("", "https://lore.example.org/"),
});

function textLines(bytes: Uint8Array): string[] {
  return byteString(bytes).split("\n");
}

test("the diff and the header fields stay, the tags are there, a second time changes nothing", () => {
  fc.assert(
    fc.property(header, log, own, given, settings, fc.boolean(), (head, text, block, tags, how, crlf) => {
      const written = `${head}${text}${block === "" ? "" : `\n${block}`}---\n f | 2 +-\n\n${DIFF}`;
      const source = bytesOf(crlf ? written.replaceAll("\n", "\r\n") : written);
      const patch = parsePatchFile(source);
      const trailers = tags.map((tag) => {
        const colon = tag.indexOf(": ");
        return makeTrailer(tag.slice(0, colon), tag.slice(colon + 2));
      });
      const made = retagPatch(patch, trailers, how);
      if (made.kind === "refused") throw new Error(made.reason);
      // Nothing is new when the only tag given is there.
      if (made.kind === "unchanged") return block.includes("Acked-by: Rita");
      const again = parsePatchFile(made.bytes);
      const diff = (from: typeof patch): string => textOf(from.source.subarray(from.diff.files[0]?.lead.length ?? 0));
      expect(diff(again)).toBe(diff(patch));
      expect([again.title, again.author, again.problems]).toEqual([patch.title, patch.author, patch.problems]);
      const gone = made.replaced.map(({ raw }) => raw.replace("\n", ""));
      const kept = textLines(source).filter((line) => !gone.includes(line));
      expect(textLines(made.bytes).filter((line) => kept.includes(line)).length).toBeGreaterThanOrEqual(kept.length);
      for (const { key, value } of made.added)
        expect(again.trailers.some((one) => one.key === key && value.startsWith(one.value.split("\n")[0] ?? ""))).toBe(
          true,
        );
      expect(crlf && /[^\r]\n/.test(byteString(made.bytes))).toBe(false);
      expect(retagPatch(again, trailers, how).kind === "unchanged" || made.replaced.length > 0).toBe(true);
      return true;
    }),
    { numRuns: 500 },
  );
});

test("a place for each order", () => {
  const source = bytesOf(`Subject: mm: fix it\n\nThe log.\n\n${OWN.map((line) => `${line}\n`).join("")}---\n${DIFF}`);
  const tagged = (trailers: "mm" | "b4"): string[] => {
    const how = { trailers, signOff: "Max Maintainer <max@example.org>", link: "https://lore.example.org/" };
    const made = retagPatch(parsePatchFile(source), [makeTrailer("Reviewed-by", "R. Reader <rita@example.org>")], how);
    return made.kind === "retagged" ? textOf(made.bytes).split("\n").slice(4, -8) : [];
  };
  expect(tagged("mm")).toEqual([
    'Fixes: 0123456789ab ("mm: break it")',
    "Link: https://lore.example.org/p@example.org",
    "Signed-off-by: Ann Author <ann@example.org>",
    "[max@example.org: typo]",
    "Reviewed-by: R. Reader <rita@example.org>",
    "Cc: <stable@example.org> # 6.1",
    "Signed-off-by: Max Maintainer <max@example.org>",
  ]);
  expect(tagged("b4")).toEqual([...OWN.slice(0, -1), "Reviewed-by: R. Reader <rita@example.org>", OWN.at(-1)]);
});

test("a log in a header field, and none at all, are refused", () => {
  const tag = makeTrailer("Acked-by", "Rita <rita@example.org>");
  const how = { trailers: "mm", signOff: null, link: "" } as const;
  const dep3 = parsePatchFile(
    bytesOf(`Description: fix it\n The log.\n .\n More.\nAuthor: A <a@example.org>\n\n${DIFF}`),
  );
  expect(retagPatch(dep3, [tag], how)).toEqual({ kind: "refused", reason: "has its log in a header field" });
  expect(retagPatch(parsePatchFile(bytesOf(DIFF)), [tag], how).kind).toBe("refused");
});
