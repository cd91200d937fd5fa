// From a submission to the patch file that the -mm tree's notice shows: what we make of the mail beside what its maintainer made.
// What differs is listed by cause in submission-causes.txt, and nothing else may. Needs ../shared/data.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { Trailer } from "#model/mail";
import { parseAddresses, parseMessage, parseTrailers } from "#model/mail";
import { noticeName, patchBlock, readReceived, verifyNotice } from "#model/notices";
import { findPostings } from "#model/postings";
import { composePatches, printPerson, refill } from "#model/queue";
import { readWording, wordingAt } from "#io/store";
import { composeSettings } from "#app";

const root = join(import.meta.dirname, "../..");
const archive = join(root, "../shared/data/notices-open.tar.gz");
if (!existsSync(archive)) throw new Error(`find the real notices: no file "${archive}"`);
const folder = mkdtempSync(join(tmpdir(), "longarm-submissions-"));
afterAll(() => rmSync(folder, { recursive: true }));
execFileSync("tar", ["xzf", archive, "-C", folder]);
const causesFile = join(import.meta.dirname, "submission-causes.txt");

/** A patch file cut into what is compared. */
interface Pieces {
  readonly head: readonly string[];
  readonly log: ByteString;
  readonly trailers: readonly Trailer[];
  readonly stat: ByteString;
  readonly diff: ByteString;
}

const pairs = readFileSync(join(folder, "notices-open-index.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .flatMap((row) => (row[9] ? [{ notice: row[7] ?? "", submission: row[9] }] : []))
  .filter(({ notice, submission }) => [notice, submission].every((name) => existsSync(join(folder, name))));

interface Both {
  readonly real: ByteString;
  readonly ours: ByteString;
  /** Ours of a maintainer whose address book (`patches.names`) has the names that the notice has. */
  readonly named: ByteString;
  /** File name in the notice, and ours. */
  readonly name: string;
  readonly made: string;
  /** Whether no cover letter was folded into it. */
  readonly whole: boolean;
}

/** The patch in the notice, and ours. */
function bothPatches({ notice, submission }: (typeof pairs)[number]): Both {
  const received = readReceived(readFileSync(join(folder, notice)));
  // The sender of the notices is their maintainer.
  const maintainer = received.from.includes("<") ? received.from : `Andrew Morton <${received.from}>`;
  const wording = readWording(null, "mm", join(root, "presets"), { preset: "mm", maintainer });
  const { notices: templates, patches: settings } = wordingAt(wording, received.date?.time ?? 0);
  const verified = templates && verifyNotice(received, { ...templates, list: templates.archive });
  if (!verified) return expect.fail(`read "${notice}": no notice`);
  const body = byteString(verified.notice.body);
  const start = body.indexOf("\n", body.indexOf("\n----------------------------") + 1) + 1;
  const real = body.slice(start, body.lastIndexOf("\n_\n") + 1);
  const [posting] = findPostings([parseMessage(readFileSync(join(folder, submission)))]).postings;
  if (posting === undefined) return expect.fail(`read "${submission}": no patch`);
  const book = [...real.matchAll(/^Cc: (?:"(.*)"|(.*)) <([^<>]+)>$/gm)].map(
    ([, quoted, plain, mailbox = ""]) => [mailbox.toLowerCase(), quoted ?? plain ?? ""] as const,
  );
  const compose = (names: Readonly<Record<string, string>>): ByteString => {
    const [patch] = composePatches(posting, composeSettings({ ...settings, names }, maintainer, false));
    if (patch === undefined) return expect.fail(`compose "${submission}": no patch`);
    const { title, date, log, mail } = patch;
    return byteString(
      patchBlock(
        {
          name: verified.name,
          author: byteString(bytesOf(patch.author === null ? "" : printPerson(patch.author))),
          header: settings.header,
          title: byteString(bytesOf(title)),
          date,
          log,
          diff: parseDiff(mail.diff),
        },
        settings.diff,
      ),
    );
  };
  const first = posting.slots.find((slot) => slot !== null);
  return {
    real,
    ours: compose({}),
    named: compose(Object.fromEntries(book)),
    name: verified.name,
    made: noticeName(first?.subject.title ?? ""),
    whole: posting.total === 1 || posting.slots[0] === null,
  };
}

function piecesOf(patch: ByteString): Pieces {
  const blank = patch.indexOf("\n\n");
  const rule = patch.indexOf("\n---\n", blank);
  const { body, trailers } = parseTrailers(fromByteString(patch.slice(blank + 2, rule + 1)));
  const diff = patch.indexOf("\n--- ", rule + 4) + 1;
  const head = patch.slice(0, blank).split("\n");
  return { head, log: byteString(body), trailers, stat: patch.slice(rule + 5, diff), diff: patch.slice(diff) };
}

/** What differs, by kind, with how many there are of it. */
function differences(pair: (typeof pairs)[number]): Map<string, number> {
  const { name, made, whole, ...patches } = bothPatches(pair);
  const [real, ours, named] = [piecesOf(patches.real), piecesOf(patches.ours), piecesOf(patches.named)];
  const found = new Map<string, number>();
  const count = (kind: string, number: number): void => void (number > 0 && found.set(kind, number));
  count("name", name === made ? 0 : 1);
  for (const field of ["From", "Subject", "Date"]) {
    const line = (one: Pieces): string => one.head.find((text) => text.startsWith(`${field}: `)) ?? "";
    count(field.toLowerCase(), line(real) === line(ours) ? 0 : 1);
  }
  compareTrailers(real.trailers, ours.trailers, named.trailers, count);
  compareLogs(real.log, ours.log, whole, count);
  if (bare(real.diff) !== bare(ours.diff)) count("lines", 1);
  else if (numbers(real.diff) !== numbers(ours.diff)) count("moved", 1);
  else count("headings", real.diff === ours.diff ? 0 : 1);
  count("stat", real.stat === ours.stat || found.has("lines") ? 0 : 1);
  return found;
}

function bare(diff: ByteString): ByteString {
  return diff.replace(/^@@ .*$/gm, "@@");
}

function numbers(diff: ByteString): ByteString {
  return diff.replace(/^(@@ .*? @@).*$/gm, "$1");
}

function address({ value }: Trailer): string {
  return (parseAddresses(value)[0]?.address ?? value).toLowerCase();
}

function compareTrailers(
  real: readonly Trailer[],
  ours: readonly Trailer[],
  named: readonly Trailer[],
  count: (kind: string, number: number) => void,
): void {
  const id = (trailer: Trailer): string => `${trailer.key.toLowerCase()} ${address(trailer)}`;
  const isIn = (trailers: readonly Trailer[]): ((trailer: Trailer) => boolean) => {
    const ids = new Set(trailers.map(id));
    return (trailer) => ids.has(id(trailer));
  };
  const same = real.filter(isIn(ours));
  count(
    "names",
    same.filter((trailer) => !ours.some((one) => one.key === trailer.key && one.value === trailer.value)).length,
  );
  const missing = real.filter((trailer) => !isIn(ours)(trailer));
  const extra = ours.filter((trailer) => !isIn(real)(trailer));
  count("links", [...missing, ...extra].filter(({ key }) => /^link$/i.test(key)).length);
  count("tags", missing.filter(({ key }) => /-by$/i.test(key)).length);
  count("people", missing.filter(({ key }) => /^cc$/i.test(key)).length);
  const tagged = new Set(missing.filter(({ key }) => /-by$/i.test(key)).map(address));
  count("left out", extra.filter((trailer) => /^cc$/i.test(trailer.key) && !tagged.has(address(trailer))).length);
  count(
    "other trailers",
    [...missing, ...extra].filter(({ key }) => !/^cc$|^link$/i.test(key)).length -
      missing.filter(({ key }) => /-by$/i.test(key)).length,
  );
  const order = named.filter(isIn(real)).map(id);
  count("order", order.join("\n") === same.map(id).join("\n") ? 0 : 1);
}

function paragraphs(text: ByteString): ByteString[] {
  return text.trimEnd().split(/\n{2,}/);
}

function compareLogs(
  real: ByteString,
  ours: ByteString,
  whole: boolean,
  count: (kind: string, number: number) => void,
): void {
  // The maintainer may have left out what the cover letter said, and with it the line that ends it.
  const end = Math.max(0, real.indexOf("This patch (of "));
  const own = real.startsWith("Patch series ") ? real.slice(end).replace(/^.*\n{2,}/, "") : real;
  count("cover", own === real ? 0 : 1);
  expect(own === real || !whole).toBe(true);
  if (own === ours) return;
  if (own.replace(/\s+/g, " ").trim() !== ours.replace(/\s+/g, " ").trim()) return count("words", 1);
  // What is filled again gives what the maintainer filled; what was left as it was is equal without.
  const filled = paragraphs(byteString(refill(fromByteString(ours))));
  const [theirs, plain] = [paragraphs(own), paragraphs(ours)];
  const odd = theirs.filter((text, at) => text !== plain[at] && text !== filled[at]);
  count("filled", 1);
  count("filled otherwise", odd.length);
}

test("what differs between our patch files and the maintainer's has a known cause", () => {
  const causes = new Map(
    (existsSync(causesFile) ? readFileSync(causesFile, "utf8") : "")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split("\t"))
      .map(([file = "", kind = "", number = "", cause = ""]) => [`${file}\t${kind}`, { number, cause }] as const),
  );
  const kinds = new Map<string, number>();
  const lines: string[] = [];
  for (const pair of pairs) {
    for (const [kind, number] of differences(pair)) {
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const known = causes.get(`${pair.notice}\t${kind}`);
      lines.push(`${pair.notice}\t${kind}\t${number}\t${known?.number === String(number) ? known.cause : "?"}`);
    }
  }
  for (const [kind, number] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)))
    process.stdout.write(`submissions: ${kind}: ${number} of ${pairs.length}\n`);
  const head = (existsSync(causesFile) ? readFileSync(causesFile, "utf8") : "")
    .split("\n")
    .filter((line) => line.startsWith("#"));
  const now = `${[...head, ...lines].join("\n")}\n`;
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(causesFile, now);
  expect(lines.filter((line) => line.endsWith("\t?"))).toEqual([]);
  expect(now).toBe(readFileSync(causesFile, "utf8"));
});
