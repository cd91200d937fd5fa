// Lint: no line of the description ends it for git.
import { byteString, fromByteString, textOf } from "#model/bytes";
import type { Lint } from "../lint.ts";

/** Where `git mailinfo`, so `git am` and `git quiltimport` too, takes the diff to begin (builtin patchbreak of git 2.39). */
const ENDS = /^(?:diff -.*|Index: .*|---[ \t]*|--- [^ \t].*)$/;

export const separator: Lint = {
  name: "separator",
  level: "error",
  explanation:
    'A line "---" in a description, or one that looks like the head of a diff, ends the description for git am and git quiltimport: everything below it, the sign-offs too, is lost on the way into a commit. It happened to whole series. Indent the line or take it out.',
  link: "https://git-scm.com/docs/git-am#_discussion",
  find({ file }) {
    const lines = byteString(file.description).split("\n");
    return lines.flatMap((line, index) =>
      ENDS.test(line.replace(/\r$/, ""))
        ? [
            `has a line ${JSON.stringify(textOf(fromByteString(line.trimEnd())).slice(0, 60))} in its description (line ${index + 1}), where git ends it`,
          ]
        : [],
    );
  },
};
