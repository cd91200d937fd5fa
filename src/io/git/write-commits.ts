// Writes a plan of commits through one `git fast-import` in a scratch repository that borrows the real one's objects.
// Only a complete plan's objects are moved into the real repository; refs are never touched, whatever happens.
import { once } from "node:events";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import { type CommitPlan, printCommit, printEnd } from "./commit-plan.ts";
import { type CommitId, parseCommitId } from "./ids.ts";
import { collectStderr, ended, gitFailure, startGit } from "./run.ts";
import { type ObjectStore, withScratch } from "./scratch.ts";

// Measured on a kernel tree, 1000 commits of 2 files (docs/decisions): level 1 halves git's work, and `gc` packs better later.
const SETTINGS = ["-c", "core.compression=1", "-c", "pack.compression=1"];

const IMPORT = ["fast-import", "--done", "--quiet", "--date-format=raw-permissive", "--depth=10"];

/**
 * Writes the commits in the order given and returns the id of each. The same plan gives the same ids anywhere.
 * All of them are in the repository when this returns; when it throws, none is, and no file is left behind.
 */
export async function writeCommitsTo(
  store: ObjectStore,
  plan: Iterable<CommitPlan> | AsyncIterable<CommitPlan>,
): Promise<CommitId[]> {
  return withScratch(store, (scratch) => runImport(scratch, plan));
}

async function runImport(scratch: string, plan: Iterable<CommitPlan> | AsyncIterable<CommitPlan>): Promise<CommitId[]> {
  const place = { cwd: scratch, gitDir: scratch, workTree: null };
  const child = startGit(place, [...SETTINGS, ...IMPORT], { stdio: ["pipe", "pipe", "pipe"] });
  const stderr = collectStderr(child);
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("git fast-import was started without pipes");
  let answers = "";
  stdout.on("data", (piece: Buffer) => {
    answers += byteString(piece);
  });
  const end = ended(child);
  // Whoever awaits `end` below sees its error; until then it is not unhandled.
  end.catch(() => undefined);
  stdin.on("error", () => undefined);

  const write = async (piece: Bytes): Promise<void> => {
    if (!stdin.writable || stdin.write(piece)) return;
    const drained = new AbortController();
    await Promise.race([once(stdin, "drain", { signal: drained.signal }), end]).catch(() => undefined);
    drained.abort();
  };

  let count = 0;
  try {
    for await (const commit of plan) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      for (const piece of joinSmall(printCommit(commit, count))) await write(piece);
      count += 1;
    }
    await write(printEnd(count));
    stdin.end();
  } catch (cause) {
    child.kill("SIGKILL");
    await end;
    throw cause;
  }
  const exitCode = await end;
  if (exitCode !== 0) throw gitFailure(["fast-import"], exitCode, stderr());
  const ids = answers.split("\n").slice(0, count).map(parseCommitId);
  const known = ids.filter((id) => id !== null);
  if (known.length !== count)
    throw new Error(`git fast-import told ${known.length} of ${count} commit ids: "${stderr()}"`);
  return known;
}

/** Pieces with the small ones joined, so that a commit costs a few writes to the pipe. */
function joinSmall(pieces: readonly Bytes[]): Bytes[] {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return total < 1024 * 1024 ? [Buffer.concat(pieces)] : [...pieces];
}
