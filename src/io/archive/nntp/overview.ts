// The lines of an NNTP server's overview, of its list of numbers and of its answer to GROUP (RFC 3977 6.1 and 8.3). Pure.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString } from "#model/bytes";

/** What a group has, as the server says; `count` may be an estimate. An empty group may have `low` above `high`. */
export interface GroupState {
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** One article of the overview. */
export interface OverviewLine {
  readonly number: number;
  /** With its angle brackets. */
  readonly messageId: ByteString;
  /** Its size as the server says, 0 when it does not. */
  readonly size: number;
}

/** Largest article number (RFC 3977 6). */
export const MAX_ARTICLE_NUMBER = 2_147_483_647;

/** Reads `count low high …`, the text of a 211; null when it is something else. */
export function parseGroup(text: ByteString): GroupState | null {
  const found = /^(\d{1,16})[ \t]+(\d{1,16})[ \t]+(\d{1,16})(?:[ \t]|$)/.exec(text);
  if (found === null) return null;
  const [count, low, high] = found.slice(1).map(Number) as [number, number, number];
  return low > MAX_ARTICLE_NUMBER || high > MAX_ARTICLE_NUMBER ? null : { count, low, high };
}

/** The articles of an overview block; lines that are none are left out, as are numbers outside of `low` to `high`. */
export function parseOverview(block: Bytes, low: number, high: number): OverviewLine[] {
  const lines: OverviewLine[] = [];
  for (const line of byteString(block).split("\n")) {
    const [number, , , , messageId = "", , size = ""] = line.split("\t", 7);
    const parsed = parseNumber(number ?? "");
    if (parsed === null || parsed < low || parsed > high || !isMessageId(messageId)) continue;
    lines.push({ number: parsed, messageId, size: /^\d{1,12}$/.test(size) ? Number(size) : 0 });
  }
  return lines;
}

/** The article numbers of a LISTGROUP block, those from `low` to `high`. */
export function parseNumbers(block: Bytes, low: number, high: number): number[] {
  const numbers: number[] = [];
  for (const line of byteString(block).split("\n")) {
    const number = parseNumber(line.trim());
    if (number !== null && number >= low && number <= high) numbers.push(number);
  }
  return numbers;
}

/** The message id in `number <id> …`, the text of a 220 or 223; null when there is none. */
export function parseArticleId(text: ByteString): ByteString | null {
  const id = /^\d+[ \t]+(<[^ \t<>]+>)/.exec(text)?.[1];
  return id !== undefined && isMessageId(id) ? id : null;
}

/** RFC 3977 3.6: printable, in angle brackets; servers allow more than the 250 bytes of the RFC. */
function isMessageId(text: ByteString): boolean {
  return /^<[^\0-\x20<>\x7f]{1,1000}>$/.test(text);
}

function parseNumber(text: string): number | null {
  return /^\d{1,16}$/.test(text) && Number(text) <= MAX_ARTICLE_NUMBER ? Number(text) : null;
}
