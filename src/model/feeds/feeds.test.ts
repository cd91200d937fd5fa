// What is in a feed, and that no text of it becomes markup.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerEvent, OperationId } from "#model/ledger";
import { printAtom, treeFeed } from "./index.ts";

const by = "Max Maintainer <max@example.org>";
const event = (op: string, at: string, body: object): LedgerEvent =>
  ({ op, at, by, ...body }) as unknown as LedgerEvent;
const queued = (op: string, at: string, patch: string, branch: string, author: string): LedgerEvent =>
  event(op, at, {
    kind: "queued",
    patch,
    branch,
    title: patch,
    author,
    origin: { kind: "file", path: patch },
    tags: [],
  });

const events = [
  event("000000000001", "2026-02-01T00:00:00Z", { kind: "created", preset: "mm", base: "b".repeat(40) }),
  queued("000000000002", "2026-02-02T00:00:00Z", "a.patch", "new", "Ada <ada@example.org>"),
  queued("000000000002", "2026-02-02T00:00:00Z", "b.patch", "old", "Bob <bob@example.org>"),
  event("000000000002", "2026-02-02T00:00:00Z", {
    kind: "announced",
    patch: "a.patch",
    notice: "added",
    messageId: "x",
  }),
  event("000000000003", "2026-02-03T00:00:00Z", { kind: "noted", patch: "a.patch", text: "<b>bold</b>" }),
  event("000000000004", "2026-02-04T00:00:00Z", { kind: "moved", patch: "a.patch", from: "new", to: "old" }),
  event("000000000005", "2026-02-05T00:00:00Z", { kind: "renamed", patch: "c.patch", from: "a.patch" }),
  event("000000000006", "2026-02-06T00:00:00Z", { kind: "noted", patch: "c.patch", text: "later" }),
  event("000000000007", "2026-02-07T00:00:00Z", {
    kind: "dropped",
    patch: "b.patch",
    branch: "old",
    reason: "obsolete",
    into: null,
    note: null,
  }),
  event("000000000008", "2026-02-08T00:00:00Z", { kind: "undone", undoes: "000000000007" as OperationId }),
];
const ops = (scope: Parameters<typeof treeFeed>[1]): string[] =>
  treeFeed(events, scope, "example.org", null).entries.map(({ id }) => id.slice(-1));

test("a tree's feed has each operation once, newest first; one that was taken back is told again when that happened", () => {
  expect(ops({ kind: "tree" })).toEqual(["8", "7", "6", "5", "4", "3", "2", "1"]);
  const [, dropped] = treeFeed(events, { kind: "tree" }, "example.org", null).entries;
  expect(dropped).toMatchObject({ updated: "2026-02-08T00:00:00Z", author: "Max Maintainer" });
  expect(dropped?.title).toMatch(/^taken back: b\.patch dropped/);
});

test("a branch's feed has what came, happened there and went; an author's what he wrote, under any name", () => {
  expect(ops({ kind: "branch", branch: "new" })).toEqual(["4", "3", "2"]);
  expect(ops({ kind: "branch", branch: "old" })).toEqual(["7", "6", "5", "4", "2"]);
  expect(ops({ kind: "author", author: "ADA@" })).toEqual(["6", "5", "4", "3", "2"]);
  expect(ops({ kind: "patches", patches: ["c.patch"] })).toEqual(["6", "5", "4", "3", "2"]);
  const [entry] = treeFeed(events, { kind: "author", author: "bob" }, "example.org", null).entries.slice(-1);
  expect(entry?.content).toBe("b.patch queued in old, from b.patch");
});

test("an empty ledger is an empty feed, and many operations are bounded", () => {
  expect(treeFeed([], { kind: "tree" }, "example.org", null)).toMatchObject({
    entries: [],
    updated: "1970-01-01T00:00:00Z",
  });
  const many = Array.from({ length: 500 }, (_, index) =>
    queued(String(index).padStart(12, "0"), "2026-02-02T00:00:00Z", `${index}.patch`, "new", "Ada <ada@example.org>"),
  );
  expect(treeFeed(many, { kind: "tree" }, "example.org", null).entries).toHaveLength(100);
});

test("no text becomes markup or a character that XML does not have", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const entry = { id: text, title: text, updated: text, author: text, content: text, page: text };
      const xml = printAtom({ id: text, title: text, updated: text, self: text, entries: [entry] });
      // Only the elements that are there for any text.
      expect(xml.match(/<[^>]*>/g)?.map((tag) => tag.replace(/ .*/s, ""))).toEqual(
        printAtom({
          id: "",
          title: "",
          updated: "",
          self: "",
          entries: [{ ...entry, id: "", title: "", updated: "", author: "", content: "", page: "" }],
        })
          .match(/<[^>]*>/g)
          ?.map((tag) => tag.replace(/ .*/s, "")),
      );
      expect(xml.isWellFormed()).toBe(true);
      // oxlint-disable-next-line no-control-regex
      expect(xml).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]/);
    }),
  );
});

test("an entry has the page that it is given, and none where there is none", () => {
  const xml = printAtom(
    treeFeed(events, { kind: "tree" }, "example.org", null, ({ id }) => `https://tree.example.org/log?at=${id}&x`),
  );
  const pages = xml.match(
    /<link rel="alternate" type="text\/html" href="https:\/\/tree\.example\.org\/log\?at=[^"&]+&amp;x"\/>/g,
  );
  expect(pages).toHaveLength(xml.match(/<entry>/g)?.length ?? 0);
  expect(printAtom(treeFeed(events, { kind: "tree" }, "example.org", null))).not.toContain("alternate");
});

test("what would turn, hide or control the text around it is shown as on a terminal; ids stay as they are", () => {
  const text = "a\u202eb\u2066c\u001bd\u{e0041}e\tf\ng";
  const entry = { id: "tag:x\u202e", title: text, updated: "", author: text, content: text };
  const xml = printAtom({ id: "", title: text, updated: "", self: null, entries: [entry] });
  expect(xml.split("a\\u202eb\\u2066c\\x1bd\\u{e0041}e\tf\ng")).toHaveLength(5);
  expect(xml.replace("tag:x\u202e", "")).not.toMatch(/[\p{Bidi_Control}\u{e0000}-\u{e007f}]/u);
});
