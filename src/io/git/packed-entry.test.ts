// Versions of files that were read from one pack and go on in another: what they are made of is copied, and git finds all of it sound.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Bytes, bytesOf } from "#model/bytes";
import { applyHunks, type Lines, linesOf, parseDiff } from "#model/diff";
import type { CommitId } from "./ids.ts";
import { entryOf } from "./packed-entry.ts";
import { type Git, openGit } from "./repository.ts";
import { makeSandbox, type Sandbox, textCommit } from "./sandbox.ts";

/** Commits in a build: enough for a pack, on files of some kilobytes. */
const COMMITS = 40;
const FILES = 4;

/** The next version of file `file`; what is added does not shrink much, so that it matters what is copied. */
function grown(lines: Lines, version: number): Lines {
  const line = (version * 7) % 300;
  const hunk = `@@ -${line + 1} +${line + 1},2 @@\n-${textAt(lines, line)}+version ${version}\n+${Math.sin(version)}\n`;
  const [file] = parseDiff(bytesOf(`--- a/f\n+++ b/f\n${hunk}`)).files;
  return applyHunks(lines, file?.hunks ?? [], { fuzz: 0, reverse: false }).file;
}

function textAt({ bytes, starts }: Lines, line: number): string {
  return Buffer.from(bytes.subarray(starts[line], starts[line + 1])).toString("latin1");
}

/** Commits on `parent`, each with new versions of two files, made of the contents of `read`. */
async function build(git: Git, parent: CommitId | null, read: readonly Lines[], from: number): Promise<CommitId[]> {
  const now = [...read];
  return await git.writeCommits(
    Array.from({ length: COMMITS }, (_, index) => ({
      ...textCommit(index === 0 ? null : index - 1, {}),
      parent: index === 0 ? parent : index - 1,
      changes: [index % FILES, (index + 1) % FILES].map((file) => {
        const before = now[file] ?? linesOf(bytesOf(""));
        const content = grown(before, from + index);
        now[file] = content;
        return { path: `d/${file}`, mode: "100644" as const, content, before };
      }),
    })),
  );
}

async function contentsAt(git: Git, commit: CommitId): Promise<Bytes[]> {
  const paths = Array.from({ length: FILES }, (_, file) => `d/${file}`);
  const entries = await git.readEntries(commit, paths);
  const ids = paths.flatMap((path) => {
    const entry = entries.get(path);
    return entry?.kind === "blob" ? [entry.id] : [];
  });
  const blobs = await git.readBlobs(ids);
  return ids.flatMap((id) => blobs.get(id) ?? []);
}

function packsOf(git: Git): string[] {
  return readdirSync(join(git.gitDir, "objects/pack")).filter((name) => name.endsWith(".pack"));
}

/** Type, depth and base of every object of a pack by its id. */
function entriesOf(sandbox: Sandbox, git: Git, pack: string): Map<string, { type: string; depth: number }> {
  const path = join(git.gitDir, "objects/pack", pack.replace(/pack$/, "idx"));
  const lines = sandbox.git(["verify-pack", `--object-format=${git.objectFormat}`, "-v", path]);
  return new Map(
    [...lines.matchAll(/^([0-9a-f]{40,}) (\w+) +\d+ \d+ \d+(?: (\d+) [0-9a-f]+)?$/gm)].map(
      ([, id = "", type = "", depth]) => [id, { type, depth: Number(depth ?? 0) }],
    ),
  );
}

const start = Array.from({ length: FILES }, (_, file) =>
  linesOf(
    bytesOf(Array.from({ length: 400 }, (_line, at) => `line ${at} of file ${file}: ${Math.cos(at)}\n`).join("")),
  ),
);

for (const objectFormat of ["sha1", "sha256"] as const) {
  for (const packer of ["our own", "git's"] as const) {
    test(`copied from ${packer} pack, ${objectFormat}`, async () => {
      await using sandbox = await makeSandbox();
      const first = await sandbox.repository("r", { bare: true, objectFormat });
      const ids = await build(first, null, start, 0);
      const base = ids.at(-1) ?? fail();
      await first.updateRefs([{ ref: "refs/heads/main", new: base }], "test");
      if (packer === "git's") await first.run(["repack", "-adfq", "--depth=20", "--window=20"]);
      const before = packsOf(first);
      const old = new Map(before.flatMap((pack) => [...entriesOf(sandbox, first, pack)]));

      // As a new process would.
      await using git = await openGit(first.gitDir);
      const contents = await contentsAt(git, base);
      expect(contents.map((content) => entryOf(content)?.type)).toEqual(["blob", "blob", "blob", "blob"]);
      const made = await build(git, base, contents.map(linesOf), 1000);
      await git.run(["fsck", "--strict", "--full", made.at(-1) ?? ""]);
      const [pack = ""] = packsOf(git).filter((name) => !before.includes(name));
      const entries = entriesOf(sandbox, git, pack);
      // Everything that a delta needs is in the same pack, or git would refuse it.
      const alone = await sandbox.repository("alone", { bare: true, objectFormat });
      sandbox.git(["-C", alone.gitDir, "index-pack", join(git.gitDir, "objects/pack", pack), "-o", "index"]);
      const blobs = [...entries].filter(([, { type }]) => type === "blob");
      expect(blobs.length).toBeGreaterThan(2 * COMMITS);
      // No version is whole but those that were whole before.
      const whole = blobs.filter(([, { depth }]) => depth === 0).map(([id]) => id);
      expect(whole.length).toBeGreaterThan(0);
      expect(whole.filter((id) => old.get(id)?.depth !== 0)).toEqual([]);
      // Commits and trees are those of a repository where nothing could be copied.
      const other = await sandbox.repository("other", { bare: true, objectFormat });
      await build(other, null, start, 0);
      const flat = contents.map((content) => linesOf(Buffer.from(content)));
      expect(await build(other, base, flat, 1000)).toEqual(made);
    });
  }
}

test("what a closed repository gave is not copied, and what is too deep is written whole", async () => {
  await using sandbox = await makeSandbox();
  const git = await sandbox.repository("r", { bare: true });
  let base = (await build(git, null, start, 0)).at(-1) ?? fail();
  const early = await contentsAt(git, base);
  await git.close();
  expect(early.map((content) => entryOf(content)?.stream() ?? null)).toEqual([null, null, null, null]);
  expect(await build(git, base, early.map(linesOf), 0)).toHaveLength(COMMITS);
  // Chains grow from build to build until they are as long as they may be.
  for (let round = 1; round <= 4; round++) {
    await using again = await openGit(git.gitDir);
    const contents = await contentsAt(again, base);
    base = (await build(again, base, contents.map(linesOf), 100 * round)).at(-1) ?? fail();
  }
  await git.run(["fsck", "--strict", "--full", base]);
  const depths = packsOf(git).map((pack) =>
    Math.max(...[...entriesOf(sandbox, git, pack).values()].map(({ depth }) => depth)),
  );
  expect(Math.max(...depths)).toBe(50);
});

function fail(): never {
  throw new Error("nothing was written");
}
