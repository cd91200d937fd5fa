// Lint: no other patch or commit makes the same change.
import type { Lint } from "../lint.ts";

export const duplicate: Lint = {
  name: "duplicate",
  level: "error",
  explanation:
    "Another patch of the queue, or a commit of the base or of a watched branch, has the same patch-id: the same change would be there twice. Drop one of them. Where the first was taken back on purpose, say so in the description and set the level.",
  link: "https://git-scm.com/docs/git-patch-id",
  find: ({ twins }) => twins.map(({ where, what }) => `makes the same change as ${what} in ${where}`),
};
