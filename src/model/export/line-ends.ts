// A patch mail whose lines were all turned to CRLF on its way (base64 keeps them so), as it was before. Not about files with CRLF:
// a diff of one has CRs in its hunk lines only, and they stay.
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import type { ComposedPatch } from "#model/queue";

/** The patch with LF line ends when the header lines of its diff end in CR LF, else as it is. The log has none already. */
export function withoutCrlf(patch: ComposedPatch): ComposedPatch {
  const { mail } = patch;
  const first = byteString(mail.diff, 0, mail.diff.indexOf(10) + 1);
  if (!first.endsWith("\r\n")) return patch;
  return { ...patch, mail: { ...mail, notes: lfOnly(mail.notes), diff: lfOnly(mail.diff) } };
}

function lfOnly(bytes: Bytes): Bytes {
  return fromByteString(byteString(bytes).replaceAll("\r\n", "\n"));
}
