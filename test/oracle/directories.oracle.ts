// Files where directories were, and directories where files were: plain series pushed by quilt, git's applied by git apply, and by us.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { bytesOf, fromByteString } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { BaseEntry } from "#model/files";
import { fileAt, filesOf, pushAll } from "#model/files";
import { readTree } from "./random-tree.ts";
import { caseCount, caseFolder, Random, scratchFolder, seed } from "./real-tools.ts";

const PATHS = ["d", "d/a", "d/s", "d/s/b", "d/s/c/e", "f", "f/g"];
const CASES = caseCount(60);
const scratch = scratchFolder();

/** Patches that delete and make files at random, so that names are files now and directories then. */
function seriesOf(random: Random, start: ReadonlySet<string>, git: boolean): string[] {
  let there = new Set(start);
  return Array.from({ length: 6 }, () => {
    const taken = [...there].filter(() => random.chance(0.5));
    const left = new Set([...there].filter((path) => !taken.includes(path)));
    // A plain diff does one or the other: within one, GNU patch takes back what it did only at its end.
    const made = !git && taken.length > 0 ? [] : PATHS.filter((path) => !there.has(path) && random.chance(0.2));
    there = new Set([...left, ...made]);
    const parts = [...taken.map((path) => partOf(path, "take", git)), ...made.map((path) => partOf(path, "make", git))];
    return parts.join("");
  }).filter((text) => text !== "");
}

function partOf(path: string, kind: "take" | "make", git: boolean): string {
  const head = kind === "take" ? "deleted file mode 100644" : "new file mode 100644";
  const names = kind === "take" ? `--- a/${path}\n+++ /dev/null\n` : `--- /dev/null\n+++ b/${path}\n`;
  const hunk = kind === "take" ? `@@ -1 +0,0 @@\n-${path}\n` : `@@ -0,0 +1 @@\n+${path}\n`;
  return `${git ? `diff --git a/${path} b/${path}\n${head}\n` : ""}${names}${hunk}`;
}

/** The files at the start, none of them in the way of another. */
function startOf(random: Random): Set<string> {
  const start = new Set<string>();
  for (const path of PATHS) {
    const clash = [...start].some((one) => path.startsWith(`${one}/`) || one.startsWith(`${path}/`));
    if (!clash && random.chance(0.6)) start.add(path);
  }
  return start;
}

test.each([true, false])(
  `${CASES} series leave the files that the real tools leave (git style: %s, SEED=${seed})`,
  (git) => {
    let refused = 0;
    for (let index = 0; index < CASES; index++) {
      const random = new Random(2 * index + Number(git));
      const start = startOf(random);
      const patches = seriesOf(random, start, git);
      const folder = caseFolder(scratch, 2 * index + Number(git));
      writeFiles(folder, start);
      mkdirSync(join(folder, "patches"));
      for (const [at, text] of patches.entries()) writeFileSync(join(folder, "patches", `p${at}`), text);
      writeFileSync(join(folder, "patches/series"), patches.map((_, at) => `p${at}\n`).join(""));
      const script = git
        ? "git init -q . && git add -A . ':!patches' && for p in $(cat patches/series); do git apply --index patches/$p || exit 1; done"
        : "quilt --quiltrc - push -a -q";
      try {
        execFileSync("sh", ["-c", script], { cwd: folder, stdio: "pipe" });
      } catch {
        // The first that does not apply is the last that was tried.
      }
      // A git apply that fails at its end has written some files already, and nothing to its index.
      const left = (
        git ? execFileSync("git", ["ls-files"], { cwd: folder, encoding: "utf8" }).split("\n") : filesIn(folder)
      )
        .filter((path) => path !== "")
        .sort();
      const steps = patches.map((text) => ({
        diff: parseDiff(bytesOf(text)),
        settings: { strip: 1, fuzz: git ? 0 : 2, reverse: false },
      }));
      const { files, outcomes } = pushAll(filesOf(baseOf(start)), steps, ({ kind }) => kind === "rejected");
      refused += outcomes.filter(({ kind }) => kind === "rejected").length;
      const ours = PATHS.filter((path) => fileAt(files, path) !== null).sort();
      expect(ours, `${folder}\n${[...start].join(" ")}\n${patches.join("====\n")}`).toEqual(left);
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(CASES);
  },
);

function filesIn(folder: string): string[] {
  return [...readTree(folder).keys()].filter((path) => !/^(?:patches|\.pc)\//.test(path));
}

function writeFiles(folder: string, paths: Iterable<string>): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${path}\n`);
  }
}

function baseOf(start: ReadonlySet<string>): Map<string, BaseEntry> {
  const base = new Map<string, BaseEntry>();
  for (const path of PATHS) {
    const below = [...start].filter((one) => one.startsWith(`${path}/`));
    const by = [...start].find((one) => path.startsWith(`${one}/`));
    if (start.has(path)) base.set(path, { kind: "file", mode: "100644", bytes: fromByteString(`${path}\n`) });
    else if (below.length > 0) base.set(path, { kind: "directory", files: below });
    else if (by !== undefined) base.set(path, { kind: "blocked", by, mode: "100644" });
  }
  return base;
}
