// Lint: the patch changes something.
import type { Lint } from "../lint.ts";

export const emptyPatch: Lint = {
  name: "empty-patch",
  level: "error",
  explanation:
    "The file holds no diff, or nothing of it changes a file where it stands: it makes no commit, and whoever looks for its change finds nothing. Drop it, or put back what was cut off.",
  link: "https://git-scm.com/docs/git-am#Documentation/git-am.txt---emptydropkeepstop",
  find({ file, placement }) {
    if (file.diff.files.length === 0) return ["holds no diff"];
    return placement?.outcome === "empty" ? ["changes nothing where it stands"] : [];
  },
};
