// Our answers to queries against those of public-inbox 1.9 with Xapian, on the sample inbox. Differences stand in
// search-differences.txt, each with its reason; a new one fails. Needs Debian's public-inbox and ../shared.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { parseQuery, stemOf } from "#model/search";
import { readArchive } from "#io/archive";
import { openMailIndex, searchMails, syncArchive } from "#io/mail-index";

const bundle = join(import.meta.dirname, "../../../shared/data/nvdimm-2024q1.bundle");
const queries = readFileSync(join(import.meta.dirname, "search-queries.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
/** A query, indented how many mails only one side finds, and why. */
const explained = readFileSync(join(import.meta.dirname, "search-differences.txt"), "utf8").split("\n\n");

const asked = new Map<string, string>();
const theirs = new Map<string, string>();
const ours = new Map<string, string[]>();
const words = new Set<string>();

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), "longarm-search-"));
  try {
    const inbox = join(dir, "inbox");
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, {
        env: { ...process.env, HOME: dir, PI_CONFIG: join(dir, "config") },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        maxBuffer: 1 << 28,
      });
    run("git", "clone", "--quiet", "--mirror", bundle, join(inbox, "git/0.git"));
    run("public-inbox-init", "-V2", "-L", "full", "sample", inbox, "http://127.0.0.1/sample", "sample@example.org");
    run("public-inbox-index", "--no-fsync", "-L", "full", inbox);
    const { messages } = await readArchive(join(inbox, "git/0.git"));
    const mails = messages.map(parseMessage);
    for (const query of queries) {
      asked.set(
        query,
        query.replace(/\{(\d+)\}/g, (_, nth: string) => mails[Number(nth) - 1]?.messageId ?? ""),
      );
    }
    const answers = execFileSync("perl", [join(import.meta.dirname, "search.pl"), inbox], {
      env: { ...process.env, HOME: dir },
      input: `${[...asked.values()].join("\n")}\n`,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    }).split("\n");
    for (const [at, query] of queries.entries()) theirs.set(query, answers[at] ?? "");
    for (const { subject } of mails) for (const word of subject.toLowerCase().match(/[a-z]+/g) ?? []) words.add(word);
    await answer(join(dir, "index"), messages);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 300_000);

async function answer(dir: string, messages: readonly Bytes[]): Promise<void> {
  using index = openMailIndex(dir);
  const archive = {
    name: "sample",
    async *changes() {
      for (const [at, bytes] of messages.entries())
        yield { kind: "added" as const, mail: { key: `${at}`, bytes, received: null } };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  await syncArchive(index, archive, { name: "sample", place: "sample", list: null, keep: false }, () => {});
  for (const query of queries) {
    const parsed = parseQuery(asked.get(query) ?? query, Date.now());
    const found = parsed.query === null ? [] : searchMails(index, parsed.query, { limit: 100_000, once: "mail" }).mails;
    ours.set(query, [...new Set(found.map(({ messageId }) => messageId))].sort());
  }
}

test.each(queries)("%s", (query) => {
  const answered = theirs.get(query) ?? "";
  expect(answered.startsWith("error: ")).toBe(false);
  const wanted = new Set(answered.split("\t").filter((id) => id !== ""));
  const found = new Set(ours.get(query));
  const difference = [
    `    only public-inbox: ${[...wanted].filter((id) => !found.has(id)).length} of ${wanted.size}`,
    `    only ours: ${[...found].filter((id) => !wanted.has(id)).length} of ${found.size}`,
  ].filter((line) => !line.includes(": 0 of"));
  const block = explained.find((one) => one.split("\n").includes(query)) ?? query;
  expect(difference).toEqual(block.split("\n").filter((line) => line.startsWith("    only ")));
});

test("the queries find something, most of them", () => {
  expect([...ours.values()].filter((found) => found.length > 0).length).toBeGreaterThan(queries.length * 0.8);
});

test("stems are Xapian's, for every word of the subjects", () => {
  const list = [...words].sort();
  const script =
    'use Search::Xapian; my $s = Search::Xapian::Stem->new("english"); while (<STDIN>) { chomp; print $s->stem_word($_), "\\n" }';
  const stems = execFileSync("perl", ["-e", script], { input: `${list.join("\n")}\n`, encoding: "utf8" });
  expect(list.map(stemOf)).toEqual(stems.trimEnd().split("\n"));
});
