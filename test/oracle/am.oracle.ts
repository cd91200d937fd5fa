// Every complete series of the sample inbox, really applied: `git am` of our mailbox and of b4's gives the same commits, but for the
// patches that b4/differences.txt lists, and `quilt push -a` of our quilt directory the same files. The files they apply to are made from the patches (b4/made-for.ts).
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { fromByteString } from "#model/bytes";
import { parseDiff } from "#model/diff";
import { amMailbox, quiltFiles } from "#model/export";
import { findPostings, type Posting } from "#model/postings";
import { composePatches } from "#model/queue";
import { askB4, type B4Series } from "./b4/ask-b4.ts";
import { digest } from "./b4/compare.ts";
import { mailsOfEpoch, threadsOf } from "./b4/inbox.ts";
import { madeFor } from "./b4/made-for.ts";
import { caseFolder, readBytes, runInAll, scratchFolder, sharedData } from "./real-tools.ts";

const scratch = scratchFolder();
const inbox = join(scratch, "inbox.git");
execFileSync("git", ["clone", "--quiet", "--bare", sharedData("nvdimm-2024q1.bundle"), inbox]);
const threads = threadsOf(mailsOfEpoch(inbox));
const b4 = askB4(threads);

/** Series that are complete with b4, and how many of them apply to files made for them; fewer means that the test has lost its eyes. */
const COMPLETE = 60;
const APPLIED = 50;

interface Case {
  readonly posting: Posting;
  readonly b4: B4Series;
  readonly folder: string;
}

/** A folder with the files, both mailboxes and the quilt directory; null when no files can be made for the series. */
function prepare(posting: Posting, series: B4Series, index: number): Case | null {
  const composed = composePatches(posting, { foldCover: false, link: "", trailers: "b4", signOff: null });
  const files = madeFor(composed.map(({ mail }) => parseDiff(mail.diff)));
  if (files === null) return null;
  const folder = caseFolder(scratch, index);
  const write = (name: string, bytes: Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  };
  mkdirSync(join(folder, "base"));
  for (const [path, { text, mode }] of files) {
    write(`base/${path}`, fromByteString(text));
    chmodSync(join(folder, "base", path), mode === "100755" ? 0o755 : 0o644);
  }
  write("ours.mbx", amMailbox(composed, posting));
  write("b4.mbx", fromByteString(series.patches.map(({ mail }) => mail).join("")));
  for (const [name, bytes] of quiltFiles(composed, "git")) write(`patches/${name}`, bytes);
  return { posting, b4: series, folder };
}

const APPLY = `
  cp -r base repo
  git -C repo init -q && git -C repo add -A && git -C repo commit -q --allow-empty -m base && git -C repo tag base
  for side in ours b4; do
    git -C repo checkout -q -b "$side" base
    git -C repo am -q "../$side.mbx" >"$side.out" 2>&1 || { echo failed >"$side.failed"; git -C repo am --abort; }
    git -C repo log --reverse --date=raw -z --format='%T%n%an <%ae> %ad%n%B' base.."$side" >"$side.log"
  done
  cp -r base pushed
  (cd pushed && QUILT_PATCHES=../patches quilt push -a >../quilt.out 2>&1) || echo failed >quilt.failed
  rm -rf pushed/.pc
  GIT_INDEX_FILE="$PWD/index" git --git-dir=repo/.git --work-tree=pushed add -A
  GIT_INDEX_FILE="$PWD/index" git --git-dir=repo/.git write-tree >quilt.tree
  git -C repo rev-parse 'ours^{tree}' >ours.tree`;

test("git am makes the same commits of our mailbox as of b4's, and quilt push the same files", () => {
  const complete = threads.flatMap((thread) => {
    const { postings } = findPostings(thread.mails);
    return b4
      .filter(({ thread: name, complete: whole }) => name === thread.name && whole)
      .flatMap((series) => {
        const ids = series.patches.map(({ id }) => id).join();
        const posting = postings.find(({ slots }) => slots.map((slot) => slot?.message.messageId).join() === ids);
        return posting === undefined ? [] : [{ posting, series }];
      });
  });
  const cases = complete
    .map(({ posting, series }, index) => prepare(posting, series, index))
    .filter((one) => one !== null);
  runInAll(
    cases.map(({ folder }) => folder),
    APPLY,
    8,
  );
  const applied = cases.filter(({ folder }) => readBytes(folder, "b4.failed") === "");
  const patches = applied.reduce((sum, { b4: series }) => sum + series.patches.length, 0);
  process.stdout.write(
    `am: ${complete.length} complete series, files made for ${cases.length}, ${applied.length} of them apply, ${patches} patches\n`,
  );
  const differing = new Set<string>();
  const wrong = cases.flatMap(({ posting, folder }) => {
    const named = `${digest(posting.id ?? "")} ${posting.subject}`;
    const file = (name: string): string => readBytes(folder, name);
    const [ours, theirs] = [commitsIn(file("ours.log")), commitsIn(file("b4.log"))];
    for (const [index, slot] of posting.slots.entries()) {
      if (ours[index] !== theirs[index]) differing.add(digest(slot?.message.messageId ?? ""));
    }
    return [
      ...(file("ours.failed") === file("b4.failed")
        ? []
        : [`${named}: git am: ${file("ours.out")} b4: ${file("b4.out")}`]),
      ...(file("quilt.failed") === file("ours.failed") ? [] : [`${named}: quilt push: ${file("quilt.out")}`]),
      ...(file("quilt.tree") === file("ours.tree") ? [] : [`${named}: quilt push made other files`]),
    ];
  });
  expect(wrong).toEqual([]);
  expect([...differing].toSorted()).toEqual(listedPatches().toSorted());
  expect(complete.length).toBeGreaterThanOrEqual(COMPLETE);
  expect(applied.length).toBeGreaterThanOrEqual(APPLIED);
});

function commitsIn(log: string): string[] {
  return log.split("\0");
}

/** The patches, by the digest of their Message-ID, whose commits differ by what is listed. */
function listedPatches(): string[] {
  const lines = readFileSync(join(import.meta.dirname, "b4/differences.txt"), "utf8").split("\n");
  return [...new Set(lines.flatMap((line) => /^[0-9a-f]{12} \S+ \d+ ([0-9a-f]{12}) /.exec(line)?.[1] ?? []))];
}
