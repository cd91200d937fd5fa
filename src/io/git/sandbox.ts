// A directory for one test that uses real git, removed when the test is done. Test code only; nothing exports it.
import { execFileSync } from "node:child_process";
import { promises as fs, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { byteString, bytesOf } from "#model/bytes";
import type { CommitPlan, Ident } from "./commit-plan.ts";
import type { CommitId } from "./ids.ts";
import { type Git, initRepository } from "./repository.ts";

/** A temporary directory, and plain git in it as an oracle. */
export interface Sandbox extends AsyncDisposable {
  readonly dir: string;
  /** Runs git with its own wits (its index, its environment) and returns its output as a byte string, last line end removed. */
  git(args: readonly string[], options?: { readonly input?: string; readonly env?: NodeJS.ProcessEnv }): string;
  /** A repository of ours in the sandbox, closed with it. */
  repository(
    name: string,
    options?: { readonly bare?: boolean; readonly objectFormat?: "sha1" | "sha256" },
  ): Promise<Git>;
}

/** Makes a sandbox; bind it with `await using`. */
export async function makeSandbox(): Promise<Sandbox> {
  const dir = await fs.realpath(await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-git-")));
  const open: Git[] = [];
  return {
    dir,
    git: (args, { input = "", env = {} } = {}) =>
      byteString(
        execFileSync("git", args, {
          cwd: dir,
          input: Buffer.from(input, "latin1"),
          env: { ...process.env, GIT_AUTHOR_DATE: "1700000000 +0000", GIT_COMMITTER_DATE: "1700000000 +0000", ...env },
          stdio: ["pipe", "pipe", "pipe"],
        }),
      ).replace(/\n$/, ""),
    async repository(name, options = {}) {
      const git = await initRepository(join(dir, name), { branch: "main", ...options });
      open.push(git);
      return git;
    },
    async [Symbol.asyncDispose]() {
      for (const git of open) await git.close();
      await fs.rm(dir, { recursive: true, force: true });
    },
  };
}

export const someone: Ident = { name: "A U Thor", email: "author@example.org", date: "1700000000 +0100" };

/** A commit that writes the given text files (null deletes) on `parent`. */
export function textCommit(
  parent: CommitPlan["parent"],
  files: Readonly<Record<string, string | null>>,
  message = "change\n",
): CommitPlan {
  const changes = Object.entries(files).map(([path, text]) =>
    text === null
      ? ({ path, mode: "delete" } as const)
      : ({ path, mode: "100644", content: Buffer.from(text, "latin1") } as const),
  );
  return { parent, author: someone, committer: someone, message: bytesOf(message), changes };
}

/** Writes the plan and returns the last commit's id. */
export async function writeLast(git: Git, plan: readonly CommitPlan[]): Promise<CommitId> {
  const last = (await git.writeCommits(plan)).at(-1);
  if (last === undefined) throw new Error("an empty plan has no last commit");
  return last;
}

/** Process ids of the git commands that work on the repository right now, as /proc tells (Linux). */
export function processesOn(gitDir: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandLine(pid).includes(`--git-dir=${gitDir}`)).map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It ended meanwhile.
    return "";
  }
}
