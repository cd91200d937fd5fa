// Whether a tag was given by the person it names. Compares names and addresses only; checks no signature.
import type { Message, Trailer } from "#model/mail";
import { parseAddresses, realSender, type Address } from "#model/mail";

/**
 * How the sender of a mail and the person in a tag agree: same address; same but for a `+tag`; same local part and one domain is a label
 * longer (`x@linux.example.org` and `x@example.org`); same display name only; not at all. `refused` is for other reasons,
 * `no-person` for trailers that name none (`Fixes:`).
 */
export type Verdict = "exact" | "plus-tag" | "sub-domain" | "name" | "mismatch" | "refused" | "no-person";

/** Judges one tag of one mail, by the rules of b4 (0.12 and 0.17). */
export function judgeTag(
  trailer: Trailer,
  message: Message,
): { readonly verdict: Verdict; readonly reason: string | null } {
  // A scope note "(powerpc)" or "# for mm" behind the address is no part of the person.
  const person = parseAddresses(trailer.value.replace(/(>)[^<>]*$/, "$1"))[0];
  if (person === undefined) return { verdict: "refused", reason: "it holds no address" };
  // A list that rewrote From hides whose mail it is; the person behind it may give tags as well.
  const behind = realSender(message);
  const senders = behind === null || behind.by === "from" ? message.from : [...message.from, behind.address];
  const verdicts = senders.map((sender) => compare(person, sender));
  const best = ORDER.find((verdict) => verdicts.includes(verdict)) ?? "mismatch";
  if (best !== "mismatch") return { verdict: best, reason: null };
  return { verdict: "mismatch", reason: `it was sent by "${message.from[0]?.address ?? ""}"` };
}

const ORDER: readonly Verdict[] = ["exact", "plus-tag", "sub-domain", "name"];

function compare(person: Address, sender: Address): Verdict {
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

function sameName(left: string, right: string): boolean {
  const a = words(left);
  const b = words(right);
  // "Doe, John" and "John Doe" are one name: the same words in another order, when a comma says so.
  if (left.includes(",") || right.includes(","))
    return a.length > 1 && a.toSorted().join(" ") === b.toSorted().join(" ");
  return a.length > 0 && a.join(" ") === b.join(" ");
}

function words(name: string): string[] {
  return name.toLowerCase().match(/[\p{L}\p{N}.'-]+/gu) ?? [];
}
