// Story: Debian's own queues for its kernel and other packages, built by Longarm and pushed by quilt with its own settings,
// give one and the same tree.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import type { Stage } from "./stage.ts";
import { longarmJson, makeStage } from "./stage.ts";

const kernel = inject("kernel");
const repository = kernel["repository"] ?? "";
const patches = kernel["debian_patches"] ?? "";

interface Report {
  readonly base: string;
  readonly commits: number;
  readonly results: readonly { readonly name: string; readonly outcome: string }[];
  readonly branches: readonly { readonly name: string; readonly commit: string; readonly complete: boolean }[];
}

test("Debian's linux-source package is one commit that a tree can sit on", () => {
  using stage = makeStage("source");
  const git = (...args: string[]): string => stage.git(["--git-dir", repository, ...args]);
  expect(git("rev-list", "--count", "debian-source")).toBe("1");
  const version = /^(\d+)\.(\d+)\.(\d+)/.exec(kernel["source_version"] ?? "");
  const makefile = git("show", "debian-source:Makefile");
  expect(/^VERSION = (\d+)\nPATCHLEVEL = (\d+)\nSUBLEVEL = (\d+)$/m.exec(makefile)?.slice(1)).toEqual(
    version?.slice(1),
  );
  const source = stage.clone(repository, "source.git");
  const made = stage.longarm(init(source, kernel["debian_source"] ?? ""));
  expect(made).toMatchObject({ exitCode: 0, stderr: "" });
  expect(longarmJson<Report>(stage, ["build", "-C", "tree"])).toMatchObject({
    exitCode: 0,
    value: {
      base: kernel["debian_source"],
      commits: 0,
      branches: [{ name: "queue", commit: kernel["debian_source"] }],
    },
  });
});

test("Debian's queue for its kernel builds to the tree that quilt push -a leaves, hash for hash", () => {
  expect(buildsAsQuiltPushes("linux", repository, patches)).toBeGreaterThan(100);
});

/**
 * Source packages with other habits than the kernel's, and a number of patches that none of them will fall below soon:
 * glibc mixes git's diffs, `Index:` lines and bare diffs, nearly all of grub2's are git mails, of exim4's bare diffs;
 * in freeimage, files and hunks are CRLF.
 */
const PACKAGES = [
  ["glibc", 60],
  ["grub2", 60],
  ["exim4", 50],
  ["freeimage", 10],
] as const;

test.each(PACKAGES)(
  "Debian's queue for %s builds to the tree that quilt push -a leaves, hash for hash",
  (name, least) => {
    const values = debianSource(name);
    const count = buildsAsQuiltPushes(name, values["repository"] ?? "", values["debian_patches"] ?? "");
    process.stdout.write(`${name} ${values["version"]}: ${count} patches\n`);
    expect(count).toBeGreaterThanOrEqual(least);
  },
);

/** What tools/debian-source prints, by name; the first run downloads the newest version that there is. */
function debianSource(name: string): Record<string, string> {
  const root = join(import.meta.dirname, "../..");
  const text = execFileSync(join(root, "tools/debian-source"), [name], {
    env: { ...process.env, LONGARM_CACHE: kernel["cache"] ?? "" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map((found) => [found[1] ?? "", found[2] ?? ""]));
}

/** Builds a queue with Longarm and pushes it with quilt; both must make the same tree. Returns the number of patches. */
function buildsAsQuiltPushes(name: string, from: string, queue: string): number {
  using stage = makeStage(name);
  const source = stage.clone(from, "source.git");
  expect(stage.longarm([...init(source, "debian-orig"), "--import-quilt", queue])).toMatchObject({ exitCode: 0 });
  const names = seriesOf(readFileSync(join(queue, "series"), "utf8"));
  const { exitCode, value } = longarmJson<Report>(stage, ["build", "-C", "tree"]);
  expect(exitCode).toBe(0);
  expect(value.results.map((result) => result.name)).toEqual(names);
  expect(value.branches).toMatchObject([{ name: "queue", complete: true }]);
  expect(value.commits).toBe(names.length);
  const built = stage.git(["--git-dir", source, "rev-parse", "queue^{tree}"]);
  expect(built).not.toBe(stage.git(["--git-dir", source, "rev-parse", "debian-orig^{tree}"]));
  expect(built).toBe(pushWithQuilt(stage, source, queue));
  return names.length;
}

function init(source: string, base: string): string[] {
  return ["init", "tree", "--source", source, "--base", base, "--maintainer", "Story Teller <story@example.org>"];
}

/** The patch names of a series, without options and comments. */
function seriesOf(series: string): string[] {
  return series.split("\n").flatMap(
    (line) =>
      line
        .replace(/(?:^|[ \t]+)#.*/, "")
        .match(/\S+/)
        ?.slice(0, 1) ?? [],
  );
}

/** Checks out the base, pushes everything with quilt and returns the tree of what lies there but quilt's own directory. */
function pushWithQuilt(stage: Stage, source: string, queue: string): string {
  const work = stage.path("work");
  stage.run("mkdir", [work]);
  const env = { GIT_DIR: source, GIT_WORK_TREE: work, GIT_INDEX_FILE: stage.path("index") };
  stage.git(["read-tree", "-m", "-u", "debian-orig"], { env });
  const pushed = stage.run("quilt", ["--quiltrc", "-", "push", "-a", "-q"], {
    cwd: "work",
    env: { QUILT_PATCHES: queue, QUILT_PC: ".pc" },
  });
  if (pushed.exitCode !== 0) throw new Error(`quilt push -a: ${pushed.stdout.slice(-2000)}${pushed.stderr}`);
  stage.run("rm", ["-rf", join(work, ".pc")]);
  // Forced, because a new file of a patch may be one that the kernel's .gitignore names.
  stage.git(["add", "--all", "--force", "."], { env, cwd: "work" });
  return stage.git(["write-tree"], { env });
}
