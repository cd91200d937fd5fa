// Lint: the patch says what it is and why.
import { byteString } from "#model/bytes";
import { parseTrailers } from "#model/mail";
import type { Lint } from "../lint.ts";
import { MANUAL } from "../lint.ts";

export const description: Lint = {
  name: "description",
  level: "warn",
  explanation:
    "A patch needs a subject and a description of the problem and of what is done about it; a diff does not say why.",
  link: `${MANUAL}/submitting-patches.html#describe-your-changes`,
  find({ file }) {
    if (file.title === null || file.title.trim() === "") return ["has no subject"];
    return byteString(parseTrailers(file.description).body).trim() === "" ? ["has no description"] : [];
  },
};
