// Message-IDs: the name of one mail. Made only by the parsers here, so a MessageId never holds brackets or blanks.
import type { ByteString } from "#model/bytes";

/** A Message-ID without its angle brackets, bytes unchanged and case kept. */
export type MessageId = ByteString & { readonly messageId: true };

/** More ids than this in one header are not read: a References header of a real thread has a few hundred at most. */
export const MAX_MESSAGE_IDS = 2000;

/**
 * All ids in a header value (`Message-ID`, `In-Reply-To`, `References`), in order, each once.
 * Text that is not inside angle brackets (obsolete phrases, RFC 5322 section 4.5.4) is passed over;
 * a value without any bracket is read as bare ids, which some robots and people write.
 */
export function parseMessageIds(value: ByteString): MessageId[] {
  const found = new Set<MessageId>();
  for (const piece of value.includes("<") ? insideBrackets(value) : value.split(/[\s,]+/)) {
    if (found.size >= MAX_MESSAGE_IDS) break;
    const id = parseMessageId(piece);
    if (id !== null) found.add(id);
  }
  return [...found];
}

/** One id as a person types it: with or without brackets, a leading `mid:` or `id:` allowed; null when it is none. */
export function parseMessageId(text: ByteString): MessageId | null {
  // Folding may have put blanks inside a long id; RFC 5322 allows none there, so they carry no meaning.
  const bare = text.replace(/[\s<>]+/g, "").replace(/^(?:mid|id):/i, "");
  if (bare === "" || !bare.includes("@")) return null;
  return bare as MessageId;
}

function* insideBrackets(value: ByteString): Generator<ByteString> {
  for (let open = value.indexOf("<"); open >= 0; open = value.indexOf("<", open + 1)) {
    const close = value.indexOf(">", open);
    if (close < 0) return;
    yield value.slice(open + 1, close);
    open = close;
  }
}
