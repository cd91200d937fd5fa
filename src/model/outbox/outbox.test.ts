// Laws of the outbox: what the log adds up to, however it is cut; patterns, schedules and envelopes.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, concatBytes, textOf } from "#model/bytes";
import { bodyParts, parseMessage } from "#model/mail";
import { printDigest } from "./digest.ts";
import { envelopeOf } from "./envelope.ts";
import type { OutboxLine } from "./log.ts";
import { parseOutboxLog, printOutboxLines } from "./log.ts";
import type { MailFacts } from "./mail-state.ts";
import { mailLogs, RETRY_MINUTES, statusOf } from "./mail-state.ts";
import { fits, ruleFor } from "./rules.ts";
import { nextDue, parseSchedule } from "./schedule.ts";

const AT = "2026-02-11T09:00:00Z";
const NOW = Date.parse(AT);
const PEOPLE = ["a@example.org", "B@example.org", "c@example.org"];
const person = fc.constantFrom(...PEOPLE);
const people = fc.uniqueArray(person);
const mail = fc.constantFrom("000001-x.eml", "000002-y.eml");
const answers = people.map((list) => list.map((to) => ({ to, answer: "250 ok" })));
const line: fc.Arbitrary<OutboxLine> = fc.oneof(
  fc.record({ at: fc.constant(AT), do: fc.constant("public" as const), mails: fc.uniqueArray(mail) }),
  fc.record({ at: fc.constant(AT), do: fc.constant("hold" as const), mail }),
  fc.record({ at: fc.constant(AT), do: fc.constant("free" as const), mail }),
  fc.record({ at: fc.constant(AT), do: fc.constant("suppress" as const), mail, to: fc.option(people) }),
  fc.record({
    at: fc.constant(AT),
    do: fc.constant("sending" as const),
    mail,
    attempt: fc.constantFrom("1", "2"),
    to: people,
  }),
  fc.record({
    at: fc.constant(AT),
    do: fc.constant("answered" as const),
    mail,
    attempt: fc.constantFrom("1", "2"),
    answer: fc.option(fc.string()),
    accepted: answers,
    refused: answers,
    later: answers,
  }),
  fc.record({
    at: fc.constant(AT),
    do: fc.constant("settled" as const),
    mail,
    attempt: fc.constantFrom("1", "2"),
    arrived: fc.boolean(),
    by: fc.string(),
  }),
);
const facts = (changes: Partial<MailFacts> = {}): MailFacts => ({
  name: "000001-x.eml",
  kind: "added",
  patches: ["foo.patch"],
  posting: "cover@example.org",
  recipients: PEOPLE,
  waitsForPublish: false,
  ...changes,
});

describe("the log", () => {
  test("printed and read again is the same; torn anywhere, it is its whole lines", () => {
    fc.assert(
      fc.property(fc.array(line), fc.nat(), (lines, cut) => {
        const bytes = printOutboxLines(lines);
        expect(parseOutboxLog(bytes)).toEqual({ lines, problems: [] });
        const torn = bytes.subarray(0, bytes.length === 0 ? 0 : cut % bytes.length);
        const read = parseOutboxLog(torn).lines;
        expect(read).toEqual(lines.slice(0, read.length));
        // What was added behind a torn line is read, too.
        const added = concatBytes([torn, bytesOf("\n"), printOutboxLines(lines)]);
        expect(parseOutboxLog(added).lines.slice(-lines.length || Infinity)).toEqual(lines);
      }),
    );
  });

  test("never sends to whom it sent, who is refused, suppressed or in an open attempt", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const log = mailLogs(lines).get("000001-x.eml");
        const status = statusOf(facts(), log, [], NOW + 1e12);
        if (status.kind !== "ready") return;
        expect(log?.open ?? null).toBeNull();
        for (const to of status.to) {
          expect(log?.accepted.has(to.toLowerCase()) ?? false).toBe(false);
          expect(log?.refused.has(to.toLowerCase()) ?? false).toBe(false);
        }
        expect(log?.suppressed).not.toBe("all");
      }),
    );
  });

  test("foreign lines are told and passed over", () => {
    const { lines, problems } = parseOutboxLog(bytesOf('x\n[]\n{"at":"","do":"toString"}\n{"at":"","do":"hold"}\n'));
    expect([lines, problems.map((one) => one.line)]).toEqual([[], [1, 2, 3, 4]]);
  });
});

test("a recipient who is to be tried later is tried after each pause, and in the end refused", () => {
  const lines: OutboxLine[] = [];
  let now = NOW;
  for (const [index, minutes] of RETRY_MINUTES.entries()) {
    expect(statusOf(facts(), mailLogs(lines).get("000001-x.eml"), [], now)).toMatchObject({ kind: "ready" });
    const later = PEOPLE.map((to) => ({ to, answer: "450 later" }));
    const at = new Date(now).toISOString();
    lines.push({
      at,
      do: "answered",
      mail: "000001-x.eml",
      attempt: String(index),
      answer: null,
      accepted: [],
      refused: [],
      later,
    });
    const status = statusOf(facts(), mailLogs(lines).get("000001-x.eml"), [], now + minutes * 60_000 - 1);
    expect(status).toMatchObject({ kind: "later", until: now + minutes * 60_000 });
    now += minutes * 60_000;
  }
  lines.push({ ...(lines.at(-1) as Extract<OutboxLine, { do: "answered" }>), at: new Date(now).toISOString() });
  expect(statusOf(facts(), mailLogs(lines).get("000001-x.eml"), [], now)).toEqual({ kind: "done", outcome: "refused" });
});

test("patterns are what a regular expression makes of them", () => {
  const piece = fc.constantFrom("a", "b", ".", "*", "@");
  fc.assert(
    fc.property(fc.string({ unit: piece, maxLength: 8 }), fc.string({ unit: piece, maxLength: 8 }), (pattern, text) => {
      const escaped = pattern.replaceAll(".", "\\.").replaceAll("*", "[^]*");
      expect(fits(pattern, text)).toBe(new RegExp(`^${escaped}$`).test(text));
    }),
  );
  expect([fits(null, null), fits("*", null), fits("FOO*", "foo.patch")]).toEqual([true, false, true]);
});

test("the first rule that fits decides", () => {
  const rule = { to: null, kind: null, patch: null, posting: null };
  const rules = [
    { ...rule, to: "*@example.org", kind: "added", verdict: "digest" as const },
    { ...rule, patch: "foo*", verdict: "suppress" as const },
  ];
  expect(ruleFor(rules, facts(), "a@example.org")).toBe("digest");
  expect(ruleFor(rules, facts({ kind: "obsolete" }), "a@example.org")).toBe("suppress");
  expect(ruleFor(rules, facts({ patches: [], kind: null }), "a@example.org")).toBe("send");
  // The news of another patch would be lost with it; holding loses nothing.
  const digest = facts({ patches: ["foo.patch", "bar.patch"], kind: "updated" });
  expect(ruleFor(rules, digest, "a@example.org")).toBe("send");
  expect(ruleFor([{ ...rule, patch: "foo*", verdict: "hold" }], digest, "a@example.org")).toBe("hold");
});

test.each([
  ["2 days", "2026-02-13T09:00:00Z"],
  ["every 6 hours", "2026-02-11T15:00:00Z"],
  ["1 minute", "2026-02-11T09:01:00Z"],
  // The 11th is a Wednesday.
  ["2 working days", "2026-02-13T09:00:00Z"],
  ["3 Working Days", "2026-02-16T09:00:00Z"],
  ["0 days", null],
  ["often", null],
])("due after %s: %s", (text, due) => {
  const schedule = parseSchedule(text);
  expect(schedule === null ? null : nextDue(NOW, schedule)).toBe(due === null ? null : Date.parse(due));
});

test("an envelope has each recipient once, none that SMTP cannot carry, and the mail without Bcc", () => {
  const text =
    "From: =?utf-8?q?M=C3=A4x?= <max@example.org>\nTo: a@example.org, A@Example.org\nbcc : b@example.org,\n\tc@example.org\nCc: <x y@example.org>, d@example.org\nSubject: s\n\nBcc: not a header\n";
  const envelope = envelopeOf(bytesOf(text));
  expect(envelope.recipients).not.toContain("A@Example.org");
  expect(envelope.recipients.filter((one) => /[\s<>]/.test(one))).toEqual([]);
  expect(envelope.recipients).toEqual(
    expect.arrayContaining(["a@example.org", "b@example.org", "c@example.org", "d@example.org"]),
  );
  expect(textOf(envelope.bytes)).toBe(text.replace(/bcc :.*\n\t.*\n/, ""));
});

test("a digest holds its mails byte for byte, also when one has its boundary in it", () => {
  const one = { subject: "+ a", bytes: bytesOf("Subject: + a\n\nö\n") };
  const envelope = { from: "max@example.org", to: "a@example.org", date: { time: NOW, zone: 0 }, host: "example.org" };
  const boundary = /boundary="([^"]+)"/.exec(textOf(printDigest([one, one], envelope)))?.[1] ?? "";
  const hostile = { subject: "b", bytes: bytesOf(`Subject: b\n\n--${boundary}--\n`) };
  for (const parts of [
    [one, one],
    [one, hostile],
  ]) {
    const read = bodyParts(parseMessage(printDigest(parts, envelope)));
    expect(read.map(({ type }) => type)).toEqual(["message/rfc822", "message/rfc822"]);
    // The line end before a boundary belongs to the boundary.
    expect(read.map(({ bytes }) => textOf(bytes))).toEqual(parts.map(({ bytes }) => textOf(bytes)));
  }
});
