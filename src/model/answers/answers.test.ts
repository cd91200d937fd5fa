// Lives of patches, finding them, and filter words: what is told must be what the events say.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { EventBody, LedgerEvent, OperationId } from "#model/ledger";
import type { Candidate, PatchRow } from "./index.ts";
import { findAsked, givenTags, lastBuiltOf, livesOf, matches, parseFilter } from "./index.ts";

/** Events, an operation each, a day apart from 2026-01-01 on. */
function days(...bodies: readonly EventBody[]): LedgerEvent[] {
  return bodies.map((body, index) => ({
    at: `2026-01-${String(index + 1).padStart(2, "0")}T09:00:00Z`,
    op: `op${index + 1}` as OperationId,
    by: "A <a@example.org>",
    ...body,
  }));
}

const mail = (revision: string): EventBody & { kind: "queued" } => ({
  kind: "queued",
  patch: "a.patch",
  branch: "new",
  title: "a: first",
  author: "Ada <ada@example.org>",
  origin: { kind: "mail", messageId: `${revision}-1@x`, posting: `${revision}-0@x`, revision, part: "1/1" },
  tags: [
    { tag: "Acked-by: Rita <rita@example.org>", messageId: "r@x", verdict: "exact" },
    { tag: "Acked-by: Rob <rob@example.org>", messageId: "s@x", verdict: "mismatch" },
  ],
});
const built = (branches: Record<string, string>, rejected: string[] = []): EventBody => ({
  kind: "built",
  base: "0",
  branches,
  rejected,
});
const dropped: EventBody = {
  kind: "dropped",
  patch: "a.patch",
  branch: "old",
  reason: "nacked",
  into: null,
  note: "no",
};

test("a life has its stays with their first builds, and ends with its reason", () => {
  const move: EventBody = { kind: "moved", patch: "a.patch", from: "new", to: "old" };
  const events = days(mail("v1"), built({ new: "c1" }, ["a.patch"]), built({ new: "c2" }), move, built({ old: "c3" }));
  const life = livesOf([...events, ...days(...Array<EventBody>(5).fill(built({})), dropped).slice(5)]).get("a.patch");
  expect(life?.stays).toEqual([
    {
      branch: "new",
      from: "2026-01-01T09:00:00Z",
      until: "2026-01-04T09:00:00Z",
      built: { at: "2026-01-03T09:00:00Z", tip: "c2" },
    },
    {
      branch: "old",
      from: "2026-01-04T09:00:00Z",
      until: "2026-01-06T09:00:00Z",
      built: { at: "2026-01-05T09:00:00Z", tip: "c3" },
    },
  ]);
  expect(life?.gone).toMatchObject({ reason: "nacked", note: "no", op: "op6" });
  expect(life?.state.tags.map(({ tag }) => tag)).toHaveLength(2);
});

test("a life goes on under another name, starts anew when it is queued again, and what was undone is no part of it", () => {
  const renamed: EventBody = { kind: "renamed", patch: "b.patch", from: "a.patch" };
  expect(livesOf(days(mail("v1"), renamed)).get("b.patch")).toMatchObject({ names: ["a.patch"], title: "a: first" });
  const again = livesOf(days(mail("v1"), dropped, mail("v2"))).get("a.patch");
  expect(again?.gone).toBeNull();
  expect(again?.arrivals).toHaveLength(1);
  const undone: EventBody = { kind: "undone", undoes: "op2" as OperationId };
  expect(livesOf(days(mail("v1"), dropped, undone)).get("a.patch")?.gone).toBeNull();
});

test("a person's tags are told with their fate", () => {
  const lives = [...livesOf(days(mail("v1"), dropped)).values()];
  expect(givenTags(lives, "RITA@", new Map())).toMatchObject([{ fate: "taken", messageId: "r@x", gone: "nacked" }]);
  expect(givenTags(lives, "rob", new Map())).toMatchObject([{ fate: "not taken", why: "mismatch" }]);
  const waiting = new Map([["a.patch", ["Tested-by: Rob <rob@example.org>"]]]);
  expect(givenTags(lives, "rob", waiting).map(({ fate }) => fate)).toEqual(["not taken", "waiting"]);
});

const candidate = (name: string, title: string, rest: Partial<Candidate> = {}): Candidate => ({
  name,
  title,
  names: [],
  messageIds: [],
  commits: [],
  queued: true,
  ...rest,
});

test("what is asked for is found by the first way that finds anything", () => {
  const known = [
    candidate("mm-fix.patch", "mm: fix the leak", { messageIds: ["1@x", "0@x"], commits: ["abcdef0123"] }),
    candidate("mm-fix-2.patch", "mm: fix the other leak", { messageIds: ["2@x", "0@x"], names: ["old.patch"] }),
    candidate("gone.patch", "mm: Fix the leak", { queued: false }),
  ];
  const found = (text: string): unknown => findAsked(text, known);
  expect(found("mm-fix")).toEqual({ kind: "found", by: "name", names: ["mm-fix.patch"] });
  expect(found("patches/old.patch")).toEqual({ kind: "found", by: "name", names: ["mm-fix-2.patch"] });
  expect(found("<2@x>")).toEqual({ kind: "found", by: "message", names: ["mm-fix-2.patch"] });
  expect(found("https://example.org/list/0@x/")).toMatchObject({
    by: "message",
    names: ["mm-fix.patch", "mm-fix-2.patch"],
  });
  expect(found("ABCDEF0")).toEqual({ kind: "found", by: "commit", names: ["mm-fix.patch"] });
  expect(found("Re: [PATCH v2 1/2] mm: fix  the leak")).toMatchObject({
    by: "subject",
    names: ["mm-fix.patch", "gone.patch"],
  });
  expect(found("other leak")).toEqual({ kind: "found", by: "piece", names: ["mm-fix-2.patch"] });
  expect(found("mm-fxi")).toEqual({ kind: "unknown", near: ["mm-fix.patch", "mm-fix-2.patch"] });
  expect(found("%")).toEqual({ kind: "unknown", near: [] });
});

const row: PatchRow = {
  name: "a.patch",
  title: "mm: a",
  author: "Ada <ada@example.org>",
  branch: "new",
  revision: "v1",
  since: "2026-01-01T00:00:00Z",
  entered: null,
  disabled: true,
  disabling: null,
  hold: null,
  notes: [],
  privateNotes: [],
  files: ["mm/slab/core.c", "README"],
  tags: ["Acked-by: Rita <rita@example.org>"],
  checks: [{ context: "build", state: "fail" }],
  landed: [],
  gone: null,
};
const gone = { at: "", by: "", op: "", branch: "new", reason: "nacked", into: null, note: null };

test.each([
  ["author:ADA@", true],
  ["file:mm", true],
  ["file:mm/sl", false],
  ["file:mm/slab/", true],
  ["file:mm/*.c", false],
  ["file:mm/**.c", true],
  ["file:*", true],
  ["file:**/*.h", false],
  ["tag:acked-by", true],
  ["not:tag:rita", false],
  ["state:disabled", true],
  ["state:failed", true],
  ["state:held", false],
  ["state:gone", false],
  ["older:7d", true],
  ["newer:1m", true],
  ["newer:2026-01-01", false],
  ["older:2026-01-01", true],
  ["title:mm:", true],
  ["slab", false],
  ["a.pat mm", false],
])("%s", (word, passes) => {
  const { filter, problems } = parseFilter([word]);
  expect(problems).toEqual([]);
  expect(matches(row, filter, Date.UTC(2026, 0, 20))).toBe(passes);
});

test("patches that left pass only where they are asked for", () => {
  const left = { ...row, gone };
  const passes = (...words: string[]): boolean => matches(left, parseFilter(words).filter, 0);
  expect([passes(), passes("state:any"), passes("state:gone"), passes("state:nacked"), passes("state:merged")]).toEqual(
    [false, true, true, true, false],
  );
});

test("a word that is no filter is a problem", () => {
  expect(parseFilter(["autor:ada", "older:soon", "tag:", "ok", " "])).toEqual({
    filter: [{ key: "text", value: "ok", not: false }],
    problems: [
      'no filter "autor:"',
      '"soon" is no age: write 7d, 2w, 3m, 1y or a day such as 2026-03-01',
      '"tag:" has no value',
    ],
  });
});

test("no words make a question without an answer, and a word turned round says the opposite", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("author:", "file:", "tag:", "title:", "text:", ""), (text, key) => {
      const [straight, turned] = [`${key}${text}`, `not:${key}${text}`].map((word) => parseFilter([word]));
      if (straight === undefined || turned === undefined || straight.problems.length > 0) return;
      fc.pre(straight.filter.length === 1 && !straight.filter[0]?.not);
      expect(matches(row, turned.filter, 0)).toBe(!matches(row, straight.filter, 0));
      expect(findAsked(text, [candidate(row.name, row.title)]).kind).toMatch(/found|unknown/);
    }),
  );
});

test("what the last build says counts from when the patch came, and is told to be old when the patch has changed", () => {
  const names = new Set(["a.patch"]);
  const last = (...bodies: readonly EventBody[]): unknown => lastBuiltOf(days(...bodies), names, "new");
  const edited: EventBody = { kind: "edited", patch: "a.patch", files: ["f"], broke: [] };
  const noted: EventBody = { kind: "noted", patch: "a.patch", text: "x" };
  expect(last(built({ new: "c" }), mail("v1"))).toBeNull();
  expect(last(mail("v1"), built({ other: "c" }))).toBeNull();
  expect(last(mail("v1"), built({ new: "c" }), noted)).toMatchObject({ rejected: false, changedSince: null });
  expect(last(mail("v1"), built({ other: "c" }, ["a.patch"]))).toMatchObject({ rejected: true });
  expect(last(mail("v1"), built({ new: "c" }), edited)).toMatchObject({ changedSince: "diff" });
  expect(last(mail("v1"), built({ new: "c" }), edited, built({ new: "d" }))).toMatchObject({ changedSince: null });
  const updated = (change: "same" | "log" | "diff"): EventBody => {
    const { title, author, origin, tags } = mail("v2");
    return {
      kind: "updated",
      patch: "a.patch",
      change,
      title,
      author,
      origin,
      from: mail("v1").origin,
      tags,
      lost: [],
    };
  };
  const tagged: EventBody = { kind: "tagged", patch: "a.patch", tags: [], replaced: [] };
  const refreshed: EventBody = { kind: "refreshed", patch: "a.patch", moved: 1, fuzz: 0, anew: [] };
  expect(last(mail("v1"), built({ new: "c" }), updated("diff"), updated("log"))).toMatchObject({
    changedSince: "diff",
  });
  for (const log of [updated("log"), updated("same"), tagged])
    expect(last(mail("v1"), built({ new: "c" }), log)).toMatchObject({ changedSince: "log" });
  // What is refreshed becomes the same commit.
  expect(last(mail("v1"), built({ new: "c" }), refreshed)).toMatchObject({ changedSince: null });
  expect(last(mail("v1"), updated("log"), built({ new: "c" }))).toMatchObject({ changedSince: null });
});
