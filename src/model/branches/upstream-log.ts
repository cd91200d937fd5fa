// What a commit's log says of where it came from and what it took back: ids of mails, and commits that it reverts.
import type { ByteString } from "#model/bytes";

/** Clues of one log. */
export interface LogClues {
  /** Message-IDs without `<>`, as named by lines such as `Link:`. */
  readonly messageIds: readonly ByteString[];
  /** Ids of commits that it says it reverts, abbreviated as written; at least 7 digits. */
  readonly reverts: readonly string[];
}

/** Lines of a log that are looked at, ids that are taken, and bytes of one line. */
const MAX_LINES = 5000;
const MAX_IDS = 200;
const MAX_LINE = 2000;

/** Keys whose values name mails. */
const KEY = /^(?:link|message-id|lore|url|submitted|patchwork-id)[ \t]*:/i;
/** The sentence of `git revert`, which says `reapplies` of a commit when it reverts a revert since git 2.42. */
const REVERT = /^[ \t]*This reverts commit ([0-9a-f]{7,64})\b/i;

/** Reads a log, below its subject or whole. */
export function cluesInLog(body: ByteString): LogClues {
  const messageIds: ByteString[] = [];
  const reverts: string[] = [];
  for (const line of body.split("\n", MAX_LINES)) {
    if (messageIds.length + reverts.length >= MAX_IDS) break;
    const key = KEY.exec(line.slice(0, MAX_LINE));
    if (key) messageIds.push(...messageIdsIn(line.slice(key[0].length, MAX_LINE)));
    const reverted = REVERT.exec(line.slice(0, MAX_LINE))?.[1];
    if (reverted !== undefined) reverts.push(reverted.toLowerCase());
  }
  return { messageIds, reverts };
}

/** The Message-IDs in the value of a `Link:`: the part of an archive's address that holds an `@`, or the id itself. */
export function messageIdsIn(value: ByteString): ByteString[] {
  return value
    .slice(0, MAX_LINE)
    .split(/[\s<>/]+/)
    .map((part) => decodePercent(part.replace(/^\?i=/, "").replace(/[#?].*$/, "")))
    .filter((part) => /^[^@]+@[^@]+$/.test(part));
}

function decodePercent(text: ByteString): ByteString {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
