// Runs GNU patch and git apply on many placement cases in few processes, and reads what they say of every hunk.
// A case is a file of its own in a folder that a whole batch shares.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { PlacementCase } from "./placement-cases.ts";
import type { Random } from "./real-tools.ts";
import { readBytes, runInAll } from "./real-tools.ts";

/** What a tool said of one hunk. Lines are 1-based, in the new file. */
export interface HunkReport {
  readonly failed: boolean;
  readonly line: number;
  readonly offset: number;
  readonly fuzz: number;
}

/** What a tool made of one case. */
export interface ToolResult {
  readonly after: string;
  /** By hunk number, from 1; what applied where its head says is not mentioned. */
  readonly hunks: ReadonlyMap<number, HunkReport>;
  /** The lines it printed for this file. */
  readonly said: string;
}

/** Cases of a batch: large enough that starting a process is cheap, small enough that both processors are busy. */
const BATCH = 250;

/** GNU patch 2.7.6 on every case; those on which it dies (of an assertion, or of writing an empty line without LF) have no result. */
export function runGnuPatch(scratch: string, cases: readonly PlacementCase[]): Map<PlacementCase, ToolResult> {
  const batches = batchesOf(join(scratch, "patch"), cases);
  for (let left = batches.filter((one) => one.todo.length > 0); left.length > 0;) {
    for (const { folder, todo } of left)
      writeFileSync(join(folder, "p"), todo.map(({ patch }) => patch).join(""), "latin1");
    runInAll(
      left.map(({ folder }) => folder),
      // Line by line, so that of a run that dies the last line names the file it died on.
      "stdbuf -oL patch -p1 -f --no-backup-if-mismatch -r - $(cat options) -i p >>out 2>>err; echo $? >status",
      1,
    );
    left = left.filter((batch) => {
      if (Number(readBytes(batch.folder, "status")) <= 1) return false;
      const error = readBytes(batch.folder, "err");
      if (!/Assertion|write error/.test(error)) throw new Error(`patch on ${batch.folder}: ${error}`);
      const last = [...readBytes(batch.folder, "out").matchAll(/^patching file (.*)$/gm)].at(-1)?.[1];
      const at = batch.todo.findIndex(({ name }) => name === last);
      batch.crashed.add(last ?? "");
      batch.todo = batch.todo.slice(at + 1);
      return at >= 0 && batch.todo.length > 0;
    });
  }
  const results = new Map<PlacementCase, ToolResult>();
  for (const { folder, cases: of, crashed } of batches) {
    const texts = new Map(
      readBytes(folder, "out")
        .split(/^(?:\(Stripping trailing CRs.*\n)?patching file /m)
        .map((text) => [text.slice(0, text.indexOf("\n")), text] as const),
    );
    for (const one of of) {
      const said = texts.get(one.name);
      if (crashed.has(one.name)) continue;
      if (said === undefined) throw new Error(`patch says nothing of ${join(folder, one.name)}`);
      results.set(one, { after: readBytes(folder, one.name), hunks: gnuReports(said), said });
    }
  }
  return results;
}

/** git apply on every case, each hunk for itself ("--reject"), which it does with fuzz 0 and all of its anchors. */
export function runGitApply(scratch: string, cases: readonly PlacementCase[]): Map<PlacementCase, ToolResult> {
  const batches = batchesOf(join(scratch, "git"), cases);
  for (const { folder, cases: of } of batches)
    writeFileSync(join(folder, "p"), of.map(({ patch }) => patch).join(""), "latin1");
  runInAll(
    batches.map(({ folder }) => folder),
    "GIT_CEILING_DIRECTORIES=$PWD/.. git apply -v --reject --whitespace=nowarn $(sed s/-F.//  options) p >out 2>err; echo $? >status",
    1,
  );
  const results = new Map<PlacementCase, ToolResult>();
  for (const { folder, cases: of } of batches) {
    const error = readBytes(folder, "err");
    if (Number(readBytes(folder, "status")) > 1) throw new Error(`git apply on ${folder}: ${error.slice(-500)}`);
    // It says first where hunks would go, for all files, and then which ones it rejects, for all files again.
    const texts = new Map<string, string>();
    for (const part of error.split(/^(?=(?:Checking|Applying|Applied) patch )/m)) {
      const name = /^\S+ patch (.*?)(?:\.\.\.| cleanly\.| with \d+ rejects?\.\.\.)$/m.exec(part)?.[1] ?? "";
      texts.set(name, (texts.get(name) ?? "") + part);
    }
    for (const one of of) {
      const said = texts.get(one.name) ?? "";
      results.set(one, { after: readBytes(folder, one.name), hunks: gitReports(said), said });
    }
  }
  return results;
}

interface Batch {
  readonly folder: string;
  readonly cases: readonly PlacementCase[];
  readonly crashed: Set<string>;
  todo: readonly PlacementCase[];
}

function batchesOf(parent: string, cases: readonly PlacementCase[]): Batch[] {
  mkdirSync(parent, { recursive: true });
  const groups = Map.groupBy(cases, ({ fuzz, reverse }) => `-F${fuzz}${reverse ? " -R" : ""}`);
  return [...groups].flatMap(([options, group]) => {
    const count = Math.ceil(group.length / BATCH);
    return Array.from({ length: count }, (_, index): Batch => {
      const folder = join(parent, `${options.replaceAll(" ", "")}-${index}`);
      const of = group.slice(index * BATCH, (index + 1) * BATCH);
      mkdirSync(folder);
      writeFileSync(join(folder, "options"), options);
      for (const { name, before } of of) writeFileSync(join(folder, name), before, "latin1");
      return { folder, cases: of, crashed: new Set(), todo: of };
    });
  });
}

function gnuReports(said: string): Map<number, HunkReport> {
  const pattern = /^Hunk #(\d+) (succeeded|FAILED) at (-?\d+)(?: with fuzz (\d+))?(?: \(offset (-?\d+) lines?\))?/gm;
  return new Map(
    [...said.matchAll(pattern)].map(([, hunk, word, line, fuzz, offset]) => [
      Number(hunk),
      { failed: word === "FAILED", line: Number(line), offset: Number(offset ?? 0), fuzz: Number(fuzz ?? 0) },
    ]),
  );
}

function gitReports(said: string): Map<number, HunkReport> {
  const pattern = /^(?:Rejected hunk #(\d+)\.|Hunk #(\d+) succeeded at (\d+) \(offset (-?\d+) lines?\)\.)$/gm;
  return new Map(
    [...said.matchAll(pattern)].map(([, rejected, hunk, line, offset]) => [
      Number(rejected ?? hunk),
      { failed: rejected !== undefined, line: Number(line ?? 0), offset: Number(offset ?? 0), fuzz: 0 },
    ]),
  );
}

const FILES = /\.(?:[chS]|txt|rst|py|pl|sh|dts|dtsi)$|(?:^|\/)(?:Kconfig|Makefile|MAINTAINERS)$/;
const MAX_FILE = 120_000;

/** The texts of some files of the kernel that tools/debian-kernel keeps (and downloads when it is not there). */
export function kernelTexts(random: Random, count: number): string[] {
  const kernel = execFileSync(join(import.meta.dirname, "../../tools/debian-kernel"), {
    // Tests have no home; the kernel lies in that of the user.
    env: { ...process.env, HOME: userInfo().homedir },
    encoding: "utf8",
  });
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(kernel)?.[1] ?? "";
  const git = (args: readonly string[], input = ""): Buffer =>
    execFileSync("git", ["--git-dir", value("repository"), ...args], { input, maxBuffer: 1 << 30 });
  const blobs = git(["ls-tree", "-r", "-l", "-z", value("debian_orig")])
    .toString("latin1")
    .split("\0")
    .flatMap((entry) => {
      const [, id = "", size = "", path = ""] = /^100... blob (\S+) +(\d+)\t(.*)$/s.exec(entry) ?? [];
      return FILES.test(path) && Number(size) > 200 && Number(size) < MAX_FILE ? [id] : [];
    });
  const wanted = Array.from({ length: count }, () => random.pick(blobs));
  const output = git(["cat-file", "--batch"], wanted.map((id) => `${id}\n`).join(""));
  const texts: string[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const size = Number(output.toString("latin1", at, end).split(" ")[2]);
    texts.push(output.toString("latin1", end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return texts;
}
