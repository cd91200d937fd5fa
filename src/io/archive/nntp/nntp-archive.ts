// A newsgroup as an archive (RFC 3977). New articles are found by number; numbers that vanish or change their article lead to a
// `present`. Nothing is posted, and nothing of the server's protocol is known outside of this folder.
import type { ByteString } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { ArchivedMail, Archive, ArchiveStep } from "../archive.ts";
import type { RemoteAddress } from "../remote/address.ts";
import type { RemoteOptions } from "../remote/options.ts";
import { resuming } from "../remote/resume.ts";
import { readable } from "./connection.ts";
import { advanced, type NntpCursor, parseCursor, printCursor, unread } from "./cursor.ts";
import {
  type GroupState,
  type OverviewLine,
  parseArticleId,
  parseGroup,
  parseNumbers,
  parseOverview,
} from "./overview.ts";
import { expectCode, type NntpSession, openNntpSession } from "./session.ts";
import { withoutTraceHeaders } from "./trace-headers.ts";

/**
 * `article`: most bytes of one. `slice`: article numbers of which the overview is asked for at once. `list`: the same for bare numbers.
 * `ahead` and `aheadBytes`: articles, and bytes of them as the overview says, that are on their way at once.
 * `alwaysListed`: a group with more numbers is listed again only when the server's own count says that some are gone.
 */
export const nntpLimits = {
  article: 64 * 1024 * 1024,
  slice: 1000,
  list: 200_000,
  ahead: 50,
  aheadBytes: 16 * 1024 * 1024,
  alwaysListed: 200_000,
} as const;

/** Opens the group of an `nntp:` or `nntps:` address. It connects when it is first visited, and leaves after each visit. */
export function openNntpArchive(address: RemoteAddress, options: RemoteOptions & { readonly every: number }): Archive {
  const group = address.place;
  if (!/^[^\0-\x20\x7f*?,[\]\\!]{1,200}$/.test(group))
    throw new UserError(`"${address.shown}" names no newsgroup`, { hint: "write nntps://host/GROUP" });
  const visit: Archive["changes"] = async function* (cursor, known) {
    const session = await openNntpSession(address, options);
    await using _ = session.connection;
    yield* visitGroup({ ...session, address, every: options.every, known }, parseCursor(cursor));
  };
  return {
    name: address.shown,
    changes: (cursor, known) => resuming(visit, cursor, known),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

interface Visit extends NntpSession {
  readonly address: RemoteAddress;
  readonly every: number;
  readonly known: (key: string) => boolean;
}

async function* visitGroup(visit: Visit, cursor: NntpCursor): AsyncIterable<ArchiveStep> {
  const { connection, address } = visit;
  const [entered, ...checks] = await Promise.all([
    connection.ask(`GROUP ${address.place}`),
    ...cursor.last.map(([number]) => connection.ask(`STAT ${number}`)),
  ]);
  expectCode(entered, [211], address);
  const state = parseGroup(entered.text);
  if (state === null)
    throw new UserError(`"${address.shown}" says "${readable(entered)}" of the group`, { hint: "check the address" });
  const found = cursor.last.filter(([, id], index) => {
    const reply = checks[index];
    return reply?.code === 223 && parseArticleId(reply.text) === id;
  });
  const renumbered =
    (cursor.last.length > 0 && found.length === 0) ||
    checks.some((reply, index) => reply.code === 223 && parseArticleId(reply.text) !== cursor.last[index]?.[1]);
  if (!renumbered && cursor.group !== null && sameState(cursor.group, state)) return;

  const stale = renumbered || (await someAreGone(visit, cursor, state));
  const present = stale ? new Set<string>() : null;
  let reached = stale ? unread : cursor;
  let pending = 0;
  for await (const { line, mail, problem } of articles(visit, reached.high + 1, state, stale)) {
    if (line !== null) reached = advanced(reached, line.number, line.messageId);
    if (line !== null && (mail !== null || visit.known(keyOf(visit, line)))) present?.add(keyOf(visit, line));
    if (problem !== null) yield { kind: "problem", problem: { message: problem } };
    if (mail !== null) yield { kind: "added", mail };
    // While old articles are looked through again the old cursor stays: only `present` makes the new one true.
    if (mail !== null && ++pending % visit.every === 0)
      yield { kind: "reached", cursor: printCursor(stale ? cursor : reached) };
  }
  if (present !== null) yield { kind: "present", keys: present };
  yield { kind: "reached", cursor: printCursor({ ...reached, group: state }) };
}

function sameState(left: GroupState, right: GroupState): boolean {
  return left.count === right.count && left.low === right.low && left.high === right.high;
}

/** Whether the articles up to the cursor are not those that were counted: some were cancelled or expired, or came late. */
async function someAreGone(visit: Visit, cursor: NntpCursor, state: GroupState): Promise<boolean> {
  if (cursor.high === 0) return false;
  const { count, low, high } = state;
  const before = cursor.group;
  const plausible = before !== null && before.low === low && count - before.count === high - before.high;
  if (plausible && high - low > nntpLimits.alwaysListed) return false;
  let [listed, sum] = [0, 0];
  for (let from = Math.max(low, 0); from <= Math.min(high, cursor.high); from += nntpLimits.list) {
    const to = Math.min(from + nntpLimits.list - 1, high, cursor.high);
    const reply = await visit.connection.ask(`LISTGROUP ${visit.address.place} ${from}-${to}`, { code: 211 });
    expectCode(reply, [211], visit.address);
    if (reply.block === null) return true;
    const numbers = parseNumbers(reply.block, from, to);
    listed += numbers.length;
    for (const number of numbers) sum += number;
  }
  return listed !== cursor.count || sum !== cursor.sum;
}

/** An article on its way; `line` is null when it vanished between the overview and the question. */
interface Arrival {
  readonly line: OverviewLine | null;
  readonly mail: ArchivedMail | null;
  readonly problem: string | null;
}

/** Every article from `from` on, in order of number; `mail` is null for one that the reader has. */
async function* articles(visit: Visit, from: number, state: GroupState, again: boolean): AsyncIterable<Arrival> {
  const onTheWay: { readonly arrival: Promise<Arrival>; readonly size: number }[] = [];
  let size = 0;
  for await (const line of overview(visit, Math.max(from, state.low, again ? 0 : 1), state.high)) {
    const arrival = fetchArticle(visit, line);
    // A reader may leave before this one is awaited; that it failed then concerns nobody.
    arrival.catch(() => undefined);
    onTheWay.push({ arrival, size: line.size });
    size += line.size;
    while (onTheWay.length > nntpLimits.ahead || (size > nntpLimits.aheadBytes && onTheWay.length > 1)) {
      const next = onTheWay.shift();
      size -= next?.size ?? 0;
      if (next !== undefined) yield await next.arrival;
    }
  }
  for (const { arrival } of onTheWay) yield await arrival;
}

async function* overview(visit: Visit, low: number, high: number): AsyncIterable<OverviewLine> {
  const command = visit.over ? "OVER" : "XOVER";
  let last = low - 1;
  for (let from = low; from <= high; from += nntpLimits.slice) {
    const to = Math.min(from + nntpLimits.slice - 1, high);
    const reply = await visit.connection.ask(`${command} ${from}-${to}`, { code: 224 });
    // 420 and 423: nothing is left in this stretch (RFC 3977 8.3).
    expectCode(reply, [224, 420, 423], visit.address);
    if (reply.tooLong)
      throw new UserError(`the overview of "${visit.address.shown}" from ${from} to ${to} is too long`);
    for (const line of parseOverview(reply.block ?? new Uint8Array(0), from, to)) {
      // Out of order or twice would break the count; no server should.
      if (line.number <= last) continue;
      last = line.number;
      yield line;
    }
  }
}

async function fetchArticle(visit: Visit, line: OverviewLine): Promise<Arrival> {
  const key = keyOf(visit, line);
  if (visit.known(key)) return { line, mail: null, problem: null };
  const tooLong = `article ${line.number} of "${visit.address.shown}" has more than ${nntpLimits.article} bytes and was left out`;
  if (line.size > nntpLimits.article) return { line, mail: null, problem: tooLong };
  const reply = await visit.connection.ask(`ARTICLE ${line.number}`, { code: 220, maxBytes: nntpLimits.article });
  if (reply.tooLong) return { line, mail: null, problem: tooLong };
  // 423 and 430: cancelled since the overview was made.
  if (reply.code === 423 || reply.code === 430) return { line: null, mail: null, problem: null };
  expectCode(reply, [220], visit.address);
  const id = parseArticleId(reply.text);
  if (id !== null && id !== line.messageId)
    // The overview and the article disagree: the server numbers anew at this moment. The next visit sees what came of it.
    return {
      line: null,
      mail: null,
      problem: `article ${line.number} of "${visit.address.shown}" changed while it was read`,
    };
  return {
    line,
    mail: { key, bytes: withoutTraceHeaders(reply.block ?? new Uint8Array(0)), received: null },
    problem: null,
  };
}

/** A number alone could come to name another article. */
function keyOf({ address }: Visit, { number, messageId }: { number: number; messageId: ByteString }): string {
  return `${address.place}:${number} ${messageId}`;
}
