// Guesses of a base in real repositories: a line of commits with a merge, and postings whose index lines name some of its blobs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseMessage } from "#model/mail";
import { findPostings, type Posting } from "#model/postings";
import { openGit } from "#io/git";
import { findBase, guessBase } from "./base-guess.ts";

const dir = mkdtempSync(join(tmpdir(), "longarm-base-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function git(args: readonly string[], hour = 0): string {
  const date = `2026-01-05T${String(hour).padStart(2, "0")}:00:00Z`;
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  return execFileSync("git", [...args], { cwd: dir, env, encoding: "utf8" }).trim();
}

function commit(hour: number, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  git(["add", "-A"], hour);
  git(["commit", "-q", "--allow-empty", "-m", `at ${hour}`], hour);
  return git(["rev-parse", "HEAD"]);
}

git(["init", "-q", "-b", "main"]);
const c1 = commit(1, { a: "one\n", b: "one\n", "odd name\u00e4": "odd\n" });
const c2 = commit(2, { a: "two\n" });
const c3 = commit(3, { c: "unrelated\n" });
git(["checkout", "-q", "-b", "side", c2]);
commit(3, { b: "two\n" });
git(["checkout", "-q", "main"]);
git(["merge", "-q", "--no-ff", "-m", "merge", "side"], 4);
const merge = git(["rev-parse", "HEAD"]);
const c5 = commit(5, { a: "three\n" });
git(["tag", "v1.0", c2]);

/** A posting of one patch for each file, with the blobs that these files have in `base`; null for one that is made anew. */
function posting(hour: number, files: Readonly<Record<string, string | null>>, text = "Why."): Posting {
  const diffs = Object.entries(files).map(([name, base]) => {
    const old = base === null ? "0000000" : git(["rev-parse", "--short=12", `${base}:${name}`]);
    const quoted = JSON.stringify(name) === `"${name}"` && !/[^ -~]/.test(name) ? name : null;
    const shown = (side: string): string => (quoted === null ? `"${side}/odd name\\303\\244"` : `${side}/${name}`);
    const created = base === null ? "new file mode 100644\n" : "";
    const before = base === null ? "/dev/null" : shown("a");
    return `diff --git ${shown("a")} ${shown("b")}\n${created}index ${old}..123456789abc${base === null ? "" : " 100644"}\n--- ${before}\n+++ ${shown("b")}\n@@ -${base === null ? "0,0" : "1"} +1 @@\n${base === null ? "" : "-x\n"}+y\n`;
  });
  const mail = [
    "From: Ada Author <ada@example.org>",
    "Subject: [PATCH] a: change",
    "Message-ID: <p@example.org>",
    `Date: Mon, 05 Jan 2026 ${String(hour).padStart(2, "0")}:30:00 +0000`,
    "",
    text,
    "---",
    "",
    ...diffs,
  ].join("\n");
  const [found] = findPostings([parseMessage(Buffer.from(mail))]).postings;
  if (found === undefined) throw new Error("no posting");
  return found;
}

test("the newest commit with all blobs, not newer than the posting", async () => {
  await using source = await openGit(dir);
  const guess = (one: Posting): ReturnType<typeof guessBase> => guessBase(source, one, ["no-such-ref", "main"]);
  expect(await guess(posting(9, { a: "HEAD" }))).toMatchObject({ commit: c5, ref: "main", total: 1, matched: 1 });
  expect(await guess(posting(4, { a: c2 }))).toMatchObject({ commit: merge, matched: 1 });
  expect(await guess(posting(9, { a: c2, b: c2 }))).toMatchObject({ commit: c3, total: 2, matched: 2, differing: [] });
  expect(await guess(posting(9, { a: c1 }))).toMatchObject({ commit: c1, matched: 1 });
  expect(await guess(posting(9, { "odd name\u00e4": c1, a: c1 }))).toMatchObject({ commit: c1, matched: 2 });
  expect(await guess(posting(9, { c: null, a: c2 }))).toMatchObject({ commit: c2, matched: 2 });
});

test("where no commit has all blobs, the newest with the fewest that differ", async () => {
  await using source = await openGit(dir);
  const mixed = posting(9, { a: c1, b: merge });
  expect(await guessBase(source, mixed, ["main"])).toMatchObject({
    commit: c5,
    total: 2,
    matched: 1,
    differing: ["a"],
    complete: true,
  });
});

test("what is stated comes first, then what is named, then blobs", async () => {
  await using source = await openGit(dir);
  const base = (text: string, files = { a: c1 }): ReturnType<typeof findBase> =>
    findBase(source, posting(9, files, text), ["main"]);
  expect(await base(`Why.\n\nbase-commit: ${c3}`)).toEqual({ kind: "stated", text: c3, commit: c3 });
  const gone = "1".repeat(40);
  expect(await base(`base-commit: ${gone}`)).toMatchObject({ kind: "guessed", commit: c1 });
  expect(await base("Based on v1.0.", { a: "HEAD" })).toMatchObject({ kind: "guessed", commit: c5 });
  const unfit = posting(9, { a: c1, b: merge }, "Based on v1.0.");
  expect(await findBase(source, unfit, ["main"])).toEqual({ kind: "named", text: "v1.0", commit: c2 });
  const lost = posting(9, { a: c1, b: merge }, `base-commit: ${gone}`);
  expect(await findBase(source, lost, ["main"])).toEqual({ kind: "stated", text: gone, commit: null });
  expect(await findBase(source, posting(0, { a: c1 }), ["main"])).toMatchObject({ kind: "unknown" });
});
