// `Cc:` trailers for the people whom a patch was mailed to and no trailer names. Which of them is the tree's choice.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { Address, Message, Trailer } from "#model/mail";
import { makeTrailer, parseAddresses, printAddress, sameAddress } from "#model/mail";

/** Whom a tree names. Globs know `*` for any run of chars and ignore case. */
export interface MailedPeople {
  /** `by-name`: sorted by what is written, regardless of case, quotes and brackets; `as-mailed`: To, then Cc, as they stand there. */
  readonly order: "by-name" | "as-mailed";
  readonly exclude: readonly string[];
  /** Named although `exclude` fits them. */
  readonly keep: readonly string[];
  /** Quote names with dots and parentheses too, as RFC 5322 wants it. */
  readonly quote: boolean;
  /** Other names for people than the mail has, by address in lower case. */
  readonly names: Readonly<Record<string, string>>;
}

/** The new trailers. `author` and `others` (such as the maintainer) are never added, nor is whom one of `trailers` names. */
export function mailedPeople(
  message: Message,
  trailers: readonly Trailer[],
  people: MailedPeople,
  others: readonly ByteString[],
): Trailer[] {
  const named = trailers.flatMap(({ value }) =>
    parseAddresses(value.replace(/>.*$/s, ">")).map(({ address }) => address),
  );
  const seen = [...named, ...others];
  const added: ByteString[] = [];
  for (const mailbox of [...message.to, ...message.cc]) {
    if (seen.some((one) => sameAddress(one, mailbox.address)) || isLeftOut(mailbox.address, people)) continue;
    seen.push(mailbox.address);
    added.push(byteString(bytesOf(printed(mailbox, people))));
  }
  if (people.order === "by-name") added.sort((left, right) => compare(sortKey(left), sortKey(right)));
  return added.map((value) => makeTrailer("Cc", value));
}

/** A `Cc:` of a bare address, as people type it, in brackets. */
export function bracketed(value: ByteString): ByteString {
  return /^[^\s<>@,"]+@[^\s<>@,"]+$/.test(value) ? `<${value}>` : value;
}

function printed(mailbox: Address, { quote, names }: MailedPeople): string {
  const key = mailbox.address.toLowerCase();
  const name = Object.hasOwn(names, key) ? (names[key] ?? "") : mailbox.name;
  const person = { name, address: mailbox.address };
  return quote || name === "" || name === mailbox.address ? printPerson(person) : printAddress(person);
}

/** `Name <address>`, quoted where RFC 5322 wants quotes, dots and comments included; `<address>` for who has no name. */
export function printPerson({ name, address }: Address): string {
  if (name === "" || name === address) return `<${address}>`;
  const shown = /[()<>[\]:;@\\,."]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;
  return `${shown} <${address}>`;
}

function isLeftOut(address: ByteString, { exclude, keep }: MailedPeople): boolean {
  const fits = (glob: string): boolean => fitsGlob(glob.toLowerCase(), address.toLowerCase());
  return exclude.some(fits) && !keep.some(fits);
}

/** In time linear for each `*`: the pieces between the stars are found one by one. */
export function fitsGlob(glob: string, text: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

function sortKey(value: ByteString): string {
  return value.toLowerCase().replace(/["<]/g, "");
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
