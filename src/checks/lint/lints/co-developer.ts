// Lint: everybody who wrote a part of the patch has signed it off.
import { parseAddresses, printAddress, sameAddress } from "#model/mail";
import type { Lint } from "../lint.ts";
import { MANUAL } from "../lint.ts";

export const coDeveloper: Lint = {
  name: "co-developer",
  level: "warn",
  explanation:
    "Co-developed-by names another author, who certifies the patch too: the Signed-off-by of the same person stands on the next line. The author in From is no co-developer.",
  link: `${MANUAL}/submitting-patches.html#when-to-use-acked-by-cc-and-co-developed-by`,
  find({ file }) {
    return file.trailers.flatMap(({ key, value }, index) => {
      const person = /^co-developed-by$/i.test(key) ? parseAddresses(value)[0] : undefined;
      if (person === undefined) return [];
      const next = file.trailers[index + 1];
      const signed =
        next !== undefined && /^signed-off-by$/i.test(next.key) ? parseAddresses(next.value)[0] : undefined;
      const found: string[] = [];
      if (signed === undefined || !sameAddress(signed.address, person.address))
        found.push(`has no Signed-off-by right behind Co-developed-by: ${printAddress(person)}`);
      if (file.author !== null && sameAddress(file.author.address, person.address))
        found.push(`names its author as a co-developer: ${printAddress(person)}`);
      return found;
    });
  },
};
