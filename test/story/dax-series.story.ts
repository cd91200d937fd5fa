// Story: the 2024 series that brought cpu_dcache_is_aliasing(), from the mails of its list to branches of a 6.1 kernel.
// What Longarm says of patches, commits and rejects is held against git mailinfo and GNU patch.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Mail } from "./mails.ts";
import { mailsOf } from "./mails.ts";
import type { HunkReport } from "./patch-report.ts";
import { patchReport, sortHunks } from "./patch-report.ts";
import { longarmJson, makeStage } from "./stage.ts";

const series = "Introduce cpu_dcache_is_aliasing() to fix DAX regression";
const author = "mathieu.desnoyers@efficios.com";
const v6 = `20240215144633.96437-1-${author}`;
const maintainer = "Story Teller <story@example.org>";
const names = [
  "dax-add-empty-static-inline-for-config_dax=n.patch",
  "dax-alloc_dax-return-err_ptr-eopnotsupp-for-config_dax=n.patch",
  "nvdimm-pmem-treat-alloc_dax-eopnotsupp-failure-as-non-fatal.patch",
  "dm-treat-alloc_dax-eopnotsupp-failure-as-non-fatal.patch",
  "dcssblk-handle-alloc_dax-eopnotsupp-failure.patch",
  "virtio-treat-alloc_dax-eopnotsupp-failure-as-non-fatal.patch",
  "dax-check-for-data-cache-aliasing-at-runtime.patch",
  "introduce-cpu_dcache_is_aliasing-across-all-architectures.patch",
  "dax-fix-incorrect-list-of-data-cache-aliasing-architectures.patch",
];
/** Zero-based: of nine patches, those that a 6.1 kernel does not take, and the one file of each that is at fault. */
const rejects = new Map([
  [2, "drivers/nvdimm/pmem.c"],
  [7, "arch/parisc/Kconfig"],
]);

interface Report {
  readonly base: string;
  readonly commits: number;
  readonly results: readonly {
    readonly name: string;
    readonly branch: string;
    readonly outcome: string;
    readonly because: readonly string[];
    readonly files: readonly {
      readonly kind: "applied" | "rejected";
      readonly path: string;
      readonly hunks: readonly {
        readonly kind: string;
        readonly line: number;
        readonly offset?: number;
        readonly fuzz?: number;
      }[];
    }[];
  }[];
  readonly branches: readonly { readonly name: string; readonly commit: string; readonly complete: boolean }[];
}

const stage = makeStage("dax");
afterAll(() => stage[Symbol.dispose]());
const base = inject("kernel")["debian_source"] ?? "";
let mails: readonly Mail[] = [];

beforeAll(() => {
  stage.git(["clone", "--quiet", join(inject("data"), "nvdimm-2024q1.bundle"), "archive"]);
  stage.clone(inject("kernel")["repository"] ?? "", "source.git");
  mails = mailsOf(
    stage,
    "archive",
    Array.from({ length: 9 }, (_, index) => v6.replace("-1-", `-${index + 2}-`)),
  );
});

const source = (...args: string[]): string => stage.git(["--git-dir", "source.git", ...args]);
const init = (tree: string, repository: string): string[] => [
  "init",
  tree,
  "--source",
  repository,
  "--base",
  base,
  "--preset",
  "mm",
  "--maintainer",
  maintainer,
];

test("the series is found in the archive with all of its revisions", () => {
  interface Posting {
    readonly id: string;
    readonly subject: string;
    readonly revision: string;
    readonly rfc: boolean;
  }
  const shown = longarmJson<Posting & { readonly revisions: readonly Posting[] }>(stage, [
    "mail",
    "show",
    v6,
    "--from",
    "archive",
  ]);
  expect(shown).toMatchObject({ exitCode: 0, value: { id: v6, subject: series, revision: "v6", total: 9, seen: 9 } });
  const revisions = shown.value.revisions.map(({ id, revision, rfc }) => ({
    id,
    name: `${rfc ? "RFC " : ""}${revision}`,
  }));
  expect(revisions.map(({ name }) => name)).toEqual(["RFC v1", "RFC v2", "RFC v3", "RFC v4", "v4", "v5", "v6"]);
  const listed = stage.longarm(["mail", "postings", "archive"]);
  expect(listed.exitCode).toBe(0);
  for (const { id, name } of revisions) {
    expect(listed.stdout).toMatch(new RegExp(`^  ${name} .*\\n +${id.replaceAll(".", "\\.")}$`, "m"));
  }
});

test("the posting is queued under nine file names, and its notices wait", () => {
  expect(stage.longarm(init("tree", "source.git"))).toMatchObject({ exitCode: 0, stderr: "" });
  const { exitCode, value } = longarmJson<{
    readonly branch: string;
    readonly patches: readonly { readonly name: string }[];
  }>(stage, ["add", v6, "--from", stage.path("archive"), "-C", "tree"]);
  expect(exitCode).toBe(0);
  expect(value.branch).toBe("mm-unstable");
  expect(value.patches.map(({ name }) => name)).toEqual(names);
  expect(readFileSync(stage.path("tree/series"), "utf8")).toBe(`# branch: mm-unstable\n${names.join("\n")}\n`);
  const outbox = readdirSync(stage.path("tree/.longarm/outbox")).sort();
  expect(outbox).toHaveLength(9);
  const notice = readFileSync(stage.path("tree/.longarm/outbox", outbox[0] ?? ""), "latin1");
  const [head = "", ...rest] = notice.split("\n\n");
  expect(head).toContain(`\nSubject: + ${names[0]} added to mm-unstable branch`);
  const patch = readFileSync(stage.path("tree/patches", names[0] ?? ""), "latin1");
  const wording = readFileSync(join(import.meta.dirname, "cases/added-notice.txt"), "utf8");
  expect(rest.join("\n\n")).toBe(wording.replace("{patch}\n", () => patch));
});

test("a build ends at the first patch that 6.1 does not take, and says which hunk of which file", () => {
  const { exitCode, stdout } = stage.longarm(["build", "-C", "tree"]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`rejected  ${names[2]}`);
  expect(stdout).toMatch(
    /^ {2}drivers\/nvdimm\/pmem\.c: has 1 of 1 hunk rejected\n {4}hunk 1: rejected at line \d+: ./m,
  );
  expect(stdout).toContain("1 rejected, 6 not tried");
  expect(source("log", "--format=%s", `${base}..mm-unstable`).split("\n").toReversed()).toEqual(
    mails.slice(0, 2).map(({ subject }) => subject),
  );
  // Neither what comes after the rejected patch nor what starts there.
  expect(source("for-each-ref", "--format=%(refname:short)", "refs/heads/mm-*").split("\n")).toEqual([
    "mm-hotfixes-stable",
    "mm-hotfixes-unstable",
    "mm-stable",
    "mm-unstable",
  ]);
});

test("with --keep-going it skips the two, hunk for hunk those that GNU patch rejects", () => {
  const { exitCode, value } = longarmJson<Report>(stage, ["build", "-C", "tree", "--keep-going"]);
  expect(exitCode).toBe(1);
  expect(value.results.map(({ name }) => name)).toEqual(names);
  // Where something is rejected, a build does not go on behind the one before.
  expect(value.commits).toBe(7);
  expect(value.branches.filter(({ complete }) => !complete).map(({ name }) => name)).toEqual(["mm-unstable", "mm-new"]);
  for (const [index, result] of value.results.entries()) {
    expect([index, result.outcome === "rejected"]).toEqual([index, rejects.has(index)]);
    const broken = result.files.filter(({ kind }) => kind === "rejected").map(({ path }) => path);
    expect(broken).toEqual(rejects.has(index) ? [rejects.get(index)] : []);
  }

  // The oracle: the diffs of the mails, one after the other, with patch.
  const env = {
    GIT_DIR: stage.path("source.git"),
    GIT_WORK_TREE: stage.path("work"),
    GIT_INDEX_FILE: stage.path("index"),
  };
  stage.run("mkdir", ["work"]);
  stage.git(["read-tree", base], { env });
  const paths = [...new Set(mails.flatMap((mail) => mail.paths))];
  stage.run("git", ["checkout-index", "--quiet", "--stdin"], { env, cwd: "work", input: paths.join("\n") });
  const commits = source("rev-list", "--reverse", `${base}..mm-unstable`).split("\n");
  for (const [index, mail] of mails.entries()) {
    const dry = rejects.has(index) ? ["--dry-run"] : [];
    const ran = stage.run("patch", ["-p1", "-F2", "-f", "--verbose", "--no-backup-if-mismatch", ...dry], {
      cwd: "work",
      input: Buffer.from(mail.diff, "latin1"),
    });
    expect([mail.subject, ran.exitCode]).toEqual([mail.subject, rejects.has(index) ? 1 : 0]);
    // In any order: the queue keeps the files of a patch in its own.
    expect(sortHunks(hunksOf(value.results[index]))).toEqual(sortHunks(patchReport(ran.stdout)));
    if (rejects.has(index)) continue;
    stage.git(["update-index", "--add", "--remove", "--", ...mail.paths], { env, cwd: "work" });
    expect([mail.subject, source("rev-parse", `${commits.shift()}^{tree}`)]).toEqual([
      mail.subject,
      stage.git(["write-tree"], { env }),
    ]);
  }
  expect(commits).toEqual([]);
});

/** As -mm writes titles: the first word behind the last prefix begins with a small letter, unless it is an acronym. */
function titleInMm(subject: string): string {
  return subject.replace(
    /^(.*: )([A-Z])(?=[a-z])/,
    (_all, prefix: string, letter: string) => prefix + letter.toLowerCase(),
  );
}

test("the commits carry author, date, title, text and trailers of the mails, as git mailinfo reads them", () => {
  const applied = mails.filter((_, index) => !rejects.has(index));
  const log = source(
    "log",
    "--reverse",
    "--format=%an%x00%ae%x00%aD%x00%cn <%ce>%x00%cD%x00%s%x00%b%x01",
    `${base}..mm-unstable`,
  );
  const commits = log
    .split("\u0001")
    .filter((text) => text.trim() !== "")
    .map((text) => text.trim().split("\0"));
  expect(commits.map((fields) => fields.slice(0, 6))).toEqual(
    applied.map(({ name, email, date, subject }) => [name, email, date, maintainer, date, titleInMm(subject)]),
  );
  for (const [index, mail] of applied.entries()) {
    const { text, trailers } = splitTrailers(commits[index]?.[6] ?? "");
    const mailed = splitTrailers(mail.message);
    // The cover letter is folded into the first patch of the series.
    const folded =
      index > 0 ? null : /^Patch series "(.*)", v6\.\n\n[^]*\n\nThis patch \(of 9\):\n\n([^]*)$/.exec(text);
    expect([folded?.[1] ?? series, folded?.[2] ?? text]).toEqual([series, mailed.text]);
    expect(folded === null).toBe(index > 0);
    const links = [...(index > 0 ? [] : [v6]), mail.id].map((id) => `Link: https://lore.kernel.org/${id}`);
    // One of the mails names a reporter twice, a line for each report; both stay.
    // -mm does not copy lists, which the author names by their bare addresses.
    const people = mailed.trailers.filter((line) => !/^Cc: [^<\s]+$/.test(line));
    const expected = [...people, ...links, `Signed-off-by: ${maintainer}`];
    // Whom the mail was sent to is named too; cases/people.txt shows whom.
    const given = trailers.filter((line) => expected.includes(line) || !line.startsWith("Cc: "));
    expect(given.toSorted()).toEqual(expected.toSorted());
  }
});

test("a later patch that needs a rejected one is named as its victim", () => {
  const rejected = mails[2];
  if (!rejected) throw new Error("the mails are missing");
  // Its context is a line that only the rejected patch would have made.
  const made = rejected.diff
    .split("\n")
    .filter((line) => /^\+[^+]/.test(line))
    .slice(0, 3)
    .map((line) => line.slice(1));
  const fixlet = [
    "From: Fix Er <fixer@example.org>",
    "Subject: nvdimm/pmem: say why",
    "",
    "--- a/drivers/nvdimm/pmem.c",
    "+++ b/drivers/nvdimm/pmem.c",
    "@@ -564,3 +564,4 @@",
    ...made.map((line) => ` ${line}`),
    "+\t/* no DAX here */",
    "",
  ].join("\n");
  writeFileSync(stage.path("pmem-say-why.patch"), fixlet, "latin1");
  expect(stage.longarm(["add", "-C", "tree", stage.path("pmem-say-why.patch")])).toMatchObject({ exitCode: 0 });
  const before = source("for-each-ref");
  const { exitCode, value } = longarmJson<Report>(stage, ["build", "-C", "tree", "--check"]);
  expect(exitCode).toBe(1);
  expect(value.results.at(-1)).toMatchObject({ name: "pmem-say-why.patch", outcome: "rejected", because: [names[2]] });
  expect(stage.longarm(["build", "-C", "tree", "--check"]).stdout).toMatch(
    new RegExp(`^rejected +${names[2]} [^]*\n  1 more only because of it:\n    pmem-say-why\\.patch `, "m"),
  );
  expect(source("for-each-ref")).toBe(before);
  expect(stage.longarm(["undo", "-C", "tree"])).toMatchObject({ exitCode: 0 });
});

test("another clone, another user and another day give the same commits", () => {
  const other = stage.clone(inject("kernel")["repository"] ?? "", "other.git");
  const env = {
    HOME: stage.dir,
    TZ: "Pacific/Auckland",
    SOURCE_DATE_EPOCH: "1900000000",
    GIT_COMMITTER_NAME: "Somebody Else",
  };
  const run = (...args: string[]): number => stage.longarm(args, { env }).exitCode;
  expect(run(...init("other", other))).toBe(0);
  expect(run("add", v6, "--from", stage.path("archive"), "-C", "other")).toBe(0);
  expect(run("build", "-C", "other", "--keep-going")).toBe(1);
  const refs = (dir: string): string => stage.git(["--git-dir", dir, "for-each-ref", "refs/heads/mm-*"]);
  expect(refs("other.git")).toBe(refs("source.git"));
  // The seven branches and the one that merges them.
  expect(refs("other.git").split("\n")).toHaveLength(8);
});

test("the tree repository is clean, and every step of it is one commit", () => {
  expect(stage.git(["-C", "tree", "status", "--porcelain"])).toBe("");
  const subjects = stage.git(["-C", "tree", "log", "--reverse", "--format=%s"]).split("\n");
  expect(subjects.map((subject) => subject.replace(/:.*/, ""))).toEqual([
    "tree",
    "queue",
    "build",
    "build",
    "queue",
    "undo",
  ]);
});

/** Which hunk landed where, in the form that {@link patchReport} gives. */
function hunksOf(result: Report["results"][number] | undefined): HunkReport[] {
  return (result?.files ?? []).flatMap(({ path, hunks }) =>
    hunks.map(({ kind, line, offset = 0, fuzz = 0 }, index) => ({
      path,
      hunk: index + 1,
      ...(kind === "rejected" ? { failedAt: line } : { line, offset, fuzz }),
    })),
  );
}

/** A message and the `Key: value` lines of its last paragraph. */
function splitTrailers(message: string): { readonly text: string; readonly trailers: readonly string[] } {
  const paragraphs = message.trim().split("\n\n");
  const trailers = (paragraphs.pop() ?? "").split("\n");
  return { text: paragraphs.join("\n\n"), trailers };
}
