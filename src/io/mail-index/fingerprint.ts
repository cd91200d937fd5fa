// Tells whether two mails with one Message-ID are the same mail: by digests, so that no mail has to be read again.
// A list may have appended a footer, and servers trace fields; everything else makes it another mail.
import { createHash } from "node:crypto";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Message } from "#model/mail";

/** Lines of a footer that a list may append. */
const FOOTER_LINES = 8;
/** Bytes of each digest that are kept: they are compared only where Message-ID, subject, sender and date agree. */
const SIZE = 8;

/** Digests of the subject, date, sender and body: of the whole body first, then without its last line, the last two, and so on. */
export function fingerprint(message: Message): Bytes {
  const { body } = message;
  const ends = [withoutLineEnds(body, body.length)];
  while (ends.length <= FOOTER_LINES) {
    const end = ends[0] ?? 0;
    const line = end === 0 ? -1 : body.lastIndexOf(10, end - 1);
    const above = withoutLineEnds(body, Math.max(line, 0));
    if (above <= 0) break;
    ends.unshift(above);
  }
  const hash = createHash("sha256");
  const head = [message.subject, message.date?.text ?? "", message.from[0]?.address.toLowerCase() ?? ""];
  hash.update(JSON.stringify(head));
  const digests: Bytes[] = [];
  let at = 0;
  for (const end of ends) {
    hash.update(body.subarray(at, end));
    at = end;
    digests.unshift(hash.copy().digest().subarray(0, SIZE));
  }
  return Buffer.concat(digests);
}

/** Whether two fingerprints are of one mail, one of them perhaps with a footer. */
export function isSameMail(left: Bytes, right: Bytes): boolean {
  return holds(left, whole(right)) || holds(right, whole(left));
}

function whole(print: Bytes): string {
  return byteString(print, 0, SIZE);
}

function holds(print: Bytes, digest: string): boolean {
  for (let at = 0; at < print.length; at += SIZE) if (byteString(print, at, at + SIZE) === digest) return true;
  return false;
}

function withoutLineEnds(body: Bytes, from: number): number {
  let end = from;
  while (end > 0 && (body[end - 1] === 10 || body[end - 1] === 13)) end -= 1;
  return end;
}
