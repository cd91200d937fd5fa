// A directory in which tests type commands a minute apart, as transcripts do, where a test has to do more than read what they print.
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInside } from "./transcript.ts";

export const fixtures = join(import.meta.dirname, "fixtures");

/** The clock of the first command. */
const BEGIN = 1_770_800_400_000;

export interface Workplace {
  readonly dir: string;
  /** Runs a command line of longarm in `dir`. */
  longarm(...args: string[]): ReturnType<typeof runInside>;
  /** Lets time pass before the next command. */
  wait(minutes: number): void;
  /** Runs a shell line in `dir`, with the fixtures at hand; returns what it prints. */
  sh(command: string): string;
  [Symbol.dispose](): void;
}

/** Makes a directory with the fixtures' source repository and, on its main branch, a tree of the preset `mm`. */
export async function makeWorkplace(maintainer = "Max Maintainer <max@example.org>"): Promise<Workplace> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "longarm-workplace-")));
  let minutes = 0;
  const workplace: Workplace = {
    dir,
    longarm: (...args) => runInside(args, dir, new Date(BEGIN + 60_000 * minutes++)),
    wait: (more) => {
      minutes += more;
    },
    sh: (command) =>
      execFileSync("sh", ["-ec", command], {
        cwd: dir,
        env: { ...process.env, FIXTURES: fixtures },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      }),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
  workplace.sh('. "$FIXTURES/source.sh"');
  const init = ["init", "tree", "--source", "source", "--base", "main", "--preset", "mm", "--maintainer", maintainer];
  const { status, stderr } = await workplace.longarm(...init);
  if (status !== 0) throw new Error(stderr);
  return workplace;
}
