// Finds out how a mailbox is written, from what is in it: no name tells, and nothing inside says it outright.
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import { mailAt, type MboxForm, splitMboxPart } from "./mbox.ts";

// The separator of public-inbox, which says what it writes.
const MARK = "From mboxrd@z ";

/** Mails of a sample that are asked whether their lengths are true. */
const MAX_ASKED = 100;

/**
 * The form of the mailbox that begins with `sample` (`whole`: and ends with it); the same sample gives the same form.
 * Lengths are believed when most of the mails have true ones, and then a body line `From ` says that nothing is quoted.
 * Else it is mboxrd, unless lines beside a quoted `From ` with two marks or more say mboxo: the neighbours of a line in a
 * quotation have as many marks as it has by itself, and mboxrd would have added one more.
 */
export function mboxForm(sample: Bytes, whole: boolean): MboxForm {
  const lengths = countsMails(sample, whole);
  const texts = splitMboxPart(sample, { quoting: "none", lengths }, whole).map(({ bytes }) => byteString(bytes));
  if (lengths && texts.some(hasFromLine)) return { quoting: "none", lengths };
  if (byteString(sample, 0, MARK.length) === MARK) return { quoting: "mboxrd", lengths };
  let [mboxrd, mboxo] = [0, 0];
  for (const text of texts) {
    for (const found of text.matchAll(/^(>{2,1000})From .*$/gm)) {
      const marks = found[1]?.length ?? 0;
      const beside = [lineBefore(text, found.index), lineBehind(text, found.index + found[0].length)];
      const levels = beside.map((line) => /^>*/.exec(line)?.[0].length ?? 0);
      if (levels.includes(marks)) mboxo += 1;
      else if (levels.includes(marks - 1)) mboxrd += 1;
    }
  }
  return { quoting: mboxo > mboxrd ? "mboxo" : "mboxrd", lengths };
}

/** Whether most of the first mails have a length that is true. */
function countsMails(sample: Bytes, whole: boolean): boolean {
  let [asked, truly] = [0, 0];
  for (let start = 0; start < sample.length && asked < MAX_ASKED; asked++) {
    const mail = mailAt(sample, start, { quoting: "none", lengths: true }, whole);
    if (mail === null) break;
    if (mail.counted) truly += 1;
    start = mail.end;
  }
  return truly > asked / 2;
}

/** Whether a line of the body begins with an unquoted `From `. */
function hasFromLine(text: string): boolean {
  const body = text.search(/\n\r?\n/);
  return body >= 0 && text.includes("\nFrom ", body);
}

function lineBefore(text: string, at: number): string {
  return text.slice(text.lastIndexOf("\n", at - 2) + 1, at);
}

function lineBehind(text: string, at: number): string {
  const end = text.indexOf("\n", at + 1);
  return text.slice(at + 1, end < 0 ? text.length : end);
}
