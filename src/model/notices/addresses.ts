// The mail addresses in a trailer or a From line, as far as they can stand in a header as they are.
import type { ByteString } from "#model/bytes";
import { parseAddresses } from "#model/mail";

/** RFC 5321 section 4.5.3.1: 64 bytes, "@", 255 bytes. */
const MAX_ADDRESS = 320;
/** Printable ASCII without what RFC 5322 gives a meaning: nothing that could begin another address or header. */
const ADDRESS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+$/;

/**
 * The addresses of `Name <address>` or bare mailboxes, in order, case kept.
 * What stands behind the first address and begins with `#`, `[` or `(` is a comment (`stable@example.org # 6.1`).
 * An address that is not printable ASCII is left out.
 */
export function addressesIn(text: ByteString): string[] {
  const value = text.replace(/^([^@]*@[^\s>]*>?)\s*[#[(].*$/s, "$1");
  return parseAddresses(value)
    .map((mailbox) => mailbox.address)
    .filter((address) => address.length <= MAX_ADDRESS && ADDRESS.test(address));
}
