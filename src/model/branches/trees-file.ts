// A list of other people's trees as linux-next keeps it (Next/Trees): `NAME KIND URL#BRANCH`, one a line.
// It only reads the text; fetching and merging the trees is app's business.
import type { Bytes, Problem } from "#model/bytes";
import { textOf } from "#model/bytes";
import { parseBranchName } from "#model/queue";

/** One line of the list. */
export interface ListedTree {
  readonly name: string;
  readonly url: string;
  /** `master` where the line names none, as linux-next has it. */
  readonly branch: string;
}

/** More lines are not read; linux-next has about 400. */
const MAX_TREES = 10_000;

/** The git trees of the list, each name once. Lines that are none, and trees of other kinds (`quilt`), are reported and passed over. */
export function parseTreesFile(bytes: Bytes): {
  readonly trees: readonly ListedTree[];
  readonly problems: readonly Problem[];
} {
  const trees = new Map<string, ListedTree>();
  const problems: Problem[] = [];
  for (const [index, line] of textOf(bytes).split("\n", MAX_TREES).entries()) {
    const text = line.trim();
    if (text === "" || text.startsWith("#")) continue;
    const [name = "", kind = "", place = "", ...more] = text.split(/\s+/);
    const [url = "", branch = "master"] = place.split(/#(?=[^#]*$)/);
    const wrong =
      place === "" || more.length > 0
        ? "it is not: name, kind, URL"
        : kind !== "git"
          ? `"${name}" is a tree of kind "${kind}", only "git" can be fetched`
          : parseBranchName(name) === null || parseBranchName(branch) === null || url === "" || url.startsWith("-")
            ? `"${text.slice(0, 200)}" cannot be fetched`
            : trees.has(name)
              ? `"${name}" is listed already`
              : null;
    if (wrong === null) trees.set(name, { name, url, branch });
    else problems.push({ message: wrong, line: index + 1 });
  }
  return { trees: [...trees.values()], problems };
}
