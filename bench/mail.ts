// `npm run bench -- --mail`: the mail index and what was posted, measured in one process each, against the promises of
// docs/benchmarks-mail.md. `--mail --growth` measures 10,000, 100,000 and 300,000 mails instead, without any git.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { collectTrailers, findPostings, revisionChains } from "#model/postings";
import { parseQuery } from "#model/search";
import type { Archive } from "#io/archive";
import { openArchive } from "#io/archive";
import type { MailIndex } from "#io/mail-index";
import { openMailIndex, readMails, relatedMails, searchMails, syncArchive } from "#io/mail-index";
import type { B4Time } from "./b4.ts";
import { measureB4 } from "./b4.ts";
import { copyOf, epochOf, sampleMails } from "./mail-archive.ts";
import type { Kept } from "./promises.ts";
import { atMost, atLeast } from "./promises.ts";

/** Queries that the benchmark asks, from one that finds little to one that finds most. */
const QUERIES = [
  "s:aliasing f:efficios",
  "alloc_dax",
  "dfn:drivers/dax dfhh:static",
  '"page cache" d:20240201..20240301',
  "patch",
];

export interface MailBench {
  readonly mails: number;
  readonly rows: readonly (readonly [string, string])[];
  readonly promises: readonly Kept[];
}

/** The cold index of that many mails from a public-inbox epoch, polls, searches and postings. */
export async function benchMail(mails: number): Promise<MailBench> {
  const epoch = await epochOf(mails);
  const sample = await sampleMails();
  const dir = mkdtempSync(join(tmpdir(), "longarm-bench-mail-"));
  try {
    using index = openMailIndex(dir);
    await using archive = await openArchive(epoch);
    const idle = process.cpuUsage();
    const cold = await timed(() => sync(index, archive));
    const used = process.cpuUsage(idle);
    const poll = await median(9, () => sync(index, archive));
    const parsed = parseRate(sample);
    const posting = perPosting(sample);
    const b4 = measureB4(findPostings(sample.map(parseMessage)).postings);
    const shown = await median(9, () => readAround(index, archive, sample));
    const searches = QUERIES.map((query) => [query, search(index, query)] as const);
    return {
      mails,
      rows: [
        ["cold index", `${seconds(cold)}, ${Math.round(mails / (cold / 1000))} mails/s`],
        ["processor time of it", seconds((used.user + used.system) / 1000)],
        ["size on disk", `${megabytes(sizeOf(dir))}, ${Math.round(sizeOf(dir) / mails)} bytes a mail`],
        ["poll without news", `${poll.toFixed(1)} ms`],
        ["parse and thread", `${Math.round(parsed)} mails/s`],
        ["postings with tags", `${posting.toFixed(2)} ms each`],
        ["b4 am of one posting, without its start", b4InWords(b4, posting)],
        ["one posting and its revisions by the index", `${shown.toFixed(1)} ms`],
        ...searches.map(
          ([query, { time, total }]) => [`search ${query}`, `${time.toFixed(1)} ms, ${total} found`] as const,
        ),
        ["largest memory", megabytes(process.resourceUsage().maxRSS * 1024)],
      ],
      promises: [
        atMost("cold index of 15,000 mails: at most 15 s", (cold / 1000) * (15_000 / mails), 15, "s"),
        atMost("poll without news: at most 10 ms", poll, 10, "ms"),
        atLeast("parse and thread: at least 5,000 mails/s", parsed / 5000, 1),
        atMost("a posting with its tags: at most 5 ms", posting, 5, "ms"),
      ],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function b4InWords(b4: B4Time, ours: number): string {
  if (b4.kind === "failed") return `not measured, b4 failed: ${b4.why}`;
  const { each, start, postings, failures } = b4;
  const times = `${each.toFixed(0)} ms, ${(each / ours).toFixed(0)} times ours`;
  const failed = failures.length === 0 ? "" : `; it failed on ${failures.length}: ${failures[0]}`;
  return `${times}; the mean of ${postings}, its start takes ${start.toFixed(0)} ms more${failed}`;
}

/** What a mail index of each size takes; the mails are made as they are read, so that nothing else is measured. */
export async function growMail(counts: readonly number[]): Promise<string> {
  const sample = await sampleMails();
  const lines = [
    "| mails | minutes | mails/s | index MB | bytes/mail | memory MB | poll ms | posting ms | search ms (few / many found) |",
    "| ----: | ------: | ------: | -------: | ---------: | --------: | ------: | ---------: | ---------------------------: |",
  ];
  for (const count of counts) {
    const dir = mkdtempSync(join(tmpdir(), "longarm-bench-mail-"));
    try {
      using index = openMailIndex(dir);
      const archive = replicated(sample, count);
      const cold = await timed(() => sync(index, archive));
      const poll = await median(5, () => sync(index, archive));
      const shown = await median(5, () => readAround(index, archive, sample));
      const few = search(index, QUERIES[0] ?? "").time;
      const many = search(index, "patch").time;
      const size = sizeOf(dir);
      const cells = [
        `${count}`,
        (cold / 60_000).toFixed(1),
        `${Math.round(count / (cold / 1000))}`,
        `${Math.round(size / 1e6)}`,
        `${Math.round(size / count)}`,
        `${Math.round(process.memoryUsage().rss / 1e6)}`,
        poll.toFixed(1),
        shown.toFixed(1),
        `${few.toFixed(1)} / ${many.toFixed(0)}`,
      ];
      lines.push(`| ${cells.join(" | ")} |`);
      console.error(lines.at(-1));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
  return lines.join("\n");
}

export function printMail({ mails, rows, promises }: MailBench): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `| ${name.padEnd(width)} | ${value} |`);
  const kept = promises.map(({ promise, found, kept: is }) => `${is ? "kept    " : "NOT KEPT"}  ${promise}: ${found}`);
  return [
    `${mails} mails`,
    "",
    `| ${"".padEnd(width)} | |`,
    `| ${"-".repeat(width)} | --- |`,
    ...table,
    "",
    ...kept,
  ].join("\n");
}

/** An archive of the sample again and again, read without a disk. */
function replicated(sample: readonly Bytes[], count: number): Archive {
  const mailAt = (at: number): Bytes =>
    copyOf(sample[at % sample.length] ?? new Uint8Array(), Math.floor(at / sample.length));
  return {
    name: "replicated",
    async *changes(cursor) {
      for (let at = Number(cursor ?? 0); at < count; at += 1) {
        yield { kind: "added", mail: { key: `${at}`, bytes: mailAt(at), received: null } };
        if (at % 1000 === 999) yield { kind: "reached", cursor: `${at + 1}` };
      }
      yield { kind: "reached", cursor: `${count}` };
    },
    async *read(keys) {
      for (const key of keys) yield mailAt(Number(key));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function sync(index: MailIndex, archive: Archive): Promise<void> {
  await syncArchive(index, archive, { name: "bench", place: "bench", list: null, keep: false }, () => {});
}

/** What `mail show` does: the mails around the first patch of the sample that has several revisions. */
async function readAround(index: MailIndex, archive: Archive, sample: readonly Bytes[]): Promise<void> {
  const about = busiestPosting(sample);
  const lent = { ...archive, [Symbol.asyncDispose]: () => Promise.resolve() };
  const mails: Bytes[] = [];
  for await (const bytes of readMails(index, relatedMails(index, about), () => Promise.resolve(lent)))
    if (bytes !== null) mails.push(bytes);
  const chains = revisionChains(findPostings(mails.map(parseMessage)).postings);
  if (chains.length === 0) throw new Error("nothing was posted around the busiest posting");
}

const busiest = new WeakMap<readonly Bytes[], ReturnType<typeof findBusiest>>();

function busiestPosting(sample: readonly Bytes[]): ReturnType<typeof findBusiest> {
  const known = busiest.get(sample) ?? findBusiest(sample);
  busiest.set(sample, known);
  return known;
}

function findBusiest(sample: readonly Bytes[]) {
  const chains = revisionChains(findPostings(sample.map(parseMessage)).postings);
  const [longest] = chains.toSorted((a, b) => b.postings.length - a.postings.length);
  const id = longest?.postings.at(-1)?.id ?? null;
  if (id === null) throw new Error("the sample has no posting");
  return id;
}

function search(index: MailIndex, text: string): { readonly time: number; readonly total: number } {
  const { query } = parseQuery(text, 0);
  if (query === null) throw new Error(`no query: ${text}`);
  let total = 0;
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    ({ total } = searchMails(index, query, { limit: 50, once: "mail" }));
    return performance.now() - began;
  });
  return { time: times.sort((a, b) => a - b)[2] ?? Number.NaN, total };
}

// Mails a second: headers, and who answers whom.
function parseRate(sample: readonly Bytes[]): number {
  const mails = Array.from({ length: 7 }, (_, round) => sample.map((mail) => copyOf(mail, round))).flat();
  const began = performance.now();
  findPostings(mails.map(parseMessage));
  return mails.length / ((performance.now() - began) / 1000);
}

// Milliseconds for each posting of an archive, from bytes to collected tags.
function perPosting(sample: readonly Bytes[]): number {
  const began = performance.now();
  const chains = revisionChains(findPostings(sample.map(parseMessage)).postings);
  const postings = chains.flatMap((chain) => chain.postings);
  for (const posting of postings) collectTrailers(posting);
  return (performance.now() - began) / postings.length;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function median(rounds: number, work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await timed(work));
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function sizeOf(dir: string): number {
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
