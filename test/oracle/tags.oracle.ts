// The tags that the installed b4 takes from every thread of the archive in ../shared, and ours. Every difference is listed in
// b4/tag-differences.txt with the reason why ours is right; a new one fails, and so does a listed one that is no more.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readableBytes } from "#model/bytes";
import type { Message } from "#model/mail";
import type { SlotTrailers } from "#model/postings";
import { carryTags, findPostings, revisionChains } from "#model/postings";
import { mailsOfEpoch, threadsOf } from "./b4/inbox.ts";
import { scratchFolder, sharedData } from "./real-tools.ts";

const scratch = scratchFolder();
const LISTED = join(import.meta.dirname, "b4/tag-differences.txt");
/** Tags that b4 0.12 adds to patches of the sample; fewer would mean that it was run wrongly. */
const TAGS_OF_B4 = 85;

/** What b4 says of one revision in one thread. */
interface Taken {
  readonly error?: string;
  readonly patches?: readonly { readonly id: string; readonly added: readonly string[] }[];
}

let threads: (readonly Message[])[];
let errors: readonly string[];
let theirs: { readonly id: string; readonly added: readonly string[] }[];

beforeAll(() => {
  const archive = join(scratch, "archive");
  execFileSync("git", ["clone", "-q", "--bare", sharedData("nvdimm-2024q1.bundle"), archive]);
  threads = threadsOf(mailsOfEpoch(archive)).map(({ mails }) => mails);
  const home = join(scratch, "home");
  mkdirSync(home);
  const input = threads.map((mails, thread) =>
    JSON.stringify({ thread, mails: mails.map(({ source }) => Buffer.from(source).toString("base64")) }),
  );
  const output = execFileSync("/usr/bin/python3", [join(import.meta.dirname, "b4/tags.py")], {
    input: input.join("\n"),
    cwd: home,
    env: { PATH: process.env["PATH"], HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const taken = output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Taken);
  errors = taken.flatMap(({ error }) => error ?? []);
  theirs = taken.flatMap(({ patches }) => patches ?? []);
}, 120_000);

test("every tag that b4 takes is taken, and no other, but for those listed with a reason", () => {
  expect(errors).toEqual([]);
  expect(theirs.reduce((sum, { added }) => sum + added.length, 0)).toBe(TAGS_OF_B4);
  const ours = ownTags(threads);
  const found: string[] = [];
  let equal = 0;
  for (const { id, added } of theirs) {
    // b4 takes some mails for patches that are none; which mails are is compared elsewhere.
    const taken = ours.get(id)?.taken ?? [];
    const [left, right] = [new Set(added.map(oneLine)), new Set(taken.map(tagText))];
    const differences = [
      ...[...left].filter((tag) => !right.has(tag)).map((tag) => `${digest(id)} b4 ${keyOf(tag)} ${digest(tag)}`),
      ...[...right].filter((tag) => !left.has(tag)).map((tag) => `${digest(id)} ours ${keyOf(tag)} ${digest(tag)}`),
    ];
    found.push(...differences);
    if (differences.length === 0) equal += 1;
  }
  process.stdout.write(`tags: ${equal} patches as b4 has them, ${found.length} tags differ\n`);
  if (process.env["UPDATE_CASES"] === "1") update(found);
  const listed = readFileSync(LISTED, "utf8").trimEnd().split("\n");
  expect(listed.filter((line) => /^\w/.test(line)).map((line) => line.split(": ")[0])).toEqual(found.toSorted());
  expect(listed.filter((line) => line.endsWith(": ?"))).toEqual([]);
});

test("what b4 reports as given in another name, we refuse", () => {
  const refused = [...ownTags(threads).values()].flatMap(({ refused: list }) => list);
  const mismatched = refused.filter(({ evidence }) => evidence.every(({ verdict }) => verdict === "mismatch"));
  expect(mismatched.length).toBeGreaterThan(0);
  const taken = new Set(theirs.flatMap(({ added }) => added.map(oneLine)));
  for (const tag of mismatched) expect(taken).not.toContain(tagText(tag));
});

test("the taken tags do not depend on the order of the mails", () => {
  expect(shown(threads.map((mails) => mails.toReversed()))).toEqual(shown(threads));
});

function shown(list: readonly (readonly Message[])[]): string[] {
  return [...ownTags(list)].map(([id, { taken }]) => `${id} ${taken.map(tagText).join("; ")}`).toSorted();
}

/** Our tags by the Message-ID of the patch, thread by thread as b4 sees them. */
function ownTags(list: readonly (readonly Message[])[]): Map<string, SlotTrailers> {
  const tags = new Map<string, SlotTrailers>();
  for (const mails of list) {
    for (const { postings } of revisionChains(findPostings(mails).postings)) {
      for (const posting of postings) {
        for (const [index, slot] of carryTags(postings, posting).slots.entries()) {
          const id = posting.slots[index]?.message.messageId;
          if (id !== null && id !== undefined) tags.set(id, slot);
        }
      }
    }
  }
  return tags;
}

function tagText({ trailer: { key, value } }: SlotTrailers["taken"][number]): string {
  return oneLine(`${readableBytes(key)}: ${readableBytes(value)}`);
}

function oneLine(tag: string): string {
  return tag.replace(/\s+/g, " ");
}

function keyOf(tag: string): string {
  return tag.slice(0, tag.indexOf(":"));
}

/** People's addresses and the ids made of them stay out of the repository. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Writes the list anew and keeps the reasons; a new line has "?" for one. */
function update(found: readonly string[]): void {
  const lines = readFileSync(LISTED, "utf8").trimEnd().split("\n");
  const reasons = new Map(lines.map((line) => [line.split(": ")[0] ?? "", line.split(": ").slice(1).join(": ")]));
  const notes = lines.filter((line) => line.startsWith("#"));
  const rows = found.toSorted().map((line) => `${line}: ${reasons.get(line) ?? "?"}`);
  writeFileSync(LISTED, `${[...notes, ...rows].join("\n")}\n`);
}
