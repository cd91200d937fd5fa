// Runs cases/<behaviour>/mails.mbox: what is found in the mailbox is printed and compared with expected.txt, whose first line says why.
// A file links.txt beside it holds what a person decided: "NEWER OLDER", or "NEWER not OLDER".
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readableBytes } from "#model/bytes";
import { headerValues, parseMessage, parseMessageId, splitMbox, type Message } from "#model/mail";
import { carryTags, type LostTag } from "./carry-tags.ts";
import type { CollectedTrailer } from "./collect-trailers.ts";
import { composedPosting, composition } from "./composition.ts";
import { findPostings } from "./find-postings.ts";
import { printRevision } from "./parse-subject.ts";
import type { Posting } from "./posting.ts";
import { revisionChains, type ManualLink, type RevisionChain } from "./revision-chains.ts";

const folder = join(import.meta.dirname, "cases");
const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "mailinfo")
  .map((entry) => entry.name);

describe("mailboxes", () => {
  test.each(cases)("%s", (name) => {
    const file = join(folder, name, "expected.txt");
    const why = readFileSync(file, "utf8").split("\n")[0] ?? "";
    expect(why).toMatch(/^# \S/);
    const printed = `${why}\n\n${describeMails(mailsOf(name), linksOf(name))}`;
    if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, printed);
    expect(readFileSync(file, "utf8")).toBe(printed);
  });
});

test("a posting in its composition is taken as it is, and its replies are for its own mails", () => {
  let composed = 0;
  for (const name of cases) {
    for (const chain of revisionChains(findPostings(mailsOf(name)).postings)) {
      for (const posting of chain.postings) {
        const proposed = composition(posting, chain);
        const made = composedPosting(posting, proposed);
        if (proposed.verdict === "incomplete") continue;
        composed += proposed.verdict === "posted" ? 0 : 1;
        expect(composition(made, { postings: [made], links: [] }).verdict).toBe("posted");
        expect(made.slots.map((slot) => slot?.message.messageId)).toEqual(
          proposed.slots.map(({ patch }) => patch?.message.messageId),
        );
        expect(made.replies.every(({ to }) => to === "cover" || to < made.total)).toBe(true);
      }
    }
  }
  expect(composed).toBeGreaterThan(5);
});

test("of copies of one mail the one of the best list is taken, in whatever order they come", () => {
  const mails = mailsOf("two-lists");
  for (const given of [mails, mails.toReversed()]) {
    expect(listsChosen(["two.*", "*"], given)).toEqual(["<two.example.org>", "<two.example.org>"]);
    expect(listsChosen(["ONE.example.*"], given)).toEqual(["<one.example.org>", "<one.example.org>"]);
    expect(listsChosen([], given)).toEqual(["<one.example.org>", "<one.example.org>"]);
  }
});

test("the order of the mails does not matter, and every mail is in one place", () => {
  const mails = [...cases.map(mailsOf), cases.flatMap(mailsOf)];
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

function linksOf(name: string): ManualLink[] {
  const file = join(folder, name, "links.txt");
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  return lines.map((line) => {
    const [newer, older] = line.split(/ (?:not )?/).map((id) => parseMessageId(id));
    if (!newer || !older) throw new Error(`links.txt of "${name}" has the line "${line}"`);
    return { newer, older, kind: line.includes(" not ") ? "unrelated" : "revision" };
  });
}

function listsChosen(lists: readonly string[], given: readonly Message[]): string[] {
  return findPostings(given, lists)
    .postings.flatMap(messagesOf)
    .map((mail) => headerValues(mail, "list-id").join());
}

function isCopy(mail: Message, placed: readonly Message[]): boolean {
  return placed.some((other) => other.messageId === mail.messageId);
}

function messagesOf(posting: Posting): Message[] {
  const patches = [...posting.slots, ...posting.extras.map(({ patch }) => patch)].filter((patch) => patch !== null);
  const cover = posting.cover === null ? [] : [posting.cover.message];
  return [...cover, ...patches.map(({ message }) => message), ...posting.replies.map(({ message }) => message)];
}

function describeMails(mails: readonly Message[], links: readonly ManualLink[] = []): string {
  const { postings, strays, problems } = findPostings(mails);
  const chains = revisionChains(postings, links);
  const lines = postings.flatMap((posting) => {
    const chain = chains.find((one) => one.postings.includes(posting))?.postings ?? [posting];
    return [...describePosting(posting, chain), ""];
  });
  lines.push(...strays.map((mail) => `stray ${mail.messageId ?? "-"} "${mail.subject}"`));
  for (const chain of chains) {
    for (const { newer, older, reasons, confidence } of chain.links)
      lines.push(`${older.id} -> ${newer.id}: ${reasons.join(", ")}; ${confidence}`);
  }
  for (const chain of chains) lines.push(...chain.postings.flatMap((one) => describeComposition(one, chain)));
  lines.push(...problems.map(({ message }) => `problem ${message}`));
  return `${lines.join("\n").trim()}\n`;
}

// Only what a person would be asked about: a posting that is taken as it was posted says nothing.
function describeComposition(posting: Posting, chain: RevisionChain): string[] {
  const proposed = composition(posting, chain);
  const fixlets = proposed.fixlets.map(
    ({ message, index, reason, certain }) =>
      `  fixlet ${message.messageId} for ${index === null ? "none" : index + 1}: ${reason}${certain ? "" : "; ask"}`,
  );
  if (proposed.verdict === "posted" && fixlets.length === 0) return [];
  const slots = proposed.slots.map(
    ({ patch, reason, certain }, index) =>
      `  ${index + 1} ${patch?.message.messageId ?? "-"}: ${reason}${certain ? "" : "; ask"}`,
  );
  return [`compose ${posting.id}: ${proposed.verdict}`, ...slots, ...fixlets];
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
  const { commit, named, changeId, prerequisites, dependsOn } = posting.base;
  if (commit !== null) lines.push(`  base ${commit}`);
  if (named !== null) lines.push(`  based on ${named}`);
  for (const other of dependsOn)
    lines.push(`  needs ${other.kind} ${other.id}${other.kind === "change-id" ? ` v${other.revision ?? "?"}` : ""}`);
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
