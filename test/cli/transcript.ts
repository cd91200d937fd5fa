// Runs a transcript: prose, `$ command`, the output it must give. Reads and prints the text form and keeps the laws that
// hold for every command; which transcripts there are is transcript.test.ts's business.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { runCli } from "#ui/cli";

/** One command of a transcript with what it gave or must give. */
interface Step {
  /** Lines before the command, as they are. */
  readonly prose: readonly string[];
  /** Null for the prose at the end. */
  readonly command: string | null;
  readonly result: readonly string[];
}

/** Exit codes that say "nothing was done": wrong usage, a conflict, a bug. */
const REFUSED = new Set([2, 3, 70]);
/** Commands that only look. */
const READERS = /^(?:list|show|log|notice|man|completion|check list|mail (?!link\b).*)$/;
/** The first command runs at this time, each later one a minute after the one before. */
const START = Date.UTC(2026, 1, 11, 9);

const root = join(import.meta.dirname, "..", "..");

/** Environment of everything that runs besides longarm: fixed dates, so that commit ids stay the same. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  FIXTURES: join(import.meta.dirname, "fixtures"),
  GIT_AUTHOR_DATE: "2026-01-05T09:00:00+0100",
  GIT_COMMITTER_DATE: "2026-01-05T09:00:00+0100",
});

/**
 * Runs the transcript in a new directory and returns it with the outputs it really gave, and what broke a law.
 * The directory is printed as `$DIR`, operation ids in the order in which they turn up as `$OP1`, `$OP2` (also understood in
 * commands), and commit ids of the tree as `$COMMIT`: they all change with every change of the ledger's format.
 */
export async function runTranscript(text: string): Promise<{ readonly text: string; readonly broken: string[] }> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "longarm-cli-")));
  const broken: string[] = [];
  const operations: string[] = [];
  let minutes = 0;
  try {
    const steps: Step[] = [];
    for (const step of parseTranscript(text)) {
      if (step.command === null) {
        steps.push(step);
        continue;
      }
      const words = wordsOf(step.command).map((word) =>
        word.replace(/^\$OP(\d+)$/, (_all, number: string) => operations[Number(number) - 1] ?? "none"),
      );
      const ran =
        words[0] === "longarm"
          ? await runLongarm(words.slice(1), dir, new Date(START + 60_000 * minutes++), broken)
          : await runShell(step.command, dir);
      steps.push({ ...step, result: answer(step, resultLines(ran, dir, operations), broken) });
    }
    return { text: printTranscript(steps), broken };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

async function runLongarm(args: readonly string[], dir: string, now: Date, broken: string[]): Promise<Ran> {
  const before = stateOf(dir);
  const ran = await runInside(args, dir, now);
  const { status } = ran;
  // A merged branch that waits for a person keeps nobody from the others, which were built.
  const refused = REFUSED.has(status) && !(args[0] === "build" && status === 3 && /^waits |"merges"/m.test(ran.stdout));
  const says = (law: string): number => broken.push(`longarm ${args.join(" ")}: ${law}`);
  const looksOnly =
    READERS.test(["mail", "check"].includes(args[0] ?? "") ? args.slice(0, 2).join(" ") : (args[0] ?? "")) ||
    ["--dry-run", "-n", "--check"].some((flag) => args.includes(flag));
  if (looksOnly || refused) {
    // A question of sync is remembered, and nothing else.
    const noted = args[0] === "sync" && !looksOnly ? /\.longarm\/sync\.json$/ : /$^/;
    const made = !REFUSED.has(status) && args.includes("am");
    const changed = differences(before, stateOf(dir)).filter(
      (path) => !noted.test(path) && (!made || !isOutput(path, args)),
    );
    if (changed.length > 0) says(`must change nothing, but changed ${changed.join(", ")}`);
  }
  if (status === 70) says(`is a bug of Longarm:\n${ran.stderr}`);
  if (args.includes("--json") && ran.stdout !== "") {
    try {
      // One value, or one a line.
      if (ran.stdout.startsWith("{\n") || ran.stdout.startsWith("[")) JSON.parse(ran.stdout);
      else for (const line of ran.stdout.trimEnd().split("\n")) JSON.parse(line);
    } catch (error) {
      says(`printed no valid JSON: ${String(error)}`);
    }
  }
  if (refused && !/^(?:longarm|Usage): /m.test(ran.stderr)) says("was refused without a sentence");
  if (/^longarm: .*[^.]\.$/m.test(ran.stderr)) says("ends a sentence with a full stop");
  return ran;
}

/** What `mail am` makes: a mailbox, by its usual ending, and the files of a directory named with --quilt. */
function isOutput(path: string, args: readonly string[]): boolean {
  const quilt = args[args.indexOf("--quilt") + 1] ?? "";
  return path.endsWith(".mbx") || (args.includes("--quilt") && path.startsWith(`${quilt}/`));
}

/** Runs a longarm command in this process, as if typed in `cwd`. */
export async function runInside(args: readonly string[], cwd: string, now: Date): Promise<Ran> {
  const stdout = new Collector();
  const stderr = new Collector();
  const status = await runCli(args, {
    stdout,
    stderr,
    version: "0.0.0",
    assetsDir: join(root, "dist/web"),
    world: { now: () => now, engine: "test", presetsDir: join(root, "presets"), cwd },
  });
  return { stdout: stdout.text(), stderr: stderr.text(), status };
}

async function runShell(command: string, dir: string): Promise<Ran> {
  const shell = spawn("sh", ["-c", command], { cwd: dir, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [new Collector(), new Collector()];
  shell.stdout.pipe(stdout);
  shell.stderr.pipe(stderr);
  await once(shell, "close");
  return { stdout: stdout.text(), stderr: stderr.text(), status: shell.exitCode ?? 128 };
}

class Collector extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

/** `> ` before each line of standard output, `! ` before each of standard error, `? N` for an exit status other than 0. */
function resultLines({ stdout, stderr, status }: Ran, dir: string, operations: string[]): string[] {
  const named = (text: string): string => {
    for (const [, word, first] of text.matchAll(
      /(?:[oO]peration:? |by |"(?:operation|op|id)": ?")([0-9a-f]{12})\b|^([0-9a-f]{12}) {2}\d{4}-/gm,
    )) {
      const id = word ?? first ?? "";
      if (!operations.includes(id)) operations.push(id);
    }
    return operations.reduce((all, id, index) => all.replaceAll(id, `$OP${index + 1}`), text);
  };
  const marked = (mark: string, output: string): string[] =>
    output === ""
      ? []
      : named(output)
          .replaceAll(dir, "$DIR")
          .replace(/("commit": ")[0-9a-f]{40}(",\s*"outbox")/g, "$1$$COMMIT$2")
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => `${mark} ${line}`.trimEnd());
  return [...marked(">", stdout), ...marked("!", stderr), ...(status === 0 ? [] : [`? ${status}`])];
}

/** What the transcript shall say: the output, or the `~ pattern` lines that stand for it when each matches a part of it. */
function answer(step: Step, real: readonly string[], broken: string[]): readonly string[] {
  const patterns = step.result.filter((line) => line.startsWith("~ "));
  if (patterns.length === 0) return real;
  const output = real.join("\n");
  const status = real.find((line) => line.startsWith("? ")) ?? "? 0";
  const wanted = step.result.find((line) => line.startsWith("? ")) ?? "? 0";
  const missed = patterns.filter((line) => !new RegExp(line.slice(2), "m").test(output));
  if (missed.length > 0 || !new RegExp(`^\\${wanted}$`).test(status))
    broken.push(`${step.command ?? ""}\nwanted:\n${step.result.join("\n")}\nbut it gave:\n${output}`);
  return step.result;
}

function parseTranscript(text: string): Step[] {
  const steps: Step[] = [];
  let prose: string[] = [];
  let open: { readonly prose: string[]; readonly command: string; readonly result: string[] } | null = null;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    if (line.startsWith("$ ")) {
      if (open) steps.push(open);
      open = { prose, command: line.slice(2), result: [] };
      prose = [];
    } else if (open && prose.length === 0 && /^[>!?~](?: |$)/.test(line)) open.result.push(line);
    else prose.push(line);
  }
  if (open) steps.push(open);
  return prose.length === 0 ? steps : [...steps, { prose, command: null, result: [] }];
}

function printTranscript(steps: readonly Step[]): string {
  const lines = steps.flatMap(({ prose, command, result }) =>
    command === null ? prose : [...prose, `$ ${command}`, ...result],
  );
  return `${lines.join("\n")}\n`;
}

/** Words as sh would split them, with '…', "…", backslash and $FIXTURES; for anything else of sh there are other commands. */
function wordsOf(command: string): string[] {
  const fixtures = join(import.meta.dirname, "fixtures");
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"|\\(.)|\$FIXTURES/g, (_all, single?: string, double?: string, one?: string) =>
      double === undefined ? (single ?? one ?? fixtures) : double.replaceAll("$FIXTURES", fixtures),
    ),
  );
}

/** Every file and link below `dir` with a hash of its content; git's objects (garbage is no change), the lock and the mail index, which is a cache, are left out. */
export function stateOf(dir: string): Map<string, string> {
  const state = new Map<string, string>();
  const visit = (path: Buffer, shown: string): void => {
    for (const name of readdirSync(path, { encoding: "buffer" })) {
      const file = Buffer.concat([path, Buffer.from("/"), name]);
      const label = shown === "" ? name.toString("latin1") : `${shown}/${name.toString("latin1")}`;
      if (/(?:^|\/)objects$|\.longarm\/(?:lock(?:-holder|-journal)?|mail\.sqlite.*)$/.test(label)) continue;
      const stats = lstatSync(file);
      if (stats.isSymbolicLink()) state.set(label, `link ${readlinkSync(file)}`);
      else if (stats.isDirectory()) visit(file, label);
      else if (stats.isFile()) state.set(label, createHash("sha1").update(readFileSync(file)).digest("hex"));
    }
  };
  visit(Buffer.from(dir), "");
  return state;
}

/** Names of files that are in one state only or differ. */
export function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}
