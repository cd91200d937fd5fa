// A mailbox that `git am` takes as it is: one mail for each patch, the log and its tags ready. It chooses no patches.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, noBytes } from "#model/bytes";
import type { Address } from "#model/mail";
import { encodeQuotedPrintable, encodeWords, printAddress } from "#model/mail";
import type { Posting } from "#model/postings";
import { isInBodyHeader, printRevision } from "#model/postings";
import type { ComposedPatch } from "#model/queue";

/** What a posting says on the subject lines. */
export type AmOptions = Pick<Posting, "revision" | "rfc" | "total">;

// git am, b4 and mailbox readers know the form "From WORD Thu Jan  1 00:00:00 1970"; it is no date of anything.
const SEPARATOR = bytesOf("From git@z Thu Jan  1 00:00:00 1970\n");
/** RFC 5322 section 2.1.1: a line has at most 998 bytes without its line end. */
const MAX_LINE = 998;

/**
 * The mailbox. It holds no line that any kind of mailbox would quote (`From `, `>From `): a mail with such a line is sent as
 * quoted-printable, and so is one whose CRs would be lost. So mboxrd, mboxo and `git am`, which unquotes nothing, read the same.
 * Law: `git mailinfo` gives the title, author, date and log of `composed`, and its diff, byte for byte.
 */
export function amMailbox(composed: readonly ComposedPatch[], options: AmOptions): Bytes {
  return concatBytes(composed.flatMap((patch) => [SEPARATOR, amMail(patch, options), bytesOf("\n")]));
}

function amMail(patch: ComposedPatch, options: AmOptions): Bytes {
  const body = bodyOf(patch);
  const encoding = needsEncoding(body) ? "quoted-printable" : "8bit";
  const { messageId } = patch.mail.message;
  const headers = [
    header("Subject", encodeWords(subjectOf(patch, options))),
    header("From", patch.author === null ? "" : mailbox(patch.author)),
    ...(patch.date === null ? [] : [header("Date", patch.date)]),
    ...(messageId === null ? [] : [header("Message-Id", `<${messageId}>`)]),
    header("MIME-Version", "1.0"),
    header("Content-Type", "text/plain; charset=utf-8"),
    header("Content-Transfer-Encoding", encoding),
  ];
  return concatBytes([
    fromByteString(`${headers.join("")}\n`),
    encoding === "8bit" ? body : encodeQuotedPrintable(body),
  ]);
}

function bodyOf({ log, mail, author }: ComposedPatch): Bytes {
  // A log that begins like a header inside the body would be taken for one; behind one it is not.
  const first = byteString(log, 0, 200).trimStart().split("\n", 1)[0] ?? "";
  const guard = author !== null && isInBodyHeader(first) ? fromByteString(`From: ${mailbox(author)}\n\n`) : noBytes;
  const end = mail.diff.at(-1) === 10 ? noBytes : bytesOf("\n");
  return concatBytes([guard, log, bytesOf("---\n"), mail.notes, mail.diff, end]);
}

/** `[PATCH RFC v5 3/8] title`: what the mail said of project and list is of no use to `git am`. */
function subjectOf({ part, title, mail }: ComposedPatch, { revision, rfc, total }: AmOptions): string {
  const words = ["PATCH"];
  if (rfc) words.push("RFC");
  if (revision.stated || revision.major > 1) words.push(printRevision(revision));
  if (total > 1 || mail.subject.counter !== null) words.push(`${part}/${total}`);
  return `[${words.join(" ")}] ${title}`;
}

function mailbox({ name, address }: Address): ByteString {
  // git takes quotes and backslashes away that it finds in a decoded word: such a name is quoted, in plain UTF-8.
  const plain = /^[ -~]*$/.test(name) && !name.includes("=?");
  if (plain || /["\\]/.test(name)) return byteString(bytesOf(printAddress({ name, address })));
  return `${encodeWords(name)} <${address}>`;
}

function header(name: string, value: ByteString): ByteString {
  return `${name}: ${value}\n`;
}

function needsEncoding(body: Bytes): boolean {
  const text = byteString(body);
  // oxlint-disable-next-line no-control-regex
  if (/\r|\0|^>*From /m.test(text)) return true;
  for (let at = 0; at < text.length;) {
    const next = text.indexOf("\n", at);
    const end = next < 0 ? text.length : next;
    if (end - at > MAX_LINE) return true;
    at = end + 1;
  }
  return false;
}
