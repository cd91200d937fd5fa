// Lint: whoever looks after the changed files is named in the patch.
import type { Address } from "#model/mail";
import { parseAddresses, printAddress, sameAddress } from "#model/mail";
import type { Lint } from "../lint.ts";
import { MANUAL } from "../lint.ts";

/** People that one finding names. */
const MAX_NAMED = 5;

export const missingPeople: Lint = {
  name: "missing-people",
  level: "note",
  explanation:
    "The source tree's own scripts/get_maintainer.pl names people for the changed files whom no trailer of the patch names, so no notice reaches them. Add a Cc: for those who should see it.",
  link: `${MANUAL}/submitting-patches.html#select-the-recipients-for-your-patch`,
  find({ file, people }) {
    const named: Address[] = file.trailers.flatMap(({ value }) => (value.includes("@") ? parseAddresses(value) : []));
    if (file.author !== null) named.push(file.author);
    const isNamed = (one: Address): boolean =>
      named.some((other) => sameAddress(other.address, one.address) || (one.name !== "" && other.name === one.name));
    const missing = (people ?? []).filter(({ address }) => !isNamed(address));
    if (missing.length === 0) return [];
    const shown = missing.slice(0, MAX_NAMED).map(({ address, role }) => `${printAddress(address)} (${role})`);
    const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
    return [`does not name ${shown.join(", ")}${more}`];
  },
};
