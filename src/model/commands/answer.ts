// The mail that answers commands: what was done, what was refused and why. Marked so that no robot answers it (RFC 3834 section 5).
import type { Bytes } from "#model/bytes";
import { bytesOf } from "#model/bytes";
import { encodeWords } from "#model/mail";
import type { NoticeDate } from "#model/notices";
import { contentDigest, messageIdFor, printDate } from "#model/notices";

/** One command, or one line that was none, with what came of it. */
export interface CommandResult {
  /** As it was written; "" for what concerns the whole mail. */
  readonly line: string;
  readonly outcome: "done" | "refused";
  /** `foo.patch is held`, or why not. */
  readonly text: string;
}

/** What the answer is to, and from whom. */
export interface AnswerSettings {
  /** `Name <address>`. */
  readonly from: string;
  readonly to: string;
  readonly host: string;
  readonly date: NoticeDate;
  /** Message-ID without `<>`, and subject, of the mail that is answered. */
  readonly messageId: string;
  readonly subject: string;
}

/** The answer as the bytes of a mail, and its Message-ID without `<>`. The same input gives the same bytes. */
export function printAnswer(
  results: readonly CommandResult[],
  settings: AnswerSettings,
): { readonly messageId: string; readonly bytes: Bytes } {
  const { from, to, host, date, messageId: answered } = settings;
  const blocks = results.map(({ line, outcome, text }) => `${line === "" ? "" : `> ${line}\n`}${outcome}: ${text}\n`);
  const body = blocks.join("\n");
  const messageId = messageIdFor(date, contentDigest(bytesOf(`${to}\n${answered}\n${body}`)), host);
  const subject = /^re:/i.test(settings.subject) ? settings.subject : `Re: ${settings.subject}`;
  const header = [
    `Date: ${printDate(date)}`,
    `To: ${to}`,
    `From: ${from}`,
    `Subject: ${encodeWords(oneLine(subject)).replaceAll("\n ", " ")}`,
    `Message-Id: ${messageId}`,
    `In-Reply-To: <${answered}>`,
    `References: <${answered}>`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
  ];
  return { messageId: messageId.replace(/^<|>$/g, ""), bytes: bytesOf(`${header.join("\n")}\n\n${body}`) };
}

/** Longest subject that is taken over, in characters. */
const MAX_SUBJECT = 300;

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f]+/g, " ").slice(0, MAX_SUBJECT);
}
