// Runs cases/<behaviour>/mails.mbox: what is found in the mailbox is printed and compared with expected.txt, whose first line says why.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readableBytes } from "#model/bytes";
import { parseMessage, splitMbox, type Message } from "#model/mail";
import { carryTags, type LostTag } from "./carry-tags.ts";
import type { CollectedTrailer } from "./collect-trailers.ts";
import { findPostings } from "./find-postings.ts";
import { printRevision } from "./parse-subject.ts";
import type { Posting } from "./posting.ts";
import { revisionChains } from "./revision-chains.ts";

const folder = join(import.meta.dirname, "cases");
const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "mailinfo")
  .map((entry) => entry.name);

describe("mailboxes", () => {
  test.each(cases)("%s", (name) => {
    const file = join(folder, name, "expected.txt");
    const why = readFileSync(file, "utf8").split("\n")[0] ?? "";
    expect(why).toMatch(/^# \S/);
    const printed = `${why}\n\n${describeMails(mailsOf(name))}`;
    if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, printed);
    expect(readFileSync(file, "utf8")).toBe(printed);
  });
});

test("the order of the mails does not matter, and every mail is in one place", () => {
  const mails = cases.map(mailsOf);
  fc.assert(
    fc.property(
      fc.constantFrom(...mails).chain((list) => fc.shuffledSubarray(list, { minLength: list.length })),
      (shuffled) => {
        const sorted = shuffled.toSorted(
          (a, b) => (a.messageId ?? "").localeCompare(b.messageId ?? "") || a.subject.localeCompare(b.subject),
        );
        expect(describeMails(shuffled)).toBe(describeMails(sorted));
        const { postings, strays } = findPostings(shuffled);
        const placed = [...postings.flatMap(messagesOf), ...strays];
        expect(new Set(placed).size).toBe(placed.length);
        expect(shuffled.filter((mail) => !placed.includes(mail) && !isCopy(mail, placed))).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

function mailsOf(name: string): Message[] {
  return splitMbox(readFileSync(join(folder, name, "mails.mbox"))).messages.map(parseMessage);
}

function isCopy(mail: Message, placed: readonly Message[]): boolean {
  return placed.some((other) => other.messageId === mail.messageId);
}

function messagesOf(posting: Posting): Message[] {
  const patches = [...posting.slots, ...posting.extras.map(({ patch }) => patch)].filter((patch) => patch !== null);
  const cover = posting.cover === null ? [] : [posting.cover.message];
  return [...cover, ...patches.map(({ message }) => message), ...posting.replies.map(({ message }) => message)];
}

function describeMails(mails: readonly Message[]): string {
  const { postings, strays, problems } = findPostings(mails);
  const chains = revisionChains(postings);
  const lines = postings.flatMap((posting) => {
    const chain = chains.find((one) => one.postings.includes(posting))?.postings ?? [posting];
    return [...describePosting(posting, chain), ""];
  });
  lines.push(...strays.map((mail) => `stray ${mail.messageId ?? "-"} "${mail.subject}"`));
  for (const { links } of chains) {
    for (const { newer, older, reasons, confidence } of links)
      lines.push(`${older.id} -> ${newer.id}: ${reasons.join(", ")}; ${confidence}`);
  }
  lines.push(...problems.map(({ message }) => `problem ${message}`));
  return `${lines.join("\n").trim()}\n`;
}

function describePosting(posting: Posting, chain: readonly Posting[]): string[] {
  const marks = [posting.rfc ? "RFC" : "", posting.resend ? "RESEND" : "", ...posting.prefixes].filter(
    (word) => word !== "",
  );
  const head = [
    ...marks,
    printRevision(posting.revision),
    `${posting.seen}/${posting.total}`,
    `"${posting.subject}"`,
    posting.sender?.address ?? "-",
  ];
  const lines = [`posting ${posting.id ?? "-"}: ${head.join(" ")}`];
  if (posting.cover !== null) lines.push(`  0 ${posting.cover.message.messageId} "${posting.cover.title}"`);
  for (const [index, slot] of posting.slots.entries()) {
    lines.push(slot === null ? `  ${index + 1} missing` : `  ${index + 1} ${slot.message.messageId} "${slot.title}"`);
  }
  for (const { index, kind, patch } of posting.extras)
    lines.push(`  ${index + 1} ${kind} ${patch.message.messageId} "${patch.title}"`);
  for (const { message, to, depth } of posting.replies) {
    lines.push(
      `  reply to ${to === "cover" ? 0 : to + 1} depth ${depth} ${message.messageId} from ${message.from[0]?.address}`,
    );
  }
  const { commit, changeId, prerequisites } = posting.base;
  if (commit !== null) lines.push(`  base ${commit}`);
  for (const id of prerequisites) lines.push(`  prerequisite ${id}`);
  if (changeId !== null) lines.push(`  change-id ${changeId}`);
  const { slots, gone } = carryTags(chain, posting);
  for (const [index, tags] of slots.entries()) {
    lines.push(
      ...describeTags(index, "+", tags.taken),
      ...describeTags(index, "?", tags.suggestions),
      ...describeTags(index, "-", tags.refused),
      ...tags.objections.map(
        ({ kind, key, messageId, line, text }) =>
          `  ${index + 1} ! ${kind}${key === null ? "" : ` of ${key}`}, ${messageId} line ${line}: ${readableBytes(text)}`,
      ),
      ...tags.lost.map((lost) => `  ${index + 1} lost ${describeLost(lost)}`),
    );
  }
  lines.push(...gone.map((lost) => `  lost ${describeLost(lost)}`));
  lines.push(...posting.problems.map(({ message }) => `  problem ${message}`));
  return lines;
}

function describeLost({ trailer, revision, title, messageId, reason }: LostTag): string {
  return `${trailer.key}: ${readableBytes(trailer.value)} of ${revision} "${title}", ${messageId ?? "in the patch"}: ${reason}`;
}

function describeTags(index: number, sign: string, tags: readonly CollectedTrailer[]): string[] {
  return tags.flatMap(({ trailer, evidence, flags }) => [
    `  ${index + 1} ${sign} ${trailer.key}: ${readableBytes(trailer.value).replaceAll("\n", "\\n")}`,
    ...evidence.map((each) => {
      const from = each.revision === null ? "" : ` from ${each.revision}`;
      const reason = each.reason === null ? "" : `: ${each.reason}`;
      const damage = each.damage === null ? "" : `; it ${each.damage}`;
      return `      ${each.verdict} by ${each.rule} rule${from}, ${each.messageId} line ${each.line}${reason}${damage}`;
    }),
    ...flags.map(({ kind, messageId, line }) => `      flag ${kind}, ${messageId} line ${line}`),
  ]);
}
