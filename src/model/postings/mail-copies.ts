// Copies of one mail that came by several lists: which of them stands for all. Knows no list by name: the preference is data.
import { equalBytes } from "#model/bytes";
import type { Message, MessageId } from "#model/mail";
import { headerValues } from "#model/mail";

/**
 * The mails, given by date, with the copies of one Message-ID in order of preference: oldest, best list, least appended by a list, and
 * then by their bytes, so that the order given does not matter. `lists` are patterns in which `*` stands for anything.
 */
export function sortCopies(sorted: readonly Message[], lists: readonly string[]): Message[] {
  const places = new Map<MessageId, number[]>();
  for (const [place, { messageId }] of sorted.entries()) {
    if (messageId === null) continue;
    const known = places.get(messageId);
    if (known === undefined) places.set(messageId, [place]);
    else known.push(place);
  }
  const result = [...sorted];
  const rankOf = listRank(lists);
  for (const copies of places.values()) {
    if (copies.length < 2) continue;
    const ordered = copies
      .flatMap((place) => sorted[place] ?? [])
      .map((message) => ({ message, rank: rankOf(message) }))
      .toSorted(
        (a, b) =>
          timeOf(a.message) - timeOf(b.message) ||
          a.rank - b.rank ||
          a.message.body.length - b.message.body.length ||
          Buffer.compare(a.message.source, b.message.source),
      );
    for (const [index, place] of copies.entries()) {
      const chosen = ordered[index];
      if (chosen !== undefined) result[place] = chosen.message;
    }
  }
  return result;
}

/** Two deliveries of one mail differ in trace headers, and in a footer that a list appended. */
export function sameContent(left: Message, right: Message): boolean {
  if (left.subject !== right.subject || left.date?.text !== right.date?.text) return false;
  if (left.from[0]?.address !== right.from[0]?.address) return false;
  const [short, long] = left.body.length <= right.body.length ? [left.body, right.body] : [right.body, left.body];
  let end = short.length;
  while (end > 0 && (short[end - 1] === 10 || short[end - 1] === 13)) end--;
  return equalBytes(short.subarray(0, end), long.subarray(0, end));
}

// Place of the first pattern that the mail's List-Id fits; a mail that came by no list comes before one of a list that is not named.
function listRank(patterns: readonly string[]): (message: Message) => number {
  const tests = patterns.map((pattern) => {
    const text = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${text}$`, "i");
  });
  return (message) => {
    const [value] = headerValues(message, "list-id");
    if (value === undefined) return tests.length;
    const id = /<([^<>]*)>/.exec(value)?.[1] ?? value.trim();
    const place = tests.findIndex((test) => test.test(id));
    return place < 0 ? tests.length + 1 : place;
  };
}

function timeOf({ date }: Message): number {
  return date?.time ?? Number.MAX_SAFE_INTEGER;
}
