// Lint: the author has signed the patch off.
import { parseAddresses, printAddress, sameAddress } from "#model/mail";
import type { Lint } from "../lint.ts";
import { MANUAL, valuesOf } from "../lint.ts";

export const signOffAuthor: Lint = {
  name: "sign-off-author",
  level: "error",
  explanation:
    "The author of a patch certifies with a Signed-off-by that it may be taken. The name in From must be one of those that signed off. Ask the author for it; nobody can give it for somebody else.",
  link: `${MANUAL}/submitting-patches.html#sign-your-work-the-developer-s-certificate-of-origin`,
  find(patch) {
    const { author } = patch.file;
    if (author === null) return ["has no author (From:)"];
    const signed = valuesOf(patch, /^signed-off-by$/i).flatMap((value) => parseAddresses(value));
    if (signed.some((one) => sameAddress(one.address, author.address))) return [];
    // People change their address between From and sign-off; the name is what certifies.
    if (author.name !== "" && signed.some(({ name }) => name === author.name)) return [];
    return [
      signed.length === 0 ? "has no Signed-off-by" : `lacks the Signed-off-by of its author, ${printAddress(author)}`,
    ];
  },
};
