// The line ends of mail on the wire. SMTP, IMAP and NNTP end lines in CRLF whatever the mail's own file has; archives on disk have LF.
import type { Bytes } from "#model/bytes";

const [CR, LF] = [13, 10];

/** The bytes with each CRLF as LF; every other CR stays. The same bytes when there is none. */
export function withLfEnds(bytes: Bytes): Bytes {
  let cr = bytes.indexOf(CR);
  if (cr < 0) return bytes;
  const made = new Uint8Array(bytes.length);
  let [from, length] = [0, 0];
  for (; cr >= 0; cr = bytes.indexOf(CR, cr + 1)) {
    if (bytes[cr + 1] !== LF) continue;
    made.set(bytes.subarray(from, cr), length);
    length += cr - from;
    from = cr + 1;
  }
  made.set(bytes.subarray(from), length);
  return made.subarray(0, length + bytes.length - from);
}
