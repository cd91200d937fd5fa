// Mails for contract.ts: plain ones, and those that a careless archive reader changes. Test code only.
import type { Bytes } from "#model/bytes";
import { fromByteString } from "#model/bytes";

/** A mail that every kind can hold. */
export function plainMail(name: string, text = `Text of ${name}.`): Bytes {
  return fromByteString(
    `From: ${name} <${name}@example.org>\nTo: list@example.org\nSubject: [PATCH] ${name}\n` +
      `Date: Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <${name}@example.org>\n\n${text}\n`,
  );
}

const HEAD = "From: h@example.org\nSubject: hard\nMessage-ID: <hard@example.org>\n";

/** Mails that a careless archive reader changes. */
export const hardMails: readonly { readonly name: string; readonly bytes: Bytes }[] = (
  [
    ["with CRLF line ends", `${HEAD}\nline\nline\n`.replaceAll("\n", "\r\n")],
    ["with CRLF in one line", `${HEAD}\nline\r\nline\n`],
    ["with a lone CR", `${HEAD}\nline\rline\n`],
    ["with NUL", `${HEAD}\na\0b\n`],
    ["with 8-bit bytes", `${HEAD}Comments: \xe9\n\n\xff\xfe\x80 \xc3\xa9\n`],
    ["with a line that begins with From", `${HEAD}\nA\n\nFrom here on\n>From there\n>>From everywhere\n`],
    ["with a line like a separator", `${HEAD}\nA\n\nFrom a@example.org Mon Jan  1 00:00:00 2024\nSubject: b\n\nC\n`],
    ["without a final line end", `${HEAD}\nno end`],
    ["with an empty body", `${HEAD}\n`],
    ["without a body", HEAD],
    ["with empty lines at its end", `${HEAD}\ntext\n\n\n`],
    ["with dots alone on lines", `${HEAD}\n.\n..\n.text\n`],
    ["with a line of 100,000 bytes", `${HEAD}\n${"x".repeat(100_000)}\n`],
    ["of three million bytes", `${HEAD}\n${"A line of some length.\n".repeat(140_000)}`],
  ] as const
).map(([name, text], index) => ({ name, bytes: fromByteString(text.replace("<hard@", `<hard${index}@`)) }));
