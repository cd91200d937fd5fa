// Story: Debian's own queue for its kernel, built by Longarm and pushed by quilt, gives one and the same tree.
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

test("Debian's quilt series builds to the tree that quilt push -a leaves, hash for hash", () => {
  using stage = makeStage("debian");
  const source = stage.clone(repository, "source.git");
  expect(stage.longarm([...init(source, "debian-orig"), "--import-quilt", patches])).toMatchObject({ exitCode: 0 });
  const names = seriesOf(readFileSync(join(patches, "series"), "utf8"));
  const { exitCode, value } = longarmJson<Report>(stage, ["build", "-C", "tree"]);
  expect(exitCode).toBe(0);
  expect(value.results.map(({ name }) => name)).toEqual(names);
  expect(value.branches).toMatchObject([{ name: "queue", complete: true }]);
  expect(value.commits).toBe(names.length);
  const built = stage.git(["--git-dir", source, "rev-parse", "queue^{tree}"]);
  expect(built).not.toBe(stage.git(["--git-dir", source, "rev-parse", "debian-orig^{tree}"]));
  expect(built).toBe(pushWithQuilt(stage, source));
});

function init(source: string, base: string): string[] {
  return ["init", "tree", "--source", source, "--base", base, "--maintainer", "Story Teller <story@example.org>"];
}

/** The patch names of a series without options, as Debian's is. */
function seriesOf(series: string): string[] {
  return series.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** Checks out the base, pushes everything with quilt and returns the tree of what lies there but quilt's own directory. */
function pushWithQuilt(stage: Stage, source: string): string {
  const work = stage.path("work");
  stage.run("mkdir", [work]);
  const env = { GIT_DIR: source, GIT_WORK_TREE: work, GIT_INDEX_FILE: stage.path("index") };
  stage.git(["read-tree", "-m", "-u", "debian-orig"], { env });
  const pushed = stage.run("quilt", ["--quiltrc", "-", "push", "-a", "-q"], {
    cwd: "work",
    env: { QUILT_PATCHES: patches, QUILT_PC: ".pc" },
  });
  if (pushed.exitCode !== 0) throw new Error(`quilt push -a: ${pushed.stdout.slice(-2000)}${pushed.stderr}`);
  stage.run("rm", ["-rf", join(work, ".pc")]);
  // Forced, because a new file of a patch may be one that the kernel's .gitignore names.
  stage.git(["add", "--all", "--force", "."], { env, cwd: "work" });
  return stage.git(["write-tree"], { env });
}
