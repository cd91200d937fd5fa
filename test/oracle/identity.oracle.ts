// What diffs are called and how they count: patch-id, Patchwork's hash, diffstat and numstat of every real patch mail
// of the archive in ../shared, and of random git diffs, by the tools that define them.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { byteString, concatBytes, fromByteString, textOf } from "#model/bytes";
import type { Diff } from "#model/diff";
import { diffstat, parseDiff, patchId, patchworkHash, printDiff, printFileDiff, stripPath } from "#model/diff";
import { parseMessage } from "#model/mail";
import { parsePatchMail } from "#model/postings";
import { writeGitDiffs } from "./git-diffs.ts";
import { changedTree, randomTree } from "./random-tree.ts";
import { caseCount, caseFolder, Random, readBytes, runInAll, scratchFolder, seed, sharedData } from "./real-tools.ts";

const scratch = scratchFolder();
const CASES = caseCount(300);
const ARCHIVE = sharedData("nvdimm-2024q1.bundle");

interface Sample {
  readonly name: string;
  readonly folder: string;
  readonly bytes: Uint8Array;
  readonly diff: Diff;
}

const mails: Sample[] = [];
const randoms: Sample[] = [];

beforeAll(() => {
  for (const [index, { name, bytes }] of patchMails().entries()) mails.push(sample(name, index, bytes));
  for (const [index, bytes] of randomDiffs().entries())
    randoms.push(sample(`case ${index}`, mails.length + index, bytes));
  runInAll(
    [...mails, ...randoms].map((one) => one.folder),
    `git patch-id --stable <p >id; git apply --numstat -z p >numstat 2>numstat-error
     diffstat -p1 -w70 p >stat; diffstat -p1 -w40 p >stat-narrow`,
  );
}, 120_000);

function sample(name: string, index: number, bytes: Uint8Array): Sample {
  const folder = caseFolder(scratch, index);
  const diff = parseDiff(bytes);
  writeFileSync(join(folder, "p"), bytes);
  // Patchwork hashes what stands between the files too, so that a mail signature counts; ours is of the diff alone.
  writeFileSync(join(folder, "files"), concatBytes(diff.files.map(printFileDiff)));
  return { name, folder, bytes, diff };
}

/** Every mail of the archive that carries a diff: its Message-ID and the text from the diff on. */
function patchMails(): { readonly name: string; readonly bytes: Uint8Array }[] {
  const repository = join(scratch, "archive");
  execFileSync("git", ["clone", "-q", "--bare", ARCHIVE, repository]);
  const commits = execFileSync("git", ["rev-list", "HEAD"], { cwd: repository, encoding: "latin1" }).trim().split("\n");
  const blobs = execFileSync("git", ["cat-file", "--batch"], {
    cwd: repository,
    input: commits.map((commit) => `${commit}:m\n`).join(""),
    maxBuffer: 1 << 30,
  });
  const found: { name: string; bytes: Uint8Array }[] = [];
  for (let at = 0; at < blobs.length;) {
    const end = blobs.indexOf("\n", at);
    const [, kind = "", size = ""] = blobs.toString("latin1", at, end).split(" ");
    at = end + 1;
    // A commit that deletes a mail has no file "m".
    if (kind !== "blob") continue;
    const message = parseMessage(blobs.subarray(at, at + Number(size)));
    at += Number(size) + 1;
    const mail = parsePatchMail(message);
    if (mail.hasDiff && !/^re:/i.test(message.subject)) found.push({ name: message.messageId ?? "", bytes: mail.diff });
  }
  return found;
}

/** Diffs between random trees, as git writes them. */
function randomDiffs(): Uint8Array[] {
  const cases = Array.from({ length: CASES }, (_, index) => {
    const random = new Random(index);
    const folder = join(scratch, `t${index}`);
    mkdirSync(folder);
    const options = ["--no-renames", "-M", "-C --find-copies-harder", "-U0", "--full-index"];
    writeFileSync(join(folder, "options"), random.pick(options));
    const old = randomTree(random, "git");
    return { folder, old, new: changedTree(old, random, "git", 4) };
  });
  writeGitDiffs(join(scratch, "random"), cases);
  return cases.map(({ folder }) => fromByteString(readBytes(folder, "p"))).filter((bytes) => bytes.length > 0);
}

/** The first samples of which one thing is not the same; says of how many it is. */
function differing(
  what: string,
  samples: readonly Sample[],
  ours: (one: Sample) => string,
  theirs: (one: Sample) => string,
): { readonly name: string; readonly ours: string; readonly theirs: string; readonly diff: string }[] {
  const wrong = samples.filter((one) => ours(one) !== theirs(one));
  process.stdout.write(`identity: ${what}: ${samples.length - wrong.length} of ${samples.length}\n`);
  return wrong.slice(0, 2).map((one) => ({
    name: `SEED=${seed} ${one.name}`,
    ours: ours(one),
    theirs: theirs(one),
    diff: textOf(one.bytes),
  }));
}

test("printing gives every patch mail back, and no problem is seen in it", () => {
  expect(mails.length).toBeGreaterThanOrEqual(MAILS);
  for (const [what, diffs] of [
    ["printed mails", mails],
    ["printed random diffs", randoms],
  ] as const) {
    const wrong = differing(
      what,
      diffs,
      (one) => byteString(printDiff(one.diff)),
      (one) => byteString(one.bytes),
    );
    expect(wrong).toEqual([]);
  }
  const bad = [...mails, ...randoms].filter((one) => one.diff.problems.length > 0);
  expect(bad.map((one) => [one.name, one.diff.problems])).toEqual([]);
});
const MAILS = 100;

test("the files and their counts are those of git apply --numstat", () => {
  expect(differing("numstat of mails", mails, numstat, theirNumstat)).toEqual([]);
  expect(differing("numstat of random diffs", randoms, numstat, theirNumstat)).toEqual([]);
});

/** `insertions TAB deletions TAB name`, sorted; a binary file has no counts. */
function numstat({ diff }: Sample): string {
  const rows = diff.files.map((file) => {
    const name = file.newPath ?? file.oldPath ?? "";
    const count = (kind: string): number =>
      file.hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0);
    const counts = file.binary === null ? `${count("insert")}\t${count("delete")}` : "-\t-";
    return `${counts}\t${stripPath(name, 1) ?? name}`;
  });
  return rows.sort().join("\n");
}

function theirNumstat({ folder }: Sample): string {
  return (
    readBytes(folder, "numstat")
      .split("\0")
      .filter((row) => row !== "")
      .sort()
      .join("\n") + readBytes(folder, "numstat-error")
  );
}

function theirId({ folder }: Sample): string {
  return readBytes(folder, "id").slice(0, 40);
}

test("patch ids are those of git patch-id --stable", () => {
  const known = mails.filter((one) => one.diff.files.every((file) => file.git) && !hasEatenBlanks(one.diff));
  expect(known.length).toBeGreaterThanOrEqual(mails.length - 6);
  expect(differing("patch id of mails", known, (one) => patchId(one.diff), theirId)).toEqual([]);
  expect(differing("patch id of random diffs", randoms, (one) => patchId(one.diff), theirId)).toEqual([]);
});

/** Git loses count at a context line whose blank a mailer ate, and gives half a patch an id; it has none for plain diffs. */
function hasEatenBlanks(diff: Diff): boolean {
  return diff.files.some((file) =>
    file.hunks.some((hunk) =>
      hunk.lines.some(({ kind, start }) => kind === "context" && hunk.body[start - 1] !== 0x20),
    ),
  );
}

test("hashes are those of Patchwork, as b4 computes them", () => {
  const samples = [...mails, ...randoms];
  const script = [
    "import sys, b4",
    "for name in sys.stdin.read().split():",
    "    text = open(name + '/files', 'rb').read().decode('utf-8', 'replace')",
    // Patchwork drops CR before it begins; b4's copy does not.
    "    text = text.replace('\\r', '')",
    "    print(b4.LoreMessage.get_patchwork_hash(text))",
  ].join("\n");
  const hashes = execFileSync("/usr/bin/python3", ["-c", script], {
    input: samples.map((one) => one.folder).join("\n"),
    encoding: "latin1",
  }).split("\n");
  const byFolder = new Map(samples.map((one, index) => [one.folder, hashes[index] ?? ""]));
  const theirs = (one: Sample): string => byFolder.get(one.folder) ?? "";
  expect(differing("Patchwork hash of mails", mails, (one) => patchworkHash(one.diff), theirs)).toEqual([]);
  expect(differing("Patchwork hash of random diffs", randoms, (one) => patchworkHash(one.diff), theirs)).toEqual([]);
});

test("diffstats are those of diffstat -p1", () => {
  for (const [file, width] of [
    ["stat", 70],
    ["stat-narrow", 40],
  ] as const) {
    const theirs = (one: Sample): string => readBytes(one.folder, file);
    expect(differing(`diffstat -w${width} of mails`, mails, (one) => diffstat(one.diff, 1, width), theirs)).toEqual([]);
  }
});
