// Files of a shared repository have the modes that git gives its own there, whatever the umask.
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeSandbox, type Sandbox } from "./sandbox.ts";
import { sharingOf } from "./shared.ts";

test.each(["umask", "group", "all", "0660", "0640", "true"])(
  "--shared=%s: our objects beside git's",
  async (shared) => {
    await using sandbox = await makeSandbox();
    for (const [name, count] of [
      ["git", 1],
      ["ours", 1],
      ["git-pack", 60],
      ["ours-pack", 60],
    ] as const) {
      sandbox.git(["init", "-q", "--bare", `--shared=${shared}`, name]);
      if (name.startsWith("git")) writeByGit(sandbox, name, count);
      else writeByUs(sandbox, name, count);
    }
    expect(modesIn(join(sandbox.dir, "ours/objects"))).toEqual(modesIn(join(sandbox.dir, "git/objects")));
    expect(modesIn(join(sandbox.dir, "ours-pack/objects/pack"))).toEqual(
      modesIn(join(sandbox.dir, "git-pack/objects/pack")).filter((line) => !line.startsWith(".rev")),
    );
  },
);

/** In a process of its own, with a umask that gives others nothing. */
function writeByUs(sandbox: Sandbox, name: string, count: number): void {
  const program = `
    process.umask(0o077);
    const { openGit } = await import(${JSON.stringify(join(import.meta.dirname, "index.ts"))});
    await using git = await openGit(${JSON.stringify(join(sandbox.dir, name))});
    const someone = { name: "A", email: "a@example.org", date: "1700000000 +0000" };
    await git.writeCommits([{ parent: null, author: someone, committer: someone, message: Buffer.from("m\\n"),
      changes: Array.from({ length: ${count} }, (_, i) => ({ path: "f" + i, mode: "100644", content: Buffer.from(i + "\\n") })) }]);`;
  execFileSync(process.execPath, ["--input-type=module-typescript", "-e", program]);
}

function writeByGit(sandbox: Sandbox, name: string, count: number): void {
  const limit = count > 1 ? 1 : 100;
  const stream = Array.from({ length: count }, (_, i) => `blob\ndata ${String(i).length + 1}\n${i}\n\n`).join("");
  execFileSync(
    "sh",
    [
      "-c",
      `umask 077; exec git -c fastimport.unpackLimit=${limit} --git-dir='${join(sandbox.dir, name)}' fast-import --quiet`,
    ],
    {
      input: stream,
    },
  );
}

/** Each kind of file or directory with its mode. */
function modesIn(dir: string): string[] {
  const lines = readdirSync(dir, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    const stats = statSync(join(dir, name));
    if (/^(?:pack|info)$/.test(name)) return [];
    const kind = stats.isDirectory() ? "directory" : (/\.\w+$/.exec(name)?.[0] ?? "object");
    return [`${kind} ${(stats.mode & 0o7777).toString(8)}`];
  });
  return [...new Set(lines)].sort();
}

test("the setting is read as git reads it", async () => {
  await using sandbox = await makeSandbox();
  sandbox.git(["init", "-q", "--bare", "r"]);
  const config = (...args: string[]): string => sandbox.git(["-C", "r", "config", ...args]);
  expect(sharingOf(join(sandbox.dir, "r"))).toBeNull();
  config("other.sharedRepository", "all");
  expect(sharingOf(join(sandbox.dir, "r"))).toBeNull();
  config("core.sharedRepository", "group");
  expect(sharingOf(join(sandbox.dir, "r"))).toEqual({ bits: 0o660, exactly: false });
  config("--add", "core.sharedRepository", "0640");
  expect(sharingOf(join(sandbox.dir, "r"))).toEqual({ bits: 0o640, exactly: true });
});
