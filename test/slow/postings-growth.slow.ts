// The work for four times as many mails is about four times as much, in the shapes that could make it more: one sender, one thread,
// one series without threading, many revisions of one series. Measured in processor time, with much room for a busy machine.
import { expect, test } from "vitest";
import { parseMessage, type Message } from "#model/mail";
import { composition, findPostings, revisionChains } from "#model/postings";

type Shape = (
  index: number,
  count: number,
) => { readonly subject: string; readonly above: number | null; readonly minute: number };

const SHAPES: Readonly<Record<string, Shape>> = {
  "bare patches that answer each other": (n) => ({
    subject: `[PATCH] mm: fix number ${n}`,
    above: n === 0 ? null : n - 1,
    minute: n,
  }),
  "revisions that answer each other": (n) => ({
    subject: `[PATCH v${n % 900} ${(n % 2) + 1}/2] mm: fix ${n % 2}`,
    above: n === 0 ? null : n - 1,
    minute: n,
  }),
  "a series without threading": (n, count) => ({
    subject: `[PATCH ${n + 1}/${count}] mm: fix number ${n}`,
    above: null,
    minute: n / 100,
  }),
  "incomplete series of one sender": (n) => ({
    subject: `[PATCH v2 1/3] mm: fix number ${n}`,
    above: null,
    minute: n * 60,
  }),
  "one number many times below one mail": (n) => ({
    subject: n === 0 ? "[PATCH 0/2] mm: fixes" : "[PATCH 1/2] mm: fix",
    above: n === 0 ? null : 0,
    minute: n,
  }),
  "decimal revisions without threading": (n) => ({
    subject: n % 2 === 0 ? `[PATCH v2 1/1] mm: fix ${n}` : `[PATCH v2.${n % 900}] mm: fix ${n}`,
    above: null,
    minute: n * 60,
  }),
};

test.each(Object.keys(SHAPES))("%s", { timeout: 120_000 }, (name) => {
  const shape = SHAPES[name];
  if (shape === undefined) throw new Error(name);
  const [few, many] = [mails(shape, 1000), mails(shape, 4000)];
  work(few);
  // The least of five, since anything else can only add to it.
  const cost = (list: readonly Message[]): number => Math.min(...[1, 2, 3, 4, 5].map(() => timeOf(() => work(list))));
  const ratio = cost(many) / Math.max(cost(few), 5_000);
  // Quadratic work would take 16 times as long.
  expect(ratio).toBeLessThan(12);
});

function work(list: readonly Message[]): void {
  for (const chain of revisionChains(findPostings(list).postings)) {
    const newest = chain.postings.at(-1);
    if (newest !== undefined) composition(newest, chain);
  }
}

/** Microseconds of processor time. */
function timeOf(what: () => void): number {
  const before = process.cpuUsage();
  what();
  return process.cpuUsage(before).user;
}

function mails(shape: Shape, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const { subject, above, minute } = shape(index, count);
    const date = new Date(Date.UTC(2020, 0, 1) + minute * 60_000).toUTCString().replace("GMT", "+0000");
    const lines = [
      "From: Ada Author <ada@example.org>",
      `Subject: ${subject}`,
      `Date: ${date}`,
      `Message-ID: <m${index}@example.org>`,
    ];
    if (above !== null) lines.push(`In-Reply-To: <m${above}@example.org>`);
    lines.push("", "Why.", "", "Signed-off-by: Ada Author <ada@example.org>", "---", ` a${index}.c | 2 +-`, "");
    lines.push(
      `diff --git a/a${index}.c b/a${index}.c`,
      `--- a/a${index}.c`,
      `+++ b/a${index}.c`,
      "@@ -1 +1 @@",
      "-a",
      "+b",
      "",
    );
    return parseMessage(Buffer.from(lines.join("\n")));
  });
}
