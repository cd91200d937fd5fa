// A mail as a person reads it: its text in Unicode, and what is attached. What a patch is made of is patch-text.ts's; this one may
// choose other parts, and it changes what it shows: flowed lines are joined, line ends are line feeds.
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString, textOf } from "#model/bytes";
import { bodyParts, type BodyPart } from "./body-parts.ts";
import { toUtf8 } from "./decode-text.ts";
import { htmlText } from "./html-text.ts";
import type { Message } from "./message.ts";
import { unflow } from "./unflow.ts";

export interface ReadableMail {
  readonly text: string;
  /** What the text was made of: what was sent as plain text, or what a person typed into HTML; "nothing" when there is neither. */
  readonly from: "plain" | "html" | "nothing";
  /** Whether there is more text than is given. */
  readonly cut: boolean;
  /** Every part that is not in the text. */
  readonly attachments: readonly Attachment[];
}

export interface Attachment {
  /** 1-based place among the parts of the mail. */
  readonly number: number;
  /** As the mail says; null when it says nothing. */
  readonly fileName: string | null;
  readonly type: string;
  /** Of the content, in bytes. */
  readonly size: number;
}

/** Bytes of a part that are made text, unless the caller wants less. */
export const MAX_READABLE = 512 * 1024;

/** The plain parts that are no attachments, one behind the other; of a mail without them the first HTML part, as text. */
export function readableMail(message: Message, limit: number = MAX_READABLE): ReadableMail {
  const parts = bodyParts(message);
  const plain = parts.filter(({ type, disposition }) => type === "text/plain" && disposition !== "attachment");
  const html = plain.length > 0 ? undefined : parts.find(({ type }) => type === "text/html");
  const shown = html === undefined ? plain : [html];
  return {
    text: shown
      .map((part) =>
        part === html
          ? textOf(fromByteString(htmlText(part.bytes.subarray(0, limit), part.charset)))
          : plainText(part, limit),
      )
      .join("\n"),
    from: html !== undefined ? "html" : plain.length > 0 ? "plain" : "nothing",
    cut: shown.some(({ bytes }) => bytes.length > limit),
    attachments: parts.flatMap((part, index) =>
      shown.includes(part) && part !== html
        ? []
        : [{ number: index + 1, fileName: part.fileName, type: part.type, size: part.bytes.length }],
    ),
  };
}

function plainText({ bytes, charset, flowed }: BodyPart, limit: number): string {
  const read = wholeLines(bytes, limit);
  const lines = flowed === null ? read : unflow(read, flowed.delsp);
  return textOf(toUtf8(lines, charset).bytes).replaceAll("\r\n", "\n");
}

/** Not within a line where that can be had, so that no character is cut in two. */
function wholeLines(bytes: Bytes, limit: number): Bytes {
  if (bytes.length <= limit) return bytes;
  const end = byteString(bytes, 0, limit).lastIndexOf("\n");
  return bytes.subarray(0, end < 0 ? limit : end + 1);
}
