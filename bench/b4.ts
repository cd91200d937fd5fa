// What Debian's b4 takes for a posting, beside ours: `b4 am`, offline and without attestation, over the thread on its input.
// The start of its process is in it, so a run over one mail that is no patch is taken off.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printMbox } from "#model/mail";
import type { Posting } from "#model/postings";

/** Postings that b4 is asked for. */
const THREADS = 5;

/** Milliseconds a posting, the median; NaN where there is no b4. */
export function measureB4(postings: readonly Posting[]): number {
  const home = mkdtempSync(join(tmpdir(), "longarm-b4-"));
  try {
    writeFileSync(
      join(home, ".gitconfig"),
      "[user]\nname = Bench\nemail = bench@example.org\n[b4]\nattestation-policy = off\n",
    );
    const run = (input: Uint8Array): number => {
      const began = performance.now();
      const { status } = spawnSync("b4", ["--offline-mode", "-n", "am", "-m", "-", "-o", "-"], {
        cwd: home,
        env: {
          PATH: "/usr/bin:/bin",
          HOME: home,
          XDG_DATA_HOME: home,
          XDG_CACHE_HOME: home,
          GIT_CEILING_DIRECTORIES: "/",
        },
        input,
      });
      return status === null ? Number.NaN : performance.now() - began;
    };
    const start = run(new Uint8Array());
    const chosen = postings.filter(({ complete }) => complete).slice(-THREADS);
    const times = chosen.map((posting) => run(printMbox(mailsOf(posting))) - start);
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function mailsOf({ cover, slots, replies }: Posting): Uint8Array[] {
  const patches = slots.flatMap((slot) => (slot === null ? [] : [slot.message.source]));
  return [
    ...(cover === null ? [] : [cover.message.source]),
    ...patches,
    ...replies.map(({ message }) => message.source),
  ];
}
