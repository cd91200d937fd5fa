// What Debian's b4 takes for a posting, beside ours: `b4 am`, offline and without attestation, over the thread on its input.
// The start of its process is in each run, so that is measured by itself and taken off.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printMbox } from "#model/mail";
import type { Posting } from "#model/postings";

/** Postings that b4 is asked for, evenly spread over the sample, and how often it is started for nothing. */
const POSTINGS = 15;
const STARTS = 5;

/** What b4 took for its postings; or what it said instead, for a peer that fails must not be timed. */
export type B4Time =
  /** Milliseconds: the mean of all postings, without the start of the process, and the median of that. */
  | {
      readonly kind: "timed";
      readonly each: number;
      readonly start: number;
      readonly postings: number;
      /** The postings that it did not take, and why; they are not in the mean. */
      readonly failures: readonly string[];
    }
  | Failure;

interface Failure {
  readonly kind: "failed";
  readonly why: string;
}

/** Asks b4 for complete postings. */
export function measureB4(postings: readonly Posting[]): B4Time {
  const home = mkdtempSync(join(tmpdir(), "longarm-b4-"));
  try {
    writeFileSync(
      join(home, ".gitconfig"),
      "[user]\nname = Bench\nemail = bench@example.org\n[b4]\nattestation-policy = off\n",
    );
    const complete = postings.filter((posting) => posting.complete);
    const step = Math.max(1, Math.floor(complete.length / POSTINGS));
    const chosen = complete.filter((_, at) => at % step === 0).slice(0, POSTINGS);
    if (chosen.length === 0) return { kind: "failed", why: "the sample has no complete posting" };
    const starts: number[] = [];
    for (let round = 0; round < STARTS; round += 1) {
      const start = runB4(home, ["--version"], new Uint8Array());
      if (typeof start !== "number") return start;
      starts.push(start);
    }
    const times: number[] = [];
    const failures: string[] = [];
    for (const posting of chosen) {
      const time = runB4(home, ["--offline-mode", "-n", "am", "-m", "-", "-o", "-"], printMbox(mailsOf(posting)));
      if (typeof time === "number") times.push(time);
      else failures.push(`<${posting.id ?? ""}>: ${time.why}`);
    }
    if (times.length === 0) return { kind: "failed", why: failures[0] ?? "" };
    const start = starts.sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Number.NaN;
    const each = times.reduce((sum, time) => sum + time, 0) / times.length - start;
    return { kind: "timed", each, start, postings: times.length, failures };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function runB4(home: string, args: readonly string[], input: Uint8Array): number | Failure {
  const env = { PATH: "/usr/bin:/bin", HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
  const began = performance.now();
  const { error, status, stdout, stderr } = spawnSync("b4", args, {
    cwd: home,
    env: { ...env, GIT_CEILING_DIRECTORIES: "/" },
    input,
    maxBuffer: 1 << 28,
  });
  const time = performance.now() - began;
  if (error !== undefined) return { kind: "failed", why: error.message };
  if (status === 0 && stdout.length > 0) return time;
  return {
    kind: "failed",
    why: `exit code ${status}, ${stdout.length} bytes, ${stderr.toString().trim().split("\n").at(-1)}`,
  };
}

function mailsOf({ cover, slots, replies }: Posting): Uint8Array[] {
  const patches = slots.flatMap((slot) => (slot === null ? [] : [slot.message.source]));
  return [
    ...(cover === null ? [] : [cover.message.source]),
    ...patches,
    ...replies.map(({ message }) => message.source),
  ];
}
