// Lint: the subject says which part of the source is changed.
import type { Lint } from "../lint.ts";
import { MANUAL } from "../lint.ts";

/** What others have reverted is known by its quoted subject. */
const FORM = /^(?:[^\s:"][^:"]{0,60}: ?\S|(?:Revert|Reapply|Partially revert) ")/i;

export const subjectPrefix: Lint = {
  name: "subject-prefix",
  level: "note",
  explanation:
    'A subject begins with the part of the source that it is about and a colon: "mm/slub: …". Whoever reads a list of subjects chooses by it.',
  link: `${MANUAL}/submitting-patches.html#the-canonical-patch-format`,
  find({ file: { title } }) {
    return title === null || FORM.test(title) ? [] : [`has no prefix in its subject: "${title}"`];
  },
};
