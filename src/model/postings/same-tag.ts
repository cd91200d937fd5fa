// When two trailers say the same, and when two addresses are one person's. Decides nothing about who may give a tag.
import type { ByteString } from "#model/bytes";
import type { Trailer } from "#model/mail";
import { parseAddresses, parseMessageId } from "#model/mail";
import { compareAddresses } from "./compare-addresses.ts";

/**
 * A name for what a trailer says: equal for trailers of which one is enough. Keys and addresses count without case, names and
 * notes (`# 6.1`, `[note]`) not at all, a scope in parentheses behind the address does. Links are one when they hold one Message-ID.
 */
export function tagIdentity({ key, value }: Trailer): string {
  const name = key.toLowerCase();
  const first = withoutComment(value.split("\n")[0] ?? "");
  if (LINK.test(name)) return `${name}: ${linkTarget(first)}`;
  const person = PERSON.test(name) ? personOf(value) : null;
  if (person === null) return `${name}: ${value.toLowerCase().replace(/\s+/g, " ").trim()}`;
  const scope = scopeOf(first);
  return `${name}: ${person.toLowerCase()}${scope === "" ? "" : ` ${scope}`}`;
}

/** The text before its last ` #`; all of it when what is behind the last `#` is no comment. */
function withoutComment(text: ByteString): ByteString {
  const at = text.lastIndexOf("#");
  return at > 0 && /\s/.test(text.charAt(at - 1)) ? text.slice(0, at).trimEnd() : text;
}

const LINK = /^(?:link|closes|buglink)$/;
const PERSON = /-by$|^cc$/;

/** The address a tag names, as written; null when it holds none. */
export function personOf(value: ByteString): ByteString | null {
  return parseAddresses(withoutNotes(value))[0]?.address ?? null;
}

/** The value up to the end of its address: "(powerpc)", "# for mm" and "[note]" behind it are no part of the person. */
export function withoutNotes(value: ByteString): ByteString {
  const open = value.indexOf("<");
  if (open < 0) return (value.split("\n")[0] ?? "").replace(/\s#.*$/, "");
  const close = value.indexOf(">", open);
  // An address that nobody closed ends at the first blank.
  return close < 0 ? `${/^[^<]*<\s*[^\s<]*/.exec(value)?.[0] ?? value}>` : value.slice(0, close + 1);
}

/** What a tag is limited to: the text in parentheses behind the address, lower case; "" for the whole patch. */
export function scopeOf(value: ByteString): ByteString {
  const close = value.indexOf(">");
  return (
    /^>+\s*\(([^()]*)\)/
      .exec(value.slice(Math.max(close, 0)))?.[1]
      ?.trim()
      .toLowerCase() ?? ""
  );
}

/** The Message-ID in an archive's address, else the address without what does not matter. */
function linkTarget(value: ByteString): string {
  for (const piece of value.split(/[/#?\s]/).toReversed()) {
    const id = /@|%40/i.test(piece) ? parseMessageId(piece.replace(/%40/gi, "@")) : null;
    if (id !== null) return id;
  }
  return value
    .toLowerCase()
    .replace(/\/+\s*$/, "")
    .trim();
}

/** Whether two tags name one person: the same address, the same but for a `+tag` or one label of the domain, or the same name. */
export function isSamePerson(left: ByteString, right: ByteString): boolean {
  const a = parseAddresses(withoutNotes(left))[0];
  const b = parseAddresses(withoutNotes(right))[0];
  return a !== undefined && b !== undefined && compareAddresses(a, b) !== "mismatch";
}
