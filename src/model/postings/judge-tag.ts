// Whether a tag was given by the person it names. Compares names and addresses only; checks no signature.
import type { Message, Trailer } from "#model/mail";
import { parseAddresses } from "#model/mail";
import { compareAddresses, type Agreement } from "./compare-addresses.ts";
import { withoutNotes } from "./same-tag.ts";

/** How the sender of a mail and the person in a tag agree; `refused` for other reasons, `no-person` for trailers that name none (`Fixes:`). */
export type Verdict = Agreement | "refused" | "no-person";

/** Judges one tag of one mail, by the rules of b4 (0.12 and 0.17). */
export function judgeTag(
  trailer: Trailer,
  message: Message,
): { readonly verdict: Verdict; readonly reason: string | null } {
  const person = parseAddresses(withoutNotes(trailer.value))[0];
  if (person === undefined || !/^[^@\s]+@[^@\s]+$/.test(person.address))
    return { verdict: "refused", reason: "it holds no address" };
  const verdicts = message.from.map((sender) => compareAddresses(person, sender));
  const best = ORDER.find((verdict) => verdicts.includes(verdict)) ?? "mismatch";
  if (best !== "mismatch") return { verdict: best, reason: null };
  return { verdict: "mismatch", reason: `it was sent by "${message.from[0]?.address ?? ""}"` };
}

const ORDER: readonly Agreement[] = ["exact", "plus-tag", "sub-domain", "name"];
