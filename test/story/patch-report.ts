// What GNU patch 2.7.6 says with --verbose, hunk by hunk, so that it can be compared with what a build says.

/** One hunk: where it landed, or the line at which it was looked for in vain. */
export type HunkReport =
  | {
      readonly path: string;
      readonly hunk: number;
      readonly line: number;
      readonly offset: number;
      readonly fuzz: number;
    }
  | { readonly path: string; readonly hunk: number; readonly failedAt: number };

/** The hunks of a run in the order in which patch tried them. Lines are 1-based in the patched file. */
export function patchReport(output: string): HunkReport[] {
  const reports: HunkReport[] = [];
  let path = "";
  for (const line of output.split("\n")) {
    path = /^(?:patching|checking) file '?(.*?)'?$/.exec(line)?.[1] ?? path;
    const succeeded = /^Hunk #(\d+) succeeded at (\d+)(?: with fuzz (\d+))?(?: \(offset (-?\d+) lines?\))?\.$/.exec(
      line,
    );
    const failed = /^Hunk #(\d+) FAILED at (\d+)\.$/.exec(line);
    if (succeeded) {
      const [, hunk, at, fuzz = "0", offset = "0"] = succeeded;
      reports.push({ path, hunk: Number(hunk), line: Number(at), offset: Number(offset), fuzz: Number(fuzz) });
    } else if (failed) reports.push({ path, hunk: Number(failed[1]), failedAt: Number(failed[2]) });
  }
  return reports;
}

/** The same hunks by file and number. */
export function sortHunks(hunks: readonly HunkReport[]): HunkReport[] {
  return hunks.toSorted((left, right) =>
    left.path === right.path ? left.hunk - right.hunk : left.path < right.path ? -1 : 1,
  );
}
