// Who sent a mail whose From a mailing list has rewritten, so that it passes DMARC: `Ann Author via list <list@example.org>`.
// Undoes only what lists are known to do, and says from where it has the answer. Not about in-body From lines, which name authors.
import type { Address } from "./address.ts";
import { parseAddresses, sameAddress } from "./address.ts";
import { headerValues, type Message } from "./message.ts";

/** A sender, and how it is known. */
export interface RealSender {
  readonly address: Address;
  /**
   * `from`: From was not rewritten, or nothing tells who is behind it. Else the field that holds the address that was replaced:
   * `original` (X-Original-From and the like), `reply-to`, `cc`; `invalid`: `.invalid` was taken off the end of the domain;
   * `encoded`: the address was packed into the local part (`ann=example.org@list.example.org`).
   */
  readonly by: "from" | "original" | "reply-to" | "cc" | "invalid" | "encoded";
  /** False where From was rewritten and nothing tells the address: then `address` is the list's, with the person's name. */
  readonly known: boolean;
}

/**
 * The person behind From; null when From names nobody. A rewritten From is known by its form, `NAME via LIST` or `'NAME' via LIST`
 * (Mailman, Sympa, Google Groups, relays), with an address that is the list's by its own fields or by To and Cc,
 * or by a domain that ends in `.invalid`. Reply-To and Cc count only with the same name or, alone, without any.
 * It is as good as From itself without DMARC: whoever pretends to be a list can name anybody. What was signed is another question.
 */
export function realSender(message: Message): RealSender | null {
  const [from] = message.from;
  if (from === undefined) return null;
  const plain = from.address.replace(/\.invalid$/i, "");
  if (plain !== from.address && /@[^@]+\.[^@]+$/.test(plain)) {
    return { address: { name: from.name, address: plain }, by: "invalid", known: true };
  }
  const name = nameBeforeVia(from.name);
  if (name === null || !isForwarder(message, from.address)) return { address: from, by: "from", known: true };
  const isOther = ({ address }: Address): boolean => address.includes("@") && !sameAddress(address, from.address);
  const named = (candidates: readonly Address[]): Address | undefined =>
    candidates.find((one) => isOther(one) && sameName(one.name, name));
  for (const field of ORIGINAL) {
    const found = fieldAddresses(message, field).find(isOther);
    if (found !== undefined)
      return { address: { name: found.name || name, address: found.address }, by: "original", known: true };
  }
  const replyTo = fieldAddresses(message, "reply-to");
  // Google Groups and Mailman write the person alone; a list that replies go to stands there as well.
  const [only, ...more] = replyTo.filter(isOther);
  const answered = named(replyTo) ?? (only !== undefined && more.length === 0 && only.name === "" ? only : undefined);
  if (answered !== undefined) return { address: { name, address: answered.address }, by: "reply-to", known: true };
  const copied = named(message.cc);
  if (copied !== undefined) return { address: { name, address: copied.address }, by: "cc", known: true };
  const packed = /^([^=@\s]+)=([^=@\s]+\.[^=@\s]+)@/.exec(from.address);
  if (packed !== null) return { address: { name, address: `${packed[1]}@${packed[2]}` }, by: "encoded", known: true };
  // Some software puts the address where the name was: "ann@example.org via list".
  if (/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(name))
    return { address: { name: "", address: name }, by: "encoded", known: true };
  return { address: { name, address: from.address }, by: "from", known: false };
}

const LIST_FIELDS = ["list-post", "list-id", "x-mailing-list", "x-beenthere", "mailing-list", "delivered-to"];

// A relay packs the person's address into its own: `devnull+ann.example.org@relay.example`.
function isForwarder(message: Message, address: string): boolean {
  const wanted = address.toLowerCase();
  if ([...message.to, ...message.cc].some((one) => sameAddress(one.address, address))) return true;
  if (/^[^@]*[+=][^@]*@/.test(wanted)) return true;
  // A List-Id is the address with a dot for the @ (RFC 2919).
  const id = wanted.replace("@", ".");
  return LIST_FIELDS.some((field) =>
    headerValues(message, field).some((value) => {
      const words = value.toLowerCase().split(/[<>:,;\s]+/);
      return words.includes(wanted) || words.includes(id);
    }),
  );
}

const ORIGINAL = ["x-original-from", "x-original-sender", "original-from", "x-mailman-original-from"];

function fieldAddresses(message: Message, field: string): Address[] {
  return headerValues(message, field).flatMap(parseAddresses);
}

/** The name in front of "via LIST", without the quotes that Google Groups writes; null when there is no "via". */
function nameBeforeVia(name: string): string | null {
  const at = name.toLowerCase().lastIndexOf(" via ");
  if (at <= 0) return null;
  const [person, list] = [name.slice(0, at).trim(), name.slice(at + " via ".length).trim()];
  if (person === "" || list === "") return null;
  return /^'.*'$|^".*"$/.test(person) ? person.slice(1, -1).trim() : person;
}

function sameName(left: string, right: string): boolean {
  return left !== "" && plainName(left) === plainName(right);
}

function plainName(text: string): string {
  return text.toLowerCase().replace(/["']/g, "").replace(/\s+/g, " ").trim();
}
