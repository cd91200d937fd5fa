// Addresses of mails: a Message-ID may hold what addresses are made of.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseMailAddress } from "./mail-address.ts";
import { mailHref } from "./patch-link.ts";

const parse = (path: string): unknown => {
  const found = parseMailAddress(path, "/mail/");
  return found === null ? null : [found.messageId, found.part.kind];
};

test("what of a mail is asked for", () => {
  expect(parse("/mail/a@b/")).toEqual(["a@b", "page"]);
  expect(parse("/mail/a@b")).toEqual(["a@b", "unfinished"]);
  expect(parse("/mail/a@b/raw")).toEqual(["a@b", "raw"]);
  expect(parse("/mail/a@b/t.mbox.gz")).toEqual(["a@b", "mbox"]);
  expect(parse("/mail/a@b/T/")).toEqual(["a@b", "thread"]);
  expect(parse("/mail/a@b/attachment/12")).toEqual(["a@b", "attachment"]);
  expect(parse("/mail/a@b/attachment/0")).toEqual(["a@b/attachment/0", "unfinished"]);
  expect(parse("/mail/%3Ca@b%3E/")).toEqual(["a@b", "page"]);
});

test("a slash in an id may be written as it is, as archives do", () => {
  expect(parse("/mail/a/b@c/raw")).toEqual(["a/b@c", "raw"]);
  expect(parse("/mail/a%2Fraw/raw")).toEqual(["a/raw", "raw"]);
});

test("what is no UTF-8, nothing, or too long is no id", () => {
  for (const path of ["/mail/%ff@b/", "/mail/", "/mail//", `/mail/${"a".repeat(1001)}/`, "/other/a@b/"])
    expect(parse(path)).toBe(null);
});

test("every id comes back from its own address", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 80 }), (id) => {
      fc.pre(!/^<.*>$/s.test(id) && id.isWellFormed());
      expect(parse(mailHref(id))).toEqual([id, "page"]);
    }),
  );
});
