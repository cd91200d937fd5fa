// Whether two addresses with names are believed to be one person's. Checks no signature.
import type { Address } from "#model/mail";

/**
 * How two addresses with names agree: same address; same but for a `+tag`; same local part and one domain is a label longer
 * (`x@linux.example.org` and `x@example.org`); same display name only; not at all.
 */
export type Agreement = "exact" | "plus-tag" | "sub-domain" | "name" | "mismatch";

/** How the person in a tag and a sender agree; `mismatch` when they do not. */
export function compareAddresses(person: Address, sender: Address): Agreement {
  const a = person.address.toLowerCase();
  const b = sender.address.toLowerCase();
  if (a === b) return "exact";
  const [localA, domainA] = split(a);
  const [localB, domainB] = split(b);
  if (withoutTag(localA) === withoutTag(localB)) {
    if (domainA === domainB) return "plus-tag";
    if (isSubDomain(domainA, domainB) || isSubDomain(domainB, domainA)) return "sub-domain";
  }
  return sameName(person.name, sender.name) ? "name" : "mismatch";
}

function split(address: string): [string, string] {
  const at = address.lastIndexOf("@");
  return at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
}

function withoutTag(local: string): string {
  return local.replace(/\+.*$/, "");
}

// One domain has exactly one label more than the other.
function isSubDomain(longer: string, shorter: string): boolean {
  return shorter.includes(".") && longer.endsWith(`.${shorter}`) && !longer.slice(0, -shorter.length - 1).includes(".");
}

/**
 * Case, accents, quotes and the width of blanks do not matter. "Doe, John" and "John Doe" are one name: all words of the one with
 * the comma are in the other, in any order.
 */
function sameName(left: string, right: string): boolean {
  const a = words(left);
  const b = words(right);
  if (a.length === 0 || b.length === 0) return false;
  if (a.join(" ") === b.join(" ")) return true;
  const [inverted, plain] = right.includes(",") ? [b, a] : left.includes(",") ? [a, b] : [[], []];
  return inverted.length > 1 && inverted.every((word) => plain.includes(word));
}

function words(name: string): string[] {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[\p{L}\p{N}.'-]+/gu) ?? [];
}
