// public-inbox archives for tests, made with plain git the way public-inbox writes them. Test code only.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { bytesOf, byteString, concatBytes } from "#model/bytes";
import type { ArchiveOptions } from "./archive.ts";
import type { ContractArchive } from "./contract.ts";
import { openPublicInbox } from "./public-inbox.ts";

/** How a test's inbox is laid out. */
export interface Layout {
  readonly version: 1 | 2;
  readonly format?: "sha1" | "sha256";
  readonly bare?: boolean;
  /** Mails of an epoch before the next one begins; null for a single repository. */
  readonly epoch: number | null;
}

/** An inbox of a test. */
export interface TestInbox extends ContractArchive {
  readonly dir: string;
  /** Path of the repository that is written to now. */
  repository(): string;
}

/** Makes an empty inbox. */
export async function makeInbox({ version, format = "sha1", bare = true, epoch }: Layout): Promise<TestInbox> {
  const dir = await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-inbox-"));
  let delivered = 0;
  const repository = (): string =>
    epoch === null ? dir : join(dir, "git", `${Math.floor(Math.max(0, delivered - 1) / epoch)}.git`);
  const make = async (): Promise<void> => {
    const args = [
      "init",
      "--quiet",
      "--initial-branch=master",
      `--object-format=${format}`,
      ...(bare ? ["--bare"] : []),
    ];
    await fs.mkdir(repository(), { recursive: true });
    execFileSync("git", [...args, repository()], { stdio: "ignore" });
  };
  // One commit, as fast-import is told to write it.
  const commit = (change: string, content: Bytes | null, root = false): void => {
    const now = 1_700_000_000 + delivered;
    const head = [
      "commit refs/heads/master",
      `author A <a@example.org> ${now} +0000`,
      `committer list <list@example.org> ${now} +0000`,
      "data 2\nm\n",
      ...(root || !hasMaster(repository()) ? [] : ["from refs/heads/master^0"]),
      ...(version === 2 ? ["deleteall"] : []),
      change,
    ];
    const data = content === null ? [] : [bytesOf(`data ${content.length}\n`), content, bytesOf("\n")];
    execFileSync("git", ["fast-import", "--quiet", "--force"], {
      cwd: repository(),
      input: concatBytes([bytesOf(`${head.join("\n")}\n`), ...data]),
      stdio: ["pipe", "ignore", "pipe"],
    });
  };
  const pathOf = (bytes: Bytes): string => {
    const id = /^Message-ID: <(.*)>$/im.exec(byteString(bytes))?.[1] ?? "";
    const digest = createHash("sha1")
      .update(id)
      .update(version === 1 ? bytes : "")
      .digest("hex");
    return `${digest.slice(0, 2)}/${digest.slice(2)}`;
  };
  const add = async (bytes: Bytes, root = false): Promise<void> => {
    delivered += 1;
    await fs.access(repository()).catch(make);
    commit(`M 100644 inline ${version === 2 ? "m" : pathOf(bytes)}`, bytes, root);
  };
  await make();
  return {
    dir,
    repository,
    spec: dir,
    open: (options: ArchiveOptions) => Promise.resolve(openPublicInbox(dir, options)),
    deliver: (bytes) => add(bytes),
    remove(bytes) {
      if (version === 2) commit("M 100644 inline d", bytes);
      else commit(`D ${pathOf(bytes)}`, null);
      return Promise.resolve();
    },
    async rewrite(messages) {
      await fs.rm(join(dir, "git"), { recursive: true, force: true });
      delivered = 0;
      await make();
      if (hasMaster(repository()))
        execFileSync("git", ["update-ref", "-d", "refs/heads/master"], { cwd: repository() });
      for (const [index, bytes] of messages.entries()) await add(bytes, index === 0);
    },
    damage() {
      const missing = "1".repeat(format === "sha1" ? 40 : 64);
      const tree = git(repository(), ["mktree", "--missing"], `100644 blob ${missing}\tm\n`);
      const parent = git(repository(), ["rev-parse", "master"]);
      const made = git(repository(), ["commit-tree", "-p", parent, "-m", "m", tree]);
      git(repository(), ["update-ref", "refs/heads/master", made]);
      return Promise.resolve();
    },
    close: () => fs.rm(dir, { recursive: true, force: true }),
  };
}

function git(cwd: string, args: readonly string[], input = ""): string {
  return execFileSync("git", args, { cwd, input, stdio: ["pipe", "pipe", "ignore"] })
    .toString("latin1")
    .trim();
}

function hasMaster(repository: string): boolean {
  return git(repository, ["for-each-ref", "refs/heads/master"]) !== "";
}
