// The diffs that no patch of a queue may have: none, a damaged one, or one that would write outside the source tree.
import { byteString, pathProblem, readableBytes, quotedPath, UserError } from "#model/bytes";
import type { Diff } from "#model/diff";
import { nameProblem, pathsOf } from "#model/diff";

/** Refuses what cannot be queued: no diff, a damaged one, or one that would write outside the source tree. */
export function checkDiff(shown: string, problems: readonly string[], diff: Diff): void {
  const [problem] = problems;
  if (problem !== undefined)
    throw new UserError(`${shown}: ${problem}`, { hint: "ask for the patch again, it is damaged or no patch" });
  if (diff.files.length === 0)
    throw new UserError(`${shown}: no file change is in it`, { hint: "name a patch with a unified diff" });
  for (const file of diff.files) {
    if (file.binary !== null && file.binary.forward === null) {
      throw new UserError(
        `${shown}: the binary change of ${quotedPath(file.newPath ?? file.oldPath ?? "")} carries no data`,
        {
          hint: "ask for the patch again, made with git format-patch --binary",
        },
      );
    }
    const short = file.hunks.find((hunk) => hunk.chopped > 0);
    if (short) {
      const text = readableBytes(byteString(short.head)).trim();
      throw new UserError(`${shown}: hunk "${text}" ends ${short.chopped} lines too early`, {
        hint: "ask for the patch again, its end is missing",
      });
    }
    const absolute = nameProblem(file);
    if (absolute !== null)
      throw new UserError(`${shown}: refuse the path ${absolute}`, { hint: "do not trust this patch" });
    for (const path of pathsOf(file, 1)) {
      const wrong = pathProblem(path);
      if (wrong !== null) {
        throw new UserError(`${shown}: refuse the path ${quotedPath(path)}, it ${wrong}`, {
          hint: "do not trust this patch",
        });
      }
    }
  }
}
