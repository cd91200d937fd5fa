// Lint: one file holds one patch.
import { byteString } from "#model/bytes";
import type { Lint } from "../lint.ts";

/** Between two file changes only another patch has lines like these. */
const HEADER = /^(?:From [0-9a-f]{40,64} |From: .*@|Subject: |Signed-off-by: )/m;

export const severalPatches: Lint = {
  name: "several-patches",
  level: "error",
  explanation:
    "A second patch in the same file has its own subject, author and sign-offs, and all of them are lost: only the diffs are applied, as one commit under the first one's name. Split the file; `longarm add` takes a mailbox with many patches.",
  link: "https://man7.org/linux/man-pages/man1/quilt.1.html",
  find({ file: { diff } }) {
    // Where no diff is found, the whole file counts as what trails it.
    if (diff.files.length === 0) return [];
    const texts = [...diff.files.slice(1).map(({ lead }) => lead), diff.trail];
    const more = texts.filter((text) => HEADER.test(byteString(text))).length;
    return more === 0 ? [] : [`holds ${more + 1} patches in one file`];
  },
};
