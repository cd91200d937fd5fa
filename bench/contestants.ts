// The commands that are measured, side by side: how each one's place is prepared, what is run in it, how its result is checked.
import { join } from "node:path";
import type { Workshop } from "./workshop.ts";
import { longarmProgram } from "./workshop.ts";

export interface Contestant {
  readonly name: string;
  /** Too slow to be run once more only to warm up. */
  readonly slow: boolean;
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
    prepare: () => workshop.makeFiles(),
    command: () => command,
    check: (place) => same(name, workshop.treeOf(place), tree),
  });
  return [
    {
      name: "longarm build --check",
      slow: false,
      prepare: () => workshop.makeTree(),
      command: () => [longarmProgram, "build", "--check", "-C", "tree"],
      check(_place, output) {
        allApply("longarm build --check", output);
      },
    },
    {
      name: "longarm build",
      slow: false,
      prepare: () => workshop.makeTree(),
      command: () => [longarmProgram, "build", "-C", "tree"],
      check(place, output) {
        allApply("longarm build", output);
        same("longarm build", refOf(place, "queue^{tree}"), tree);
        same("longarm build", refOf(place, "queue"), tip);
      },
    },
    {
      name: "git fast-import",
      slow: false,
      prepare: () => workshop.makeTree(),
      command: () => ["sh", "-c", `exec git --git-dir=source.git fast-import --quiet <'${stream}'`],
      check: (place) => same("git fast-import", refOf(place, "queue"), tip),
    },
    inFiles("patch -p1 in a loop", [
      "sh",
      "-c",
      `while read -r name; do patch -p1 -s -f -E --no-backup-if-mismatch -i '${patches}'/"$name" || exit 1; done <'${join(patches, "series")}'`,
    ]),
    inFiles("quilt push -a", ["env", `QUILT_PATCHES=${patches}`, "quilt", "--quiltrc", "-", "push", "-a", "-q"]),
  ];
}

function same(what: string, found: string, wanted: string): void {
  if (found !== wanted) throw new Error(`${what} gave ${found}, it must be ${wanted}`);
}
