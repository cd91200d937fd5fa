// Finds what is wrong with a tree's notice wording before the first notice is written with it.
import type { Problem } from "#model/bytes";
import { addressesIn } from "./addresses.ts";
import { RECIPIENT_PARTS } from "./recipients.ts";
import { placeholdersOf } from "./render.ts";
import type { NoticeTemplates } from "./templates.ts";

/** Known for every patch, in every text. */
const COMMON = ["name", "stem", "title", "branch", "line", "author", "below", "base-commit"];
/** The headers whose values are known by their names; a mail without one of them is none. */
const HEADERS = ["date", "to", "from", "subject", "message-id"];
const LINE_BREAK = /[\r\n]/;

/** Faults of the templates: unknown placeholders, addresses that are none, headers of more than one line. Empty when sound. */
export function checkTemplates(templates: NoticeTemplates): Problem[] {
  const problems: Problem[] = [];
  const report = (message: string): void => void problems.push({ message });
  const words = Object.keys(templates.words);

  const check = (where: string, text: string, ...known: readonly string[]): void => {
    for (const key of placeholdersOf(text)) {
      if ([...COMMON, ...known, ...words].includes(key)) continue;
      report(`fill notices.${where}: unknown placeholder "{${key}}"`);
    }
  };
  const checkLine = (where: string, text: string, ...known: readonly string[]): void => {
    check(where, text, ...known);
    if (LINE_BREAK.test(text)) report(`put notices.${where} on one line: it is ${JSON.stringify(text)}`);
  };

  if (addressesIn(templates.sender).length !== 1 || LINE_BREAK.test(templates.sender)) {
    report(`read notices.sender: not one mailbox: ${JSON.stringify(templates.sender)}`);
  }
  if (addressesIn(templates.list)[0] !== templates.list) {
    report(`read notices.list: not a bare address: ${JSON.stringify(templates.list)}`);
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(templates.host)) {
    report(`read notices.host: not a host name: ${JSON.stringify(templates.host)}`);
  }
  for (const word of words) {
    const own = [...COMMON, "patch", "roster", "extra", "tag", "reason", "into", "list", "sender", "lines"].includes(
      word,
    );
    if (own) report(`define notices.words.${word}: "{${word}}" has a meaning of its own`);
    else if (!placeholdersOf(`{${word}}`).includes(word)) {
      report(`define notices.words: "${word}" is not a placeholder's name (lower-case letters, digits, "-")`);
    }
    const inner = placeholdersOf(templates.words[word] ?? "");
    if (inner.length > 0) report(`define notices.words.${word}: placeholder "{${inner[0]}}" would stay as it is`);
  }

  checkHeaders(templates, report, checkLine);
  for (const part of templates.to.order.flatMap((parts) => parts.split("+"))) {
    if (!RECIPIENT_PARTS.includes(part)) report(`read notices.to.order: unknown part "${part}"`);
  }
  if (!/^, ?$/.test(templates.to.separator)) report('read notices.to.separator: neither "," nor ", "');
  checkLine("listed", templates.listed);
  if (templates.uploaded !== null) {
    checkLine("uploaded.subject", templates.uploaded.subject, "stamp", "base");
    check("uploaded.body", templates.uploaded.body, "stamp", "base", "series");
  }
  for (const [kind, { subject, body, line }] of Object.entries(templates.digests)) {
    const known = ["count", "patches", "tag", "reason", "into"];
    checkLine(`digests.${kind}.subject`, subject, ...known);
    check(`digests.${kind}.body`, body, ...known, "lines", "roster", "note", "extra");
    check(`digests.${kind}.line`, line, ...known, "number", "note");
  }
  checkLine("added.subject", templates.added.subject);
  check("added.body", templates.added.body, "patch", "roster", "extra");
  checkLine("removed.subject", templates.removed.subject, "tag", "into");
  check("removed.body", templates.removed.body, "patch", "roster", "tag", "reason", "into");
  for (const [branch, text] of Object.entries(templates.extra)) check(`extra.${branch}`, text);
  for (const [kind, { tag, reason }] of Object.entries(templates.reasons)) {
    checkLine(`reasons.${kind}.tag`, tag, "into");
    check(`reasons.${kind}.reason`, reason, "into");
  }
  return problems;
}

function checkHeaders(
  { headers }: NoticeTemplates,
  report: (message: string) => void,
  checkLine: (where: string, text: string, ...known: readonly string[]) => void,
): void {
  const names = headers.map((header) => header.replace(/:.*$/s, "").toLowerCase());
  for (const name of HEADERS) if (!names.includes(name)) report(`name "${name}" in notices.headers: it is missing`);
  for (const header of headers) {
    const known = HEADERS.includes(header.toLowerCase());
    if (!known && !/^[A-Za-z][A-Za-z0-9-]*:/.test(header)) report(`read notices.headers: no header "${header}"`);
    checkLine("headers", header, "list", "sender");
  }
}
