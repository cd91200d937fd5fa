// Laws of tags in replies: what was written is read back, wherever it stands, and hostile mails take linear time.
// The forms people use are in cases/tag-*/.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { MAX_REPLY_TRAILERS, replyTrailers } from "./reply-trailers.ts";
import { tagIdentity } from "./same-tag.ts";

const reply = (body: string): ReturnType<typeof parseMessage> =>
  parseMessage(bytesOf(`From: A <a@example.org>\nContent-Type: text/plain; charset=utf-8\n\n${body}`));

const key = fc.constantFrom("Reviewed-by", "acked-by", "Tested-By", "Reported-and-tested-by");
const name = fc.constantFrom(
  "Rita Reviewer",
  "Ōno Ōta",
  "Matthew W. (Company)",
  '"Last, First"',
  "J. R. 'Bob' Dobbs",
  "",
);
const scope = fc.constantFrom("", " (powerpc)", " # v5", " (for mm) # 6.1+", "\n[rita@example.org: on arm]");
const place = fc.constantFrom("", "    ", "\t", "\u00a0");

test("a tag that was printed is read back, verbatim", () => {
  fc.assert(
    fc.property(key, name, scope, place, fc.boolean(), (k, n, s, indent, crlf) => {
      const value = `${n === "" ? "" : `${n} `}<rita@example.org>${s}`;
      const body = `> quoted\n\nText.\n\n${indent}${k}: ${value}\n\nMore text.\n`;
      const [found, ...more] = replyTrailers(reply(crlf ? body.replaceAll("\n", "\r\n") : body));
      expect(more).toEqual([]);
      expect(found).toMatchObject({ line: 5, damage: null, trailer: { key: k, value: byteString(bytesOf(value)) } });
    }),
  );
});

function same(left: [string, string], right: [string, string]): boolean {
  const [a, b] = [left, right].map(([k, value]) => tagIdentity({ key: k, value, raw: "" }));
  return a === b;
}

test("what does not matter does not make two tags of one", () => {
  expect(same(["Acked-by", "Rita <rita@example.org>"], ["acked-By", "R. R. <RITA@example.org> # v5"])).toBe(true);
  expect(same(["Acked-by", "Rita <rita@example.org>"], ["Acked-by", "rita@example.org"])).toBe(true);
  expect(same(["Acked-by", "Rita <rita@example.org>"], ["Acked-by", "Rita <rita@example.org> (powerpc)"])).toBe(false);
  expect(same(["Acked-by", "Rita <rita@example.org>"], ["Reviewed-by", "Rita <rita@example.org>"])).toBe(false);
  expect(same(["Link", "https://a.example.org/r/x@y"], ["Link", "https://b.example.org/list/x%40y/"])).toBe(true);
  expect(same(["Reported-by", "bot+1@example.org"], ["Reported-by", "bot+2@example.org"])).toBe(false);
});

test("a megabyte of anything takes linear time", () => {
  for (const text of [
    "Acked-by:\n",
    "Acked-by: a\n",
    "[\n",
    'Fixes: ("\n',
    "From: a\n",
    "> \n",
    "I my my my ack\n",
    "<",
    "&#",
    "--- a\n",
  ]) {
    const body = text.repeat(1_000_000 / text.length);
    // A quadratic step runs into the test's time limit.
    expect(replyTrailers(reply(body)).length).toBeLessThanOrEqual(MAX_REPLY_TRAILERS);
    replyTrailers(parseMessage(bytesOf(`From: A <a@example.org>\nContent-Type: text/html\n\n${body}`)));
  }
});
