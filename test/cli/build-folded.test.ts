// Random queues with fixes near and far behind what they fix, built as they are and folded: git says that every branch ends with
// the same tree, and that a clone elsewhere gets the same commits.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seeded } from "./seeded.ts";
import { runInside } from "./transcript.ts";

/** Change it by hand to look at other queues; a failure prints it. */
const seed = Number(process.env["FOLDED_SEED"] ?? 20261125);
const QUEUES = Number(process.env["FOLDED_QUEUES"] ?? 4);
const PATCHES = 14;
const FILES = 3;
const LINES = 16;

const dir = realpathSync(mkdtempSync(join(tmpdir(), "longarm-folded-")));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sh = (command: string): string => execFileSync("sh", ["-ec", command], { cwd: dir, encoding: "utf8" }).trim();

interface Folded {
  readonly folded: readonly { readonly patch: string; readonly fixes: readonly string[] }[];
  readonly left: readonly { readonly fix: string; readonly reason: string }[];
  readonly branches: readonly { readonly name: string; readonly commit: string }[];
  readonly merges: readonly { readonly name: string; readonly commit: string }[];
}

async function longarm(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runInside(args, dir, new Date(Date.UTC(2026, 1, 11, 9)));
  expect([args, status === 0 ? 0 : `${stdout}${stderr}`]).toEqual([args, 0]);
  return stdout;
}

/** A source repository, and a quilt directory whose patches change it one after the other; gives the names in order. */
function makeQueue(name: string, random: () => number): string[] {
  const below = (limit: number): number => Math.floor(random() * limit);
  mkdirSync(join(dir, `${name}-patches`));
  sh(`git init -q -b main ${name}`);
  const numbers = [...Array.from({ length: LINES }).keys()];
  const texts = [...Array.from({ length: FILES }).keys()].map((file) => numbers.map((at) => `${file} ${at}`));
  const write = (): void => {
    for (const [file, lines] of texts.entries())
      writeFileSync(join(dir, name, `f${file}`), lines.map((line) => `${line}\n`).join(""));
  };
  const commit = (subject: string): string => {
    write();
    return sh(`cd ${name}; git add -A; git commit -qm '${subject}'; git format-patch -1 --stdout`);
  };
  commit("base");
  sh(`git -C ${name} tag base`);
  const names: string[] = [];
  for (let number = 0; number < PATCHES; number++) {
    const roots = names.filter((other) => !other.includes("-fix"));
    const root = roots[below(roots.length)];
    const fixes = names.filter((other) => other.startsWith(`${root ?? ""}-fix`)).length;
    const stem =
      root === undefined || random() < 0.5 ? `p${number}` : `${root}-fix${fixes === 0 ? "" : `-${fixes + 1}`}`;
    const lines = texts[below(FILES)] ?? [];
    const at = below(lines.length);
    const kind = random();
    if (kind < 0.25) lines.splice(at, 1);
    else lines.splice(at, kind < 0.7 ? 1 : 0, `by ${number}`);
    writeFileSync(join(dir, `${name}-patches`, `${stem}.patch`), `${commit(stem)}\n`);
    names.push(stem);
  }
  sh(`git -C ${name} checkout -q --detach base`);
  writeFileSync(join(dir, `${name}-patches`, "series"), names.map((stem) => `${stem}.patch\n`).join(""));
  return names;
}

async function makeTree(tree: string, source: string, patches: string, names: readonly string[]): Promise<void> {
  const maintainer = ["--maintainer", "M <m@example.org>", "--preset", "mm", "--import-quilt", patches];
  await longarm("init", tree, "--source", source, "--base", "base", ...maintainer);
  const cut = Math.floor((names.length * 2) / 3);
  const lines = names.map((stem) => `${stem}.patch`);
  const series = ["# branch: mm-unstable", ...lines.slice(0, cut), "# branch: mm-new", ...lines.slice(cut), ""];
  writeFileSync(join(dir, tree, "series"), series.join("\n"));
  sh(`git -C ${tree} commit -qam 'two branches'`);
}

const refs = (repository: string): string => sh(`git -C ${repository} for-each-ref refs/longarm/folded`);

test(`a folded queue ends with the same trees (FOLDED_SEED=${seed})`, { timeout: 120_000 }, async () => {
  const random = seeded(seed);
  const seen = { folded: 0, left: 0, far: 0 };
  for (let round = 0; round < QUEUES; round++) {
    const name = `q${round}`;
    const names = makeQueue(name, random);
    await makeTree(`${name}-tree`, name, `${name}-patches`, names);
    await longarm("build", "-C", `${name}-tree`);
    const branches = sh(`git -C ${name} for-each-ref refs/heads/mm-*`);
    const state = sh(`git -C ${name}-tree rev-parse HEAD; git -C ${name}-tree status --porcelain`);
    const made = JSON.parse(await longarm("build", "-C", `${name}-tree`, "--folded", "--json")) as Folded;
    expect(sh(`git -C ${name} for-each-ref refs/heads/mm-*`)).toBe(branches);
    expect(sh(`git -C ${name}-tree rev-parse HEAD; git -C ${name}-tree status --porcelain`)).toBe(state);
    for (const { name: branch, commit } of [...made.branches, ...made.merges]) {
      const ref = `longarm/folded/${branch}`;
      const [folded, ...trees] = sh(
        `git -C ${name} rev-parse ${ref} '${ref}^{tree}' 'refs/heads/${branch}^{tree}'`,
      ).split("\n");
      expect([branch, folded]).toEqual([branch, commit]);
      expect([branch, trees[0]]).toEqual([branch, trees[1]]);
    }
    // One commit for each patch that was not folded, none twice and none lost.
    const gone = new Set(made.folded.flatMap(({ fixes }) => fixes));
    const subjects = sh(`git -C ${name} log --reverse --format=%s base..longarm/folded/mm-new`).split("\n");
    const kept = names.filter((stem) => !gone.has(`${stem}.patch`));
    // A patch that a fix takes back altogether would be left, so each has its commit.
    expect(subjects.toSorted()).toEqual(kept.toSorted());
    expect(made.left.map(({ fix }) => fix).filter((fix) => gone.has(fix))).toEqual([]);
    seen.folded += gone.size;
    seen.left += made.left.length;
    seen.far += made.folded.filter(
      ({ patch, fixes }) =>
        names.indexOf((fixes[0] ?? "").replace(".patch", "")) > names.indexOf(patch.replace(".patch", "")) + 1,
    ).length;
    // Elsewhere the same, and again nothing moves.
    sh(`git clone -q --bare ${name} ${name}-other`);
    await makeTree(`${name}-again`, `${name}-other`, `${name}-patches`, names);
    await longarm("build", "-C", `${name}-again`, "--folded");
    expect(refs(`${name}-other`)).toBe(refs(name));
  }
  // Queues where nothing can be folded, or everything, prove little.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
