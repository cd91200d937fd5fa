// Lint: a stable branch has no patch beside which its own fix waits.
import type { Lint } from "../lint.ts";
import { MANUAL } from "../lint.ts";

export const unfoldedFix: Lint = {
  name: "unfolded-fix",
  level: "error",
  explanation:
    "The branch asks for folded patches (enter = { folded = true }): it will be published as it is, and a patch with its fix behind it cannot be bisected. Fold the fix into the patch first.",
  link: `${MANUAL}/submitting-patches.html#separate-your-changes`,
  find: ({ fixes }) => (fixes.length === 0 ? [] : [`has fixes to fold: ${fixes.join(", ")}`]),
};
