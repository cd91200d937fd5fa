// Evidence that a patch is upstream: logs, clues, reverts, what the files hold, and how it is weighed.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import { parseDiff, patchId } from "#model/diff";
import type { BaseEntry, Files } from "#model/files";
import { filesOf, pushPatch } from "#model/files";
import type { PatchName } from "#model/queue";
import type { Evidence, EvidenceKind, Presence } from "./index.ts";
import { clueIndexOf, cluesInLog, diffOfChanges, judgeUpstream, makeReverts, presenceOf } from "./index.ts";

test("cases/upstream-log.txt", () => {
  const file = join(import.meta.dirname, "cases", "upstream-log.txt");
  const text = readFileSync(file, "utf8");
  const real = text
    .split(/(?<=\n)\n(?=# )/)
    .map((block) => {
      const [given = "", wanted] = block.split(/^==>\n/m);
      if (wanted === undefined) return block;
      const log = given.slice(given.indexOf("\n") + 1);
      const { messageIds, reverts } = cluesInLog(byteString(bytesOf(log)));
      const lines = [...messageIds.map((id) => `mail ${id}`), ...reverts.map((id) => `reverts ${id}`)];
      return `${given}==>\n${lines.map((line) => `${line}\n`).join("")}`;
    })
    .join("\n");
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, real);
  expect(real).toBe(readFileSync(file, "utf8"));
});

test("a log made to be slow is read in bounded time", () => {
  const began = performance.now();
  for (const piece of ["Link: ", "Link: %", "@", "a@", "This reverts commit ", "\n", " "]) {
    const { messageIds, reverts } = cluesInLog(piece.repeat(200_000));
    expect(messageIds.length + reverts.length).toBeLessThan(2200);
  }
  expect(performance.now() - began).toBeLessThan(2000);
});

const NAME = (text: string): PatchName => text as PatchName;
const sought = (name: string, more: object = {}): Parameters<typeof clueIndexOf>[0][number] => ({
  name: NAME(name),
  title: `${name}: do it`,
  author: { name: "Ada Author", address: "ada@example.org" },
  messageIds: [],
  paths: new Set([`${name}.c`]),
  ...more,
});
const seen = (more: object): Parameters<ReturnType<typeof clueIndexOf>["hits"]>[0] => ({
  subject: "another",
  author: { name: "Una", email: "una@example.org" },
  messageIds: [],
  paths: [],
  ...more,
});

test("a commit is a patch's by subject only when the author is the same, by name or by address", () => {
  const index = clueIndexOf([sought("a"), sought("b", { author: null })]);
  const kinds = (author: object, subject = "a: do it"): string[] =>
    index.hits(seen({ subject, author })).map(({ patch, kind }) => `${patch} ${kind}`);
  expect(kinds({ name: "Ada Author", email: "ada@work.example.org" })).toEqual(["a subject-author"]);
  expect(kinds({ name: "A. Author", email: "ADA@example.org" })).toEqual(["a subject-author"]);
  expect(kinds({ name: "Ada Author", email: "" }, "a:  do\tit ")).toEqual(["a subject-author"]);
  expect(kinds({ name: "Una", email: "una@example.org" })).toEqual([]);
  expect(kinds({ name: "", email: "" }, "b: do it")).toEqual([]);
});

test("a mail that several patches name says nothing of any of them", () => {
  const index = clueIndexOf([
    sought("a", { messageIds: ["own@x", "report@x", "own@x"] }),
    sought("b", { messageIds: ["report@x"] }),
  ]);
  expect(index.hits(seen({ messageIds: ["report@x", "own@x", "own@x"] }))).toEqual([
    { patch: "a", kind: "message-id" },
  ]);
});

test("a commit has the files of a patch that names all of them", () => {
  const index = clueIndexOf([sought("a"), sought("b", { paths: new Set(["a.c", "b.c"]) })]);
  const of = (...paths: string[]): readonly string[] => index.sameFiles(seen({ paths }));
  expect([of("a.c"), of("b.c"), of("a.c", "b.c"), of("a.c", "c.c"), of()]).toEqual([["a", "b"], ["b"], ["b"], [], []]);
});

test("a revert that was reverted took nothing back; the newest are told first", () => {
  const [one, two, three] = ["1", "2", "3"].map((digit) => digit.repeat(40));
  const reverts = makeReverts();
  reverts.add(three ?? "", ["2".repeat(12)]);
  reverts.add(two ?? "", [one ?? ""]);
  expect(reverts.revertedBy(two ?? "")).toBe(three);
  expect(reverts.revertedBy(one ?? "")).toBeNull();
  const standing = makeReverts();
  standing.add(two ?? "", ["1111111"]);
  expect(standing.revertedBy(one ?? "")).toBe(two);
  expect(standing.revertedBy(three ?? "")).toBeNull();
});

// Evidence, what the files say, and the verdict. `x!` is evidence of kind x from a commit that was reverted.
test.each([
  ["", "there", "already upstream"],
  ["", "there by accident", null],
  ["", "not there", null],
  ["", "unclear", null],
  ["patch-id", "there", "already upstream"],
  ["patch-id", "unclear", "already upstream"],
  ["patch-id", "not there", "reverted upstream"],
  ["patch-id!", "unclear", "reverted upstream"],
  ["patch-id! patch-id", "unclear", "already upstream"],
  ["patch-id!", "there", "already upstream"],
  ["patchwork-hash", "unclear", "already upstream"],
  ["message-id", "there", "already upstream"],
  ["message-id", "there by accident", "already upstream"],
  ["message-id", "unclear", "maybe upstream"],
  ["message-id", "not there", "maybe upstream"],
  ["subject-author", "there", "already upstream"],
  ["subject-author", "unclear", "maybe upstream"],
  ["range-diff", "there", "already upstream"],
  ["range-diff subject-author", "unclear", "maybe upstream"],
  ["subject-author!", "not there", "reverted upstream"],
] as const)('evidence "%s", its change is %s: %s', (words, files, verdict) => {
  const evidence = words
    .split(" ")
    .filter((word) => word !== "")
    .map((word): Evidence => ({
      kind: word.replace("!", "") as EvidenceKind,
      commit: "1".repeat(40),
      how: null,
      revertedBy: word.endsWith("!") ? "2".repeat(40) : null,
    }));
  const kind = files === "there by accident" ? "there" : files;
  const inFiles: Presence = { kind, telling: files === "there", how: null, hunks: { there: 0, all: 1 } };
  const judged = judgeUpstream(evidence, inFiles);
  expect(judged?.verdict ?? null).toBe(verdict);
  expect(judged?.evidence.some((one) => one.kind === "content") ?? false).toBe(kind === "there" && judged !== null);
});

const plain = (text: string): Bytes => bytesOf(text);
function filesWith(text: string | null): Files {
  const entry: BaseEntry = { kind: "file", mode: "100644", bytes: plain(text ?? "") };
  return filesOf(new Map(text === null ? [] : [["f", entry]]));
}
/** What is known of one patch of the file `f`, when nothing else speaks for it, or when something does. */
function presence(text: string | null, patch: string, suspected = true): Presence | undefined {
  const forms = [{ diff: parseDiff(plain(patch)), strip: 1, reverse: false }];
  return presenceOf(filesWith(text), [{ name: NAME("p"), forms }], new Set(suspected ? [NAME("p")] : [])).get(
    NAME("p"),
  );
}
const HEAD = "--- a/f\n+++ b/f\n";

test.each([
  ["what it adds is there", "a\nb\nnew\nc\nd\n", "@@ -1,4 +1,5 @@\n a\n b\n+new\n c\n d\n", "there"],
  ["it applies", "a\nb\nc\nd\n", "@@ -1,4 +1,5 @@\n a\n b\n+new\n c\n d\n", "not there"],
  ["neither", "other\n", "@@ -1,4 +1,5 @@\n a\n b\n+new\n c\n d\n", "unclear"],
  [
    "it is there and fits once more",
    "a\nb\nnew\nc\nd\n-\na\nb\nc\nd\n",
    "@@ -1,4 +1,5 @@\n a\n b\n+new\n c\n d\n",
    "unclear",
  ],
  ["what it takes away is gone", "a\nb\nc\nd\n", "@@ -1,5 +1,4 @@\n a\n b\n-old\n c\n d\n", "there"],
  [
    "one of two hunks",
    "a\nnew\nb\n1\n2\n3\n4\n5\n6\n7\n8\nc\nd\n",
    "@@ -1,2 +1,3 @@\n a\n+new\n b\n@@ -11,2 +12,3 @@\n c\n+new\n d\n",
    "unclear",
  ],
] as const)("%s", (_title, text, hunks, kind) => {
  for (const suspected of [true, false]) {
    const found = presence(text, HEAD + hunks, suspected)?.kind;
    expect(found).toBe(!suspected && kind === "not there" ? "unclear" : kind);
  }
});

test("hunks that would fit anywhere, deletions of files and binary changes without data tell nothing", () => {
  expect(presence("a\n", `${HEAD}@@ -2 +1,0 @@\n-old\n`)?.telling).toBe(false);
  expect(presence(null, "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n")).toMatchObject({
    kind: "there",
    telling: false,
  });
  expect(
    presence("a\n", "diff --git a/f b/f\nindex 1234567..89abcde 100644\nBinary files a/f and b/f differ\n")?.telling,
  ).toBe(false);
  expect(presence("a\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n")).toMatchObject({
    kind: "there",
    telling: true,
  });
});

test("hunks that are there are counted", () => {
  const patch = `${HEAD}@@ -1,2 +1,3 @@\n a\n+new\n b\n@@ -11,2 +12,3 @@\n c\n+new\n d\n`;
  expect(presence("a\nnew\nb\n1\n2\n3\n4\n5\n6\n7\n8\nc\nd\n", patch)?.hunks).toEqual({ there: 1, all: 2 });
});

test("a whole queue that was merged is there, and none of it before", () => {
  const edits = fc.array(fc.nat(59), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(edits, fc.boolean(), (places, suspected) => {
      let files = filesWith(Array.from({ length: 60 }, (_, line) => `line ${line}\n`).join(""));
      const before = files;
      const queue = places.map((place, index) => {
        // Each patch changes one line to one that nobody else makes, also a line that an earlier patch made.
        const lines = byteString(files.changed.get("f")?.lines.bytes ?? plain(""));
        const now =
          lines === "" ? Array.from({ length: 60 }, (_, line) => `line ${line}`) : lines.trimEnd().split("\n");
        const from = Math.max(place - 3, 0);
        const to = Math.min(place + 4, now.length);
        const body = now
          .slice(from, to)
          .map((line, at) => (at + from === place ? `-${line}\n+patch ${index}\n` : ` ${line}\n`))
          .join("");
        const count = to - from;
        const diff = parseDiff(plain(`${HEAD}@@ -${from + 1},${count} +${from + 1},${count} @@\n${body}`));
        const pushed = pushPatch(files, diff, { strip: 1, reverse: false, fuzz: 0 });
        expect(pushed.outcome.kind).toBe("applied");
        const id = pushed.outcome.kind === "applied" ? patchId(diffOfChanges(pushed.outcome.changes)) : "";
        // As it applied it is the same patch.
        expect(id).toBe(patchId(diff));
        files = pushed.files;
        return { name: NAME(`${index}`), forms: [{ diff, strip: 1, reverse: false }] };
      });
      const names = new Set(suspected ? queue.map(({ name }) => name) : []);
      for (const { kind } of presenceOf(files, queue, names).values()) expect(kind).toBe("there");
      for (const { kind } of presenceOf(before, queue, names).values()) expect(kind).not.toBe("there");
    }),
    { numRuns: 50 },
  );
});
