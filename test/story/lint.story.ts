// Story: what lint says of Debian's queue for its kernel, against the kernel's own checkpatch.pl and get_maintainer.pl run by hand on a
// checkout of what they need: the same remarks and people, whatever our scratch directory, chunks and memory do.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import { runInside } from "../cli/transcript.ts";

const kernel = inject("kernel");
const dir = mkdtempSync(join(tmpdir(), "longarm-lint-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Patches that are compared: enough for several chunks. */
const COMPARED = 25;

interface Report {
  readonly findings: readonly { readonly patch: string; readonly lint: string; readonly message: string }[];
  readonly notJudged: readonly string[];
}

const longarm = async (...args: string[]): Promise<string> => {
  const { stdout, stderr, status } = await runInside(args, dir, new Date(Date.UTC(2026, 1, 11)));
  expect([stderr, status]).toEqual(["", 0]);
  return stdout;
};

test("remarks and people are those of the kernel's own scripts", async () => {
  const repository = kernel["repository"] ?? "";
  execFileSync("git", ["clone", "--quiet", "--shared", "--bare", repository, join(dir, "source.git")]);
  const queue = kernel["debian_patches"] ?? "";
  await longarm(
    "init",
    "tree",
    "--source",
    "source.git",
    "--base",
    kernel["debian_orig"] ?? "",
    "--import-quilt",
    queue,
  );
  const config = join(dir, "tree", "longarm.toml");
  writeFileSync(config, `${readFileSync(config, "utf8")}\n[lint]\n"checkpatch-check" = "note"\nseparator = "note"\n`);
  const names = readFileSync(join(dir, "tree", "series"), "utf8")
    .split("\n")
    .filter((line) => /^[^#\s]\S*$/.test(line))
    .slice(0, COMPARED);
  expect(names.length).toBe(COMPARED);

  const lint = async (): Promise<Report> => {
    const { stdout } = await runInside(["lint", "-C", "tree", "--json", ...names], dir, new Date());
    return JSON.parse(stdout) as Report;
  };
  const report = await lint();
  expect(await lint()).toEqual(report);

  const hand = join(dir, "hand");
  for (const path of [
    "scripts/checkpatch.pl",
    "scripts/get_maintainer.pl",
    "scripts/spelling.txt",
    "scripts/const_structs.checkpatch",
    "MAINTAINERS",
    ".get_maintainer.ignore",
    ".mailmap",
  ]) {
    mkdirSync(dirname(join(hand, path)), { recursive: true });
    const show = ["--git-dir", repository, "show", `debian-orig:${path}`];
    writeFileSync(join(hand, path), execFileSync("git", show, { maxBuffer: 64 * 1024 * 1024 }));
  }
  expect(readdirSync(hand).length).toBeGreaterThan(1);
  const perl = (...args: string[]): string[] =>
    spawnSync("perl", args, { cwd: hand, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "", HOME: hand } })
      .stdout.split("\n")
      .filter((line) => line !== "");
  for (const name of names) {
    const file = join(dir, "tree", "patches", name);
    const own = report.findings.filter(({ patch }) => patch === name);
    const remarks = perl(
      "scripts/checkpatch.pl",
      "--no-tree",
      "--strict",
      "--terse",
      "--show-types",
      "--no-summary",
      "--ignore=UNKNOWN_COMMIT_ID",
      file,
    );
    const types = remarks.flatMap((line) => /: (?:ERROR|WARNING|CHECK):([A-Z0-9_]+): /.exec(line)?.[1] ?? []);
    const found = own.filter(({ lint: one }) => one.startsWith("checkpatch:")).map(({ lint: one }) => one.slice(11));
    expect([name, found.sort()]).toEqual([name, types.sort()]);
    const people = perl(
      "scripts/get_maintainer.pl",
      "--no-tree",
      "--no-git",
      "--no-git-fallback",
      "--no-l",
      "--roles",
      file,
    );
    const text = readFileSync(file, "latin1").toLowerCase();
    const missing = people.filter((line) => !text.includes((/<(.*)>/.exec(line)?.[1] ?? line).toLowerCase()));
    const said = own.filter(({ lint: one }) => one === "missing-people").map(({ message }) => message);
    // Somebody may be named by another address, so fewer people may be missing, but nobody else.
    expect(said.filter((line) => !missing.some((person) => line.includes(person)))).toEqual([]);
  }
});
