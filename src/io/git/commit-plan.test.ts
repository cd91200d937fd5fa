// What we write is what git reads: case files, with `git ls-tree`, `git fsck --strict` and `git var` as judges.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString, quotePath, unquotePath } from "#model/bytes";
import type { FileMode } from "#model/diff";
import { cleanIdent, type CommitChange, type CommitPlan } from "./commit-plan.ts";
import { makeSandbox, someone, writeLast } from "./sandbox.ts";

/** Blocks "# title", input, "==>", expected. With UPDATE_CASES=1 the expected part is written anew. */
async function runCases(
  name: string,
  run: (input: string) => Promise<string>,
): Promise<{ readonly now: string; readonly expected: string }> {
  const file = join(import.meta.dirname, "cases", name);
  const text = readFileSync(file, "utf8");
  const blocks: string[] = [];
  for (const block of text.split(/\n(?=# )/)) {
    const [title = "", ...lines] = block.split("\n");
    const input = lines.slice(0, lines.indexOf("==>")).join("\n");
    blocks.push(`${title}\n${input}\n==>\n${await run(input)}\n`);
  }
  const now = blocks.join("\n");
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, now);
  return { now, expected: readFileSync(file, "utf8") };
}

test("commits become the trees that cases/commits.txt shows, and fsck finds no fault", async () => {
  const { now, expected } = await runCases("commits.txt", async (input) => {
    await using sandbox = await makeSandbox();
    const git = await sandbox.repository("r");
    const plan: CommitPlan[] = [];
    let changes: CommitChange[] = [];
    for (const line of input.split("\n")) {
      if (line === "commit") {
        const parent = plan.length === 0 ? null : plan.length - 1;
        plan.push({ parent, author: someone, committer: someone, message: bytesOf("change\n"), changes });
        changes = [];
        continue;
      }
      const space = line.indexOf(" ");
      const mode = line.slice(0, space);
      const rest = line.slice(space + 1);
      const quoted = unquotePath(rest);
      const path = quoted?.path ?? rest.split(" ", 1)[0] ?? "";
      const content = bytesOf(rest.slice((quoted?.length ?? path.length) + 1));
      changes.push(mode === "delete" ? { path, mode } : { path, mode: mode as FileMode, content });
    }
    const last = await writeLast(git, plan);
    sandbox.git(["-C", "r", "fsck", "--strict", "--full", last]);
    const listed = sandbox.git(["-C", "r", "ls-tree", "-r", "-t", "-z", "--full-tree", last]).split("\0").slice(0, -1);
    const entries = listed.map((line) => ({ mode: line.slice(0, 6), path: line.slice(line.indexOf("\t") + 1) }));
    const files = entries.filter(({ mode }) => mode !== "040000").map(({ path }) => path);
    expect([...(await git.readTreeFiles(last)).keys()].sort()).toEqual(files.sort());
    return entries.map(({ mode, path }) => `${mode} ${quotePath(path)}`).join("\n") || "the empty tree";
  });
  expect(now).toBe(expected);
});

test("names and addresses are cleaned as cases/idents.txt shows, and the commits are sound", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  const { now, expected } = await runCases("idents.txt", async (input) => {
    const bytes = input.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const [, name = "", email = ""] = /^name {2}\|(.*)\|\nemail \|(.*)\|$/s.exec(bytes) ?? [];
    const ident = { ...someone, name, email };
    const plan = { parent: null, author: ident, committer: ident, message: bytesOf("x\n"), changes: [] };
    const id = await writeLast(git, [plan]);
    sandbox.git(["-C", "r", "fsck", "--strict", id]);
    const header = sandbox.git(["-C", "r", "cat-file", "commit", id]);
    return quotePath(/^author ([^\n]*)$/m.exec(header)?.[1] ?? "").slice(1, -1);
  });
  expect(now).toBe(expected);
});

test("a message and odd dates stand in the commit byte for byte", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r");
  for (const message of [
    "",
    "no line end",
    "\n\n  blanks \r\n\n\n",
    "8 bit \xff\xfe\n",
    "data 5\ndone\n",
    "# not a comment\n",
  ]) {
    const plan = {
      parent: null,
      author: { ...someone, date: "0 -1130" },
      changes: [],
      message: fromByteString(message),
    };
    const id = await writeLast(git, [{ ...plan, committer: { ...someone, date: "99999999999 +1745" } }]);
    const raw = byteString((await git.run(["cat-file", "commit", id])).stdout);
    expect(raw.slice(raw.indexOf("\n\n") + 2)).toBe(message);
    expect(raw).toContain("> 0 -1130\n");
    expect(raw).toContain("> 99999999999 +1745\n");
    sandbox.git(["-C", "r", "fsck", "--strict", id]);
  }
  const bad = { ...someone, date: "yesterday" };
  const plan = { parent: null, author: bad, committer: bad, changes: [], message: bytesOf("x") };
  await expect(git.writeCommits([plan])).rejects.toThrow('print date "yesterday"');
});

test("cleaning agrees with git's own, where git has not changed its mind about dots", async () => {
  await using sandbox = await makeSandbox();
  for (const name of [
    " x ",
    "\"x'",
    "x<y>z",
    ",x;",
    "a\tb",
    ":a:b:",
    "\\back\\",
    "(x)",
    "O'B",
    "x <> y",
    "J\u00f6rg",
  ]) {
    const env = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: "e@example.org" };
    const said = sandbox.git(["var", "GIT_AUTHOR_IDENT"], { env });
    expect(`${cleanIdent(byteString(bytesOf(name)))} <e@example.org>`).toBe(said.replace(/ \d+ [+-]\d+$/, ""));
  }
});
