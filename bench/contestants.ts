// The commands that are measured, side by side: how each one's place is prepared, what is run in it, how its result is checked.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workshop } from "./workshop.ts";
import { longarmProgram } from "./workshop.ts";

export interface Contestant {
  readonly name: string;
  /** Too slow to be run once more only to warm up. */
  readonly slow: boolean;
  /** What a run is multiplied with, where a part of the queue stands for the whole. */
  readonly scale: number;
  /** Makes a directory for one run. */
  prepare(): string;
  /** What to run in that directory. */
  command(place: string): readonly string[];
  /** Throws unless the run gave what it must; `output` is what it printed. */
  check(place: string, output: string): void;
}

export function makeContestants(workshop: Workshop): Contestant[] {
  const { count, patches, stream, tip, tree } = workshop;
  const refOf = (place: string, rev: string): string =>
    workshop.run("git", ["--git-dir", join(place, "source.git"), "rev-parse", rev]);
  const allApply = (what: string, output: string): void => {
    if (!output.includes(`${count} patches on `) || /rejected|not tried/.test(output))
      throw new Error(`${what} did not apply all ${count} patches: ${output.slice(0, 2000)}`);
  };
  const inFiles = (name: string, command: readonly string[]): Contestant => ({
    name,
    slow: true,
    scale: 1,
    prepare: () => workshop.makeFiles(),
    command: () => command,
    check: (place) => same(name, workshop.treeOf(place), tree),
  });
  return [
    {
      name: START,
      slow: false,
      scale: 1,
      prepare: () => workshop.makeEmpty(),
      command: () => [longarmProgram, "--version"],
      check(_place, output) {
        if (!/^\d+\.\d+\.\d+\n$/.test(output)) throw new Error(`${START} printed ${output}`);
      },
    },
    {
      name: "longarm build --check",
      slow: false,
      scale: 1,
      prepare: () => workshop.makeTree(),
      command: () => [longarmProgram, "build", "--check", "-C", "tree"],
      check(_place, output) {
        allApply("longarm build --check", output);
      },
    },
    {
      name: "longarm build",
      slow: false,
      scale: 1,
      prepare: () => workshop.makeTree(),
      command: () => [longarmProgram, "build", "-C", "tree"],
      check(place, output) {
        allApply("longarm build", output);
        same("longarm build", refOf(place, "queue^{tree}"), tree);
        same("longarm build", refOf(place, "queue"), tip);
      },
    },
    {
      name: REBUILD,
      slow: false,
      scale: 1,
      prepare() {
        const place = workshop.makeBuilt();
        changeLog(place, Math.ceil(count * 0.9));
        return place;
      },
      command: () => [longarmProgram, "build", "-C", "tree"],
      check(place, output) {
        allApply(REBUILD, output);
        same(REBUILD, refOf(place, "queue^{tree}"), tree);
        if (refOf(place, "queue") === tip) throw new Error(`${REBUILD} did not see the change`);
      },
    },
    {
      name: "git fast-import",
      slow: false,
      scale: 1,
      prepare: () => workshop.makeTree(),
      command: () => ["sh", "-c", `exec git --git-dir=source.git fast-import --quiet <'${stream}'`],
      check: (place) => same("git fast-import", refOf(place, "queue"), tip),
    },
    gitAm(workshop),
    stgImport(workshop),
    inFiles("patch -p1 in a loop", [
      "sh",
      "-c",
      `while read -r name; do patch -p1 -s -f -E --no-backup-if-mismatch -i '${patches}'/"$name" || exit 1; done <'${join(patches, "series")}'`,
    ]),
    inFiles("quilt push -a", ["env", `QUILT_PATCHES=${patches}`, "quilt", "--quiltrc", "-", "push", "-a", "-q"]),
  ];
}

/** What every command costs before it does anything. */
export const START = "longarm --version";

/** The contestant that builds again after the patch at nine tenths of the queue was changed. */
export const REBUILD = "longarm build again";

/** Changes a word of the log of the patch at `position` (1-based). */
function changeLog(place: string, position: number): void {
  const names = readFileSync(join(place, "tree/series"), "utf8")
    .split("\n")
    .filter((line) => /^[^#]/.test(line));
  const path = join(place, "tree/patches", names[position - 1] ?? "");
  writeFileSync(path, readFileSync(path, "latin1").replace(/^Subject: /m, "Subject: again: "), "latin1");
}

/** Patches that `git am` and StGit get; they take a quarter of a second for each, and more. */
const AM_PATCHES = 100;

/** StGit, which commits each patch as it pushes it, as a part of the queue like `git am`. */
function stgImport(workshop: Workshop): Contestant {
  const { count, patches } = workshop;
  const taken = Math.min(AM_PATCHES, count);
  const name = taken === count ? "stg import" : `stg import (${taken} patches, times ${count / taken})`;
  let stacks = 0;
  return {
    name,
    slow: true,
    scale: count / taken,
    prepare() {
      const place = workshop.makeCheckout();
      stacks += 1;
      workshop.run("git", ["-C", place, "checkout", "--quiet", "-b", `stack-${stacks}`]);
      workshop.run("stg", ["init"], place);
      // It looks for the patches beside their series.
      const take = `rm -rf .git/part && mkdir .git/part && head -n ${taken} '${join(patches, "series")}' >.git/part/series`;
      workshop.run("sh", ["-c", `${take} && sed 's,^,${patches}/,' .git/part/series | xargs cp -t .git/part`], place);
      return place;
    },
    command: () => ["stg", "import", "--series", ".git/part/series"],
    check(place) {
      const made = Number(workshop.run("git", ["-C", place, "rev-list", "--count", "base..HEAD"]));
      if (made !== taken) throw new Error(`${name} made ${made} commits`);
    },
  };
}

function gitAm(workshop: Workshop): Contestant {
  const { count, patches } = workshop;
  const taken = Math.min(AM_PATCHES, count);
  const name = taken === count ? "git am" : `git am (${taken} patches, times ${count / taken})`;
  return {
    name,
    slow: true,
    scale: count / taken,
    prepare: () => workshop.makeCheckout(),
    command: () => [
      "sh",
      "-c",
      `head -n ${taken} '${join(patches, "series")}' | sed 's,^,${patches}/,' | xargs git am -q`,
    ],
    check(place) {
      const made = Number(workshop.run("git", ["-C", place, "rev-list", "--count", "base..HEAD"]));
      if (made !== taken) throw new Error(`${name} made ${made} commits`);
    },
  };
}

function same(what: string, found: string, wanted: string): void {
  if (found !== wanted) throw new Error(`${what} gave ${found}, it must be ${wanted}`);
}
