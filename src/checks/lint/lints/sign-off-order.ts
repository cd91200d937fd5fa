// Lint: sign-offs stand in the order in which the patch was passed on.
import type { Address } from "#model/mail";
import { parseAddresses, printAddress, sameAddress } from "#model/mail";
import type { Lint } from "../lint.ts";
import { MANUAL, valuesOf } from "../lint.ts";

export const signOffOrder: Lint = {
  name: "sign-off-order",
  level: "warn",
  explanation:
    "Signed-off-by lines tell the way of a patch: the author first, then each hand that passed it on, whoever queued it last. An author with co-developers may stand among them. One hand signs once.",
  link: `${MANUAL}/submitting-patches.html#sign-your-work-the-developer-s-certificate-of-origin`,
  find(patch) {
    const { author } = patch.file;
    const { signer } = patch;
    const signed = valuesOf(patch, /^signed-off-by$/i).flatMap((value) => parseAddresses(value).slice(0, 1));
    if (author === null || signed.length === 0) return [];
    const found: string[] = [];
    const first = signed.findIndex((one) => sameAddress(one.address, author.address));
    const shared = valuesOf(patch, /^co-developed-by$/i).length > 0;
    if (first > 0 && !shared) found.push(`is signed off by ${shown(signed[0])} before its author`);
    if (signer !== null && !isAt(signed, signed.length - 1, signer)) {
      found.push(
        signed.some((one) => sameAddress(one.address, signer.address))
          ? `is signed off by ${shown(signed.at(-1))} behind whoever queued it`
          : `lacks the Signed-off-by of whoever queued it, ${printAddress(signer)}`,
      );
    }
    for (const [index, one] of signed.entries()) {
      if (isAt(signed, index - 1, one)) found.push(`is signed off twice in a row by ${shown(one)}`);
    }
    return found;
  },
};

function isAt(signed: readonly Address[], index: number, person: Address): boolean {
  const one = signed[index];
  return one !== undefined && sameAddress(one.address, person.address);
}

function shown(person: Address | undefined): string {
  return person === undefined ? "nobody" : printAddress(person);
}
