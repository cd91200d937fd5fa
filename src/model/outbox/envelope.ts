// From the bytes of a mail to what SMTP needs: sender, recipients, and the bytes that may leave. Nothing else of the mail changes.
import type { Bytes } from "#model/bytes";
import { byteString, concatBytes, equalBytes } from "#model/bytes";
import { headerValues, parseAddresses, parseMessage } from "#model/mail";

export interface Envelope {
  /** Address of `From:`; null when there is none. */
  readonly sender: string | null;
  /** Addresses of To, Cc and Bcc, each once without regard to case, in order. */
  readonly recipients: readonly string[];
  /** Without `<>`; null when there is none. */
  readonly messageId: string | null;
  readonly subject: string;
  /** The mail without its Bcc fields. */
  readonly bytes: Bytes;
  /** Whether a byte above 127 is in it: then the server must be told, RFC 6152. */
  readonly eightBit: boolean;
}

/** What an SMTP address may hold: printable ASCII without blanks or `<>`; a line end would begin another command. */
const SAFE = /^[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+$/;
/** RFC 5321 section 4.5.3.1.3: a path has at most 256 octets, brackets included. */
const MAX_ADDRESS = 254;

/** Reads the envelope of a mail. Addresses that SMTP cannot carry are left out. */
export function envelopeOf(mail: Bytes): Envelope {
  const message = parseMessage(mail);
  const bcc = headerValues(message, "bcc").flatMap((value) => parseAddresses(value));
  const seen = new Map<string, string>();
  for (const { address } of [...message.to, ...message.cc, ...bcc]) {
    if (!SAFE.test(address) || address.length > MAX_ADDRESS || seen.has(address.toLowerCase())) continue;
    seen.set(address.toLowerCase(), address);
  }
  const bytes = withoutField(mail, "bcc", mail.length - message.body.length);
  return {
    sender: message.from[0]?.address ?? null,
    recipients: [...seen.values()],
    messageId: message.messageId,
    subject: message.subject,
    bytes,
    eightBit: bytes.some((byte) => byte > 127),
  };
}

/** The mail without every field of that name, folds included; the same bytes when it has none. `end` is where the body begins. */
function withoutField(mail: Bytes, name: string, end: number): Bytes {
  const kept: Bytes[] = [];
  let inField = false;
  for (let at = 0; at < end;) {
    const newline = mail.indexOf(10, at);
    const next = newline < 0 || newline >= end ? end : newline + 1;
    const line = byteString(mail.subarray(at, Math.min(next, at + name.length + 40)));
    const isFold = line.startsWith(" ") || line.startsWith("\t");
    if (!isFold) inField = new RegExp(`^${name}[ \\t]*:`, "i").test(line);
    if (!inField) kept.push(mail.subarray(at, next));
    at = next;
  }
  const whole = concatBytes([...kept, mail.subarray(end)]);
  return equalBytes(whole, mail) ? mail : whole;
}
