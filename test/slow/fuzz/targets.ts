// What is fuzzed: for each parser its seeds, its words, and the laws that must hold for any bytes at all.
// A law that is broken is thrown; anything else that is thrown is a bug as well.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { ByteString, Bytes, Path } from "#model/bytes";
import {
  byteString,
  bytesOf,
  concatBytes,
  equalBytes,
  fromByteString,
  quotePath,
  textOf,
  unquotePath,
  UserError,
} from "#model/bytes";
import type { Diff } from "#model/diff";
import {
  applyBinary,
  diffstat,
  nameProblem,
  parseDiff,
  patchId,
  pathsOf,
  patchworkHash,
  printDiff,
  printFileDiff,
  reverseFileDiff,
  statOf,
} from "#model/diff";
import type { BaseEntry } from "#model/files";
import { filesOf, pushPatch } from "#model/files";
import { builtBranchesOf, lastUndoable, operationsOf, parseEvents, printEvents, storyOf } from "#model/ledger";
import {
  bodyParts,
  decodeWords,
  findOddCharacters,
  parseAddresses,
  parseAuthenticationResults,
  parseDate,
  htmlText,
  makeTrailer,
  parseMessage,
  parseMessageIds,
  parseParameters,
  parseTrailers,
  patchText,
  printAddress,
  printMbox,
  printTrailers,
  realSender,
  receiverResults,
  splitMbox,
  unflow,
} from "#model/mail";
import {
  composePatches,
  parsePatchFile,
  retagPatch,
  parsePatchName,
  parseSeries,
  patchesOf,
  printSeries,
  showName,
  typedName,
} from "#model/queue";
import {
  carriedKeys,
  carryTags,
  composedPosting,
  composition,
  developerSignatures,
  findPostings,
  guardPatch,
  parsePatchMail,
  revisionChains,
  saidByReceiver,
  signedHeader,
  signedText,
  tagIdentity,
} from "#model/postings";
import { parseConfig } from "#io/store";
import { base85, randomDelta, randomDiff, randomMail, randomPatchFile, randomSeries } from "./generate.ts";
import type { Random } from "./random.ts";
import { CONFIG_WORDS, DIFF_WORDS, HEADER_WORDS, LEDGER_WORDS, MAIL_WORDS, SERIES_WORDS } from "./words.ts";
import { parseArticleId, parseGroup, parseOverview } from "../../../src/io/archive/nntp/overview.ts";
import { makeReplyReader } from "../../../src/io/archive/nntp/reply.ts";
import { withoutTraceHeaders } from "../../../src/io/archive/nntp/trace-headers.ts";

/** One parser with everything that is computed from what it reads. */
export interface Target {
  readonly words: readonly string[];
  readonly seeds: readonly ByteString[];
  /** A valid input. */
  readonly generate: (random: Random) => ByteString;
  /** Throws when a law is broken. */
  readonly run: (input: Bytes) => void;
}

/** Files that a hostile patch is pushed onto are small, and so must be what it makes of them. */
const MAX_MADE = 200 * 1024 * 1024;
const MAX_PUSHED_PATHS = 50;
const MAX_FILE = 1 << 16;
const MAX_PROBLEM_LENGTH = 2000;

const root = join(import.meta.dirname, "..", "..", "..");

/** All targets by name. */
export const targets: Readonly<Record<string, Target>> = {
  diff: { words: DIFF_WORDS, seeds: seedsIn("diff"), generate: randomDiff, run: runDiff },
  delta: {
    words: ["\x80", "\xff\xff\xff\xff\xff\xff\xff\xff", "\x40\x40\x90\x40", "\x00"],
    seeds: [],
    generate: randomDelta,
    run: runDelta,
  },
  patch: {
    words: [...DIFF_WORDS, ...HEADER_WORDS],
    seeds: [...seedsIn("diff"), ...seedsIn("mail")],
    generate: randomPatchFile,
    run: runPatchFile,
  },
  series: { words: SERIES_WORDS, seeds: seedsIn("series"), generate: randomSeries, run: runSeries },
  mail: { words: MAIL_WORDS, seeds: seedsIn("mail"), generate: randomMail, run: runMail },
  header: {
    words: [...MAIL_WORDS, "<", ">", "(", ")", '"', "@", ",", ";", ":", "=?utf-8?q?", "?=", " at ", "*0*=", "%E9"],
    seeds: seedsIn("mail"),
    generate: randomMail,
    run: runHeaderValue,
  },
  nntp: {
    words: ["220 # <a@b>\r\n", "224 x\r\n", "\r\n.\r\n", "\r\n", "..", ".", "\t", "#\ts\tf\td\t<a@b>\t\t#\t#\r\n"],
    seeds: [
      "200 x\r\n220 1 <a@b>\r\nPath: x\r\nSubject: s\r\n\r\n..dot\r\n.\r\n224 o\r\n1\ts\tf\td\t<a@b>\t\t9\t1\r\n.\r\n423 no\r\n",
    ],
    generate: () => "224 o\r\n1\ts\tf\td\t<a@b>\t\t9\t1\r\n.\r\n220 1 <a@b>\r\nXref: h\r\n g:1\r\n\r\n.\r\n",
    run: runNntp,
  },
  ledger: { words: LEDGER_WORDS, seeds: seedsIn("ledger"), generate: () => seedsIn("ledger")[0] ?? "", run: runLedger },
  config: { words: CONFIG_WORDS, seeds: seedsIn("config"), generate: () => seedsIn("config")[0] ?? "", run: runConfig },
};

function seedsIn(folder: string): ByteString[] {
  const dir = join(import.meta.dirname, "..", "seeds", folder);
  return readdirSync(dir)
    .sort()
    .map((name) => readFileSync(join(dir, name), "latin1"));
}

function law(holds: boolean, name: string): void {
  if (!holds) throw new Error(`law broken: ${name}`);
}

function runDiff(input: Bytes): void {
  const diff = parseDiff(input);
  law(equalBytes(printDiff(diff), input), "printing a parsed diff gives its bytes");
  checkProblems(diff.problems);
  for (const file of diff.files) {
    for (const hunk of file.hunks) {
      const old = hunk.lines.filter((line) => line.kind !== "insert").length;
      law(old === hunk.oldCount, "a hunk has the old lines that its head says");
      law(
        hunk.lines.length - old === hunk.newCount - hunk.lines.filter((line) => line.kind === "context").length,
        "and the new ones",
      );
      law(
        hunk.lines.every(({ start, end }) => start >= 0 && start <= end && end <= hunk.body.length),
        "lines are inside their hunk",
      );
    }
    law(
      equalBytes(printFileDiff(reverseFileDiff(file)), printFileDiff(file)),
      "a reversed change has the bytes of the change",
    );
    nameProblem(file);
  }
  law(/^[0-9a-f]{40}$/.test(patchId(diff)), "a patch id is a sha1");
  law(/^[0-9a-f]{40}$/.test(patchworkHash(diff)), "a patchwork hash is a sha1");
  const names = diff.files.reduce((sum, file) => sum + (file.newPath ?? file.oldPath ?? "").length, 0);
  // A byte of a name takes four characters at most.
  law(diffstat(diff).length <= 4 * names + 1000 * (diff.files.length + 1), "a diffstat has short lines");
  for (const strip of [0, 1, 3]) statOf(diff, strip);
  push(diff);
}

/** Pushes the diff onto small files that it fits: the first old lines of each file's hunks, in order. */
function push(diff: Diff): void {
  const base = new Map<Path, BaseEntry>();
  let size = 0;
  for (const file of diff.files) {
    const bytes = concatBytes(
      file.hunks.flatMap((hunk) =>
        hunk.lines.flatMap((line) => (line.kind === "insert" ? [] : [hunk.body.subarray(line.start, line.end)])),
      ),
    );
    const small = bytes.subarray(0, MAX_FILE);
    size += small.length;
    for (const path of pathsOf(file, 1))
      if (base.size < MAX_PUSHED_PATHS) base.set(path, { kind: "file", mode: "100644", bytes: small });
  }
  for (const reverse of [false, true]) {
    const { outcome } = pushPatch(filesOf(base), diff, { fuzz: 2, reverse, strip: 1 });
    if (outcome.kind !== "applied") continue;
    const made = outcome.changes.reduce((sum, { after }) => sum + (after?.lines.size ?? 0), 0);
    law(made <= MAX_MADE + size, "a small patch does not make large files");
  }
}

function runDelta(input: Bytes): void {
  const before = bytesOf("0123456789abcdef".repeat(4));
  for (const data of [input, input.subarray(1)]) {
    const deflated = deflateSync(data, { level: 1 });
    for (const method of ["delta", "literal"] as const) {
      const after = applyBinary(before, { method, size: data.length, deflated });
      law("message" in after || after.length <= MAX_MADE, "a delta makes no large file");
    }
    // The same bytes undeflated are a broken stream.
    applyBinary(before, { method: "delta", size: 100, deflated: data });
    const text = `diff --git a/f b/f\nindex 0123..4567\nGIT binary patch\ndelta ${data.length}\n${base85(deflated)}\n`;
    const diff = parseDiff(fromByteString(text));
    const half = diff.files[0]?.binary?.forward;
    law(half === undefined || half === null || equalBytes(half.deflated, deflated), "base85 gives the bytes back");
    push(diff);
  }
}

function runPatchFile(input: Bytes): void {
  const patch = parsePatchFile(input);
  law(equalBytes(printDiff(patch.diff), input), "printing the diff of a patch file gives its bytes");
  law(patch.description.length <= input.length + 1, "a description is a part of its file");
  checkProblems(patch.problems);
  checkTrailers(patch.description);
  if (patch.author !== null) printAddress(patch.author);
  for (const trailers of ["mm", "b4"] as const) {
    const tagged = retagPatch(patch, [TAG], { trailers, signOff: null, link: "" });
    if (tagged.kind !== "retagged") continue;
    const from = patch.diff.files[0]?.lead.length ?? input.length;
    const diff = input.subarray(from);
    law(equalBytes(tagged.bytes.subarray(tagged.bytes.length - diff.length), diff), "a tag leaves the diff as it is");
    law(textOf(tagged.bytes).includes("Acked-by: A <a@example.org>"), "a tag that was written is there");
  }
}

const TAG = makeTrailer("Acked-by", "A <a@example.org>");

function checkTrailers(description: Bytes): void {
  const { body, trailers } = parseTrailers(description);
  law(
    equalBytes(concatBytes([body, printTrailers(trailers)]), description),
    "a description is its body and its trailers",
  );
}

function runSeries(input: Bytes): void {
  const { queue, problems } = parseSeries(input);
  law(equalBytes(printSeries(queue), input), "printing a parsed series gives its bytes");
  checkProblems(problems);
  for (const patch of patchesOf(queue)) {
    law(parsePatchName(patch.name) === patch.name, "a name in the series is a patch name");
    law(typedName(showName(patch.name)) === patch.name.replace(/^patches\//, ""), "a shown name can be typed");
    law(Number.isInteger(patch.strip) && patch.strip >= 0 && patch.strip < 100, "a strip level is a small number");
  }
  const path = byteString(input.subarray(0, 1000));
  law(unquotePath(quotePath(path))?.path === path, "a quoted path reads back");
}

function runMail(input: Bytes): void {
  const { messages, problems } = splitMbox(input);
  law(
    messages.every((message) => message.length <= input.length),
    "mails are not larger than their mailbox",
  );
  checkProblems(problems);
  const ended = messages.filter((message) => message.at(-1) === 10);
  const again = splitMbox(printMbox(ended)).messages;
  law(
    again.length === ended.length && again.every((message, index) => equalBytes(message, ended[index] ?? input)),
    "a mailbox reads back",
  );
  const parsed = messages.map(parseMessage);
  for (const message of parsed) {
    checkProblems(message.problems);
    const parts = bodyParts(message);
    for (const part of parts) {
      unflow(part.bytes, true);
      htmlText(part.bytes, part.charset);
    }
    patchText(message);
    const patch = parsePatchMail(message);
    checkTrailers(patch.description);
    const diff = parseDiff(patch.diff);
    printDiff(diff);
    for (const { line, column, name } of guardPatch({ ...patch, diff }))
      law(line > 0 && column > 0 && /^[ -~]+$/.test(name), "an odd character has a place and a plain name");
    checkTrust(message);
  }
  for (const chain of revisionChains(findPostings(parsed).postings)) {
    for (const posting of chain.postings) {
      composedPosting(posting, composition(posting, chain));
      const { slots } = carryTags(chain.postings, posting);
      for (const { taken } of slots) {
        const names = taken.map(({ trailer }) => tagIdentity(trailer));
        law(new Set(names).size === names.length, "a tag is taken once");
      }
      for (const trailers of ["mm", "b4"] as const) {
        const settings = { foldCover: true, link: "https://example.org/", trailers, signOff: "A <a@example.org>" };
        composePatches(posting, settings, slots);
      }
    }
  }
}

function checkTrust(message: ReturnType<typeof parseMessage>): void {
  realSender(message);
  receiverResults(message, ["example.org"]);
  saidByReceiver(message, []);
  carriedKeys(message);
  const text = signedText(message);
  law(text.body.length <= 4 * message.source.length + 4, "a signed text is no longer than its mail");
  for (const signature of developerSignatures(message)) {
    const header = signedHeader(message, text, signature.fields, signature);
    law(header.length <= 2 * message.source.length + 1000, "a signed header is no longer than its mail");
  }
}

/** The whole input as the value of one header, whatever it is the value of. */
function runHeaderValue(input: Bytes): void {
  const value = byteString(input);
  for (const address of parseAddresses(value)) printAddress(address);
  parseMessageIds(value);
  parseParameters(value);
  parseDate(value);
  decodeWords(value);
  findOddCharacters(textOf(input));
  parseAuthenticationResults(value);
  checkTrust(parseMessage(bytesOf(`From: A via ${value}\nX-Developer-Signature: a=b; bh=c; b=d; ${value}\n\n`)));
  parsePatchMail(parseMessage(bytesOf(`Subject: ${value}\n\n`)));
}

function runLedger(input: Bytes): void {
  const { events, problems } = parseEvents(input);
  checkProblems(problems);
  const again = parseEvents(printEvents(events));
  law(again.events.length === events.length && again.problems.length === 0, "printed events read back");
  const operations = operationsOf(events);
  lastUndoable(operations);
  builtBranchesOf(events);
  for (const event of events) {
    if ("patch" in event) law(typeof event.patch === "string", "a patch of an event has a name");
    if (event.kind === "queued")
      law(Array.isArray(event.tags) && typeof event.origin.kind === "string", "a queued event is whole");
    if (event.kind === "built")
      law(
        Object.values(event.branches).every((id) => typeof id === "string"),
        "a built event is whole",
      );
  }
  storyOf(events, "a.patch");
}

function runConfig(input: Bytes): void {
  try {
    parseConfig(textOf(input), "longarm.toml", join(root, "presets"));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    law(error.message.startsWith("longarm.toml"), "a fault in the configuration names the file");
  }
}

function checkProblems(problems: readonly { readonly message: string }[]): void {
  law(problems.length <= MAX_PROBLEMS, "problems are few enough to be told");
  for (const { message } of problems) law(message.length <= MAX_PROBLEM_LENGTH, "a problem is a sentence");
}

/** A parser that finds more stops telling them one by one. */
const MAX_PROBLEMS = 20_000;

/** However the bytes are cut, the answers are the same; no block is longer than what was asked for. */
function runNntp(bytes: Bytes): void {
  const [whole, pieces] = [bytes.length || 1, 7].map((size) => nntpReplies(bytes, size));
  if (JSON.stringify(whole) !== JSON.stringify(pieces)) throw new Error("the answers depend on how they arrive");
}

function nntpReplies(bytes: Bytes, size: number): unknown[] {
  const reader = makeReplyReader();
  for (let count = 0; count < 20; count++) reader.expect({ blockCode: count % 2 === 0 ? 224 : 220, maxBlock: 500 });
  const seen: unknown[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const { code, text, block, tooLong } of reader.feed(bytes.subarray(at, at + size)).replies) {
      if (block !== null && block.length > 500) throw new Error("a block is too long");
      const article = block === null ? null : byteString(withoutTraceHeaders(block));
      const lines = block === null ? [] : parseOverview(block, 1, 1000);
      seen.push([code, text, tooLong, article, lines, parseGroup(text), parseArticleId(text)]);
    }
  }
  return seen;
}
