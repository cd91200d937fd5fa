// Where the benchmark works: the kernel and the queue from the cache, a tree that was made once, and a place for each run.
// Nothing here is measured, and nothing in the cache changes.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
export const longarmProgram = join(root, "bin/longarm");

export interface Workshop extends Disposable {
  readonly env: NodeJS.ProcessEnv;
  /** Base commit, and the tree that the whole queue must give. */
  readonly base: string;
  readonly tree: string;
  readonly count: number;
  /** Directory of the quilt series. */
  readonly patches: string;
  /** The commits that `longarm build` makes, as `git fast-export` writes them, and the last one's id. */
  readonly stream: string;
  readonly tip: string;
  run(program: string, args: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv, input?: string): string;
  /** A directory with a bare clone `source.git`, and `tree`, a Longarm tree on it whose branches were never built. */
  makeTree(): string;
  makeEmpty(): string;
  /** The same after a build of the whole queue. */
  makeBuilt(): string;
  /** A work tree of the kernel with the base checked out; there is one only. */
  makeCheckout(): string;
  /** A directory with the files that the queue touches as the base has them, and without the rest of the kernel. */
  makeFiles(): string;
  /** The git tree that the base becomes with the files in a directory of {@link makeFiles}. */
  treeOf(files: string): string;
  remove(place: string): void;
}

/** Downloads and generates what is missing in the cache, then sets up in a temporary directory. */
export function makeWorkshop(count: number): Workshop {
  const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
  const prepare = (...command: string[]): Map<string, string> => {
    const text = execFileSync(command[0] ?? "", command.slice(1), {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
    });
    return new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map((found) => [found[1] ?? "", found[2] ?? ""]));
  };
  prepare("sh", "tools/set-up");
  const repository = prepare("tools/debian-kernel").get("repository") ?? "";
  const queue = prepare("tools/bench-queue", `${count}`);
  const [base = "", tree = "", patches = ""] = ["base", "tree", "patches"].map((name) => queue.get(name) ?? "");

  const dir = mkdtempSync(join(tmpdir(), "longarm-bench-"));
  const env: NodeJS.ProcessEnv = {
    PATH: path,
    HOME: dir,
    TMPDIR: tmpdir(),
    TZ: "UTC",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_COMMITTER_NAME: "Bench Maintainer",
    GIT_COMMITTER_EMAIL: "bench@example.org",
    SOURCE_DATE_EPOCH: "1800000000",
  };
  const run: Workshop["run"] = (program, args, cwd = dir, more = {}, input = "") =>
    execFileSync(program, args, {
      cwd,
      env: { ...env, ...more },
      input,
      encoding: "latin1",
      maxBuffer: 1 << 30,
    }).trimEnd();

  // Everything once: what each run gets a copy of.
  const model = join(dir, "model");
  run("git", [
    "clone",
    "--quiet",
    "--bare",
    "--shared",
    "--single-branch",
    "--branch=debian-source",
    repository,
    join(model, "source.git"),
  ]);
  run("git", ["--git-dir", join(model, "source.git"), "config", "gc.auto", "0"]);
  const maintainer = ["--maintainer", "Bench Maintainer <bench@example.org>"];
  run(
    longarmProgram,
    ["init", "tree", "--source", "source.git", "--base", base, ...maintainer, "--import-quilt", patches],
    model,
  );
  const stream = join(dir, "queue.fe");
  const files = join(dir, "files");
  const touched = readTouched(patches);
  mkdirSync(files);
  const filled = { GIT_DIR: join(model, "source.git"), GIT_WORK_TREE: files, GIT_INDEX_FILE: join(dir, "index") };
  run("git", ["read-tree", base], dir, filled);
  const known = new Set(run("git", ["ls-files", "-z"], dir, filled).split("\0"));
  const existing = touched.filter((name) => known.has(name)).join("\n");
  run("git", ["checkout-index", "--quiet", "--stdin"], files, filled, existing);

  let places = 0;
  const place = (from: string): string => {
    places += 1;
    const to = join(dir, `place-${places}`);
    cpSync(from, to, { recursive: true });
    return to;
  };
  /** In a copy every file is new to git, which would read all of them again: the index is made to know them. */
  const treePlace = (from: string): string => {
    const to = place(from);
    run("git", ["-C", join(to, "tree"), "update-index", "-q", "--refresh"]);
    return to;
  };
  const made = place(model);
  run(longarmProgram, ["build", "-C", join(made, "tree")]);
  const tip = run("git", ["--git-dir", join(made, "source.git"), "rev-parse", "queue"]);
  // Through a file: ten thousand patches are more than a string can hold.
  const range = `--reference-excluded-parents ${base}..queue`;
  run("sh", ["-c", `exec git --git-dir='${join(made, "source.git")}' fast-export ${range} >'${stream}'`]);
  const checkout = join(dir, "checkout");

  return {
    env,
    base,
    tree,
    count,
    patches,
    stream,
    tip,
    run,
    makeTree: () => treePlace(model),
    makeBuilt() {
      const to = treePlace(made);
      // A build, too, knows files by inode and times; one that finds nothing to do learns those of the copy.
      run(longarmProgram, ["build", "-C", join(to, "tree")]);
      return to;
    },
    makeEmpty: () => mkdtempSync(join(dir, "empty-")),
    makeCheckout() {
      if (!existsSync(checkout)) {
        run("git", ["clone", "--quiet", "--shared", "--no-checkout", repository, checkout]);
        run("git", ["-C", checkout, "config", "gc.auto", "0"]);
        run("git", ["-C", checkout, "branch", "base", base]);
      }
      run("git", ["-C", checkout, "checkout", "--quiet", "--force", "-B", "work", "base"]);
      return checkout;
    },
    makeFiles: () => place(files),
    treeOf(work) {
      const index = join(dir, "index-of-work");
      cpSync(join(dir, "index"), index);
      const at = { GIT_DIR: join(model, "source.git"), GIT_WORK_TREE: work, GIT_INDEX_FILE: index };
      run("git", ["update-index", "--add", "--remove", "--stdin"], work, at, touched.join("\n"));
      return run("git", ["write-tree"], work, at);
    },
    remove(one) {
      if (one !== checkout) rmSync(one, { recursive: true, force: true });
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The paths that the patches of a `-p1` series name. */
function readTouched(patches: string): string[] {
  const series = readFileSync(join(patches, "series"), "utf8")
    .split("\n")
    .filter((name) => name !== "");
  const paths = series.flatMap((name) =>
    [...readFileSync(join(patches, name), "latin1").matchAll(/^(?:---|\+\+\+) [ab]\/(\S+)$/gm)].map(
      (found) => found[1] ?? "",
    ),
  );
  return [...new Set(paths)];
}
