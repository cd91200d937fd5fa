// From a posting to what its patches will say in the queue: title, author, date, log with the tags that were given.
// File names and the bytes of the patch file are decided by the caller; nothing here knows a tree.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, noBytes, withoutEmptyLines, withoutEnd } from "#model/bytes";
import type { Address, Trailer } from "#model/mail";
import { makeTrailer, parseAddresses, parseTrailers, printTrailers } from "#model/mail";
import type { CollectedTrailer, Objection, PatchMail, Posting, SlotTrailers } from "#model/postings";
import { collectTrailers, printRevision } from "#model/postings";
import type { TrailerOrder } from "./trailer-order.ts";
import { orderTrailers } from "./trailer-order.ts";
import type { MailedPeople } from "./mailed-people.ts";
import { bracketed, mailedPeople } from "./mailed-people.ts";
import { refill } from "./refill.ts";

/** How a tree writes its patches. */
export interface ComposeSettings {
  /** Put the cover letter before the first patch's own log. */
  readonly foldCover: boolean;
  /** Begins each `Link:` value, the Message-ID follows; empty for no links. */
  readonly link: string;
  readonly trailers: TrailerOrder;
  /** For the order `b4`: globs of keys that sort what stands below the last sign-off. */
  readonly trailerSorting?: readonly string[];
  /** Who signs off last, `Name <address>`; null for nobody. */
  readonly signOff: string | null;
  /** Whether tags given to the cover letter count for every patch; they do unless this is false. */
  readonly coverTags?: boolean;
  /** Whom of those that the mail was sent to a `Cc:` trailer is added for; null for nobody. */
  readonly people?: MailedPeople | null;
  /** Write a capitalised first word of the title behind its last `prefix: ` in lower case. */
  readonly lowerTitle?: boolean;
  /** Fill the paragraphs of the log anew, see `refill`. */
  readonly refill?: boolean;
}

/** One patch, ready to be written. */
export interface ComposedPatch {
  /** 1-based place in the posting. */
  readonly part: number;
  readonly mail: PatchMail;
  readonly title: string;
  readonly author: Address | null;
  /** The mail's date, verbatim. */
  readonly date: ByteString | null;
  /** Log with trailers, UTF-8, ending in LF. */
  readonly log: Bytes;
  /** The log without its trailers. */
  readonly body: Bytes;
  /** The trailers at the end of the log, in its order. */
  readonly trailers: readonly Trailer[];
  readonly taken: readonly CollectedTrailer[];
  /** `Fixes:`, `Link:` and the like of replies, for a person to judge; not in the log. */
  readonly suggested: readonly CollectedTrailer[];
  readonly refused: readonly CollectedTrailer[];
  readonly objections: readonly Objection[];
}

/** The patches of a posting in order, with the tags `collected` for each slot; slots that no mail filled are passed over, the caller has refused or allowed that. */
export function composePatches(
  posting: Posting,
  settings: ComposeSettings,
  collected: readonly SlotTrailers[] = collectTrailers(posting),
): ComposedPatch[] {
  const composed: ComposedPatch[] = [];
  for (const [index, mail] of posting.slots.entries()) {
    if (mail === null) continue;
    const all = collected[index] ?? NO_TAGS;
    const tags = settings.coverTags === false ? { ...all, taken: all.taken.filter(isForPatch) } : all;
    const first = composed.length === 0;
    const { log, body, trailers } = logOf(posting, mail, tags, first, settings);
    composed.push({
      part: index + 1,
      mail,
      title: settings.lowerTitle === true ? withLowerWord(mail.title) : mail.title,
      author: mail.author,
      date: mail.date?.text ?? null,
      log,
      body,
      trailers,
      taken: tags.taken,
      suggested: tags.suggestions,
      refused: tags.refused,
      objections: tags.objections,
    });
  }
  return composed;
}

const NO_TAGS: SlotTrailers = { taken: [], suggestions: [], refused: [], objections: [] };

function isForPatch({ evidence }: CollectedTrailer): boolean {
  return evidence.some(({ rule }) => rule !== "cover");
}

/** As b4 writes them: what was given to the patch itself, then what it has from the cover. */
function patchFirst(taken: readonly CollectedTrailer[]): CollectedTrailer[] {
  return [...taken.filter(isForPatch), ...taken.filter((tag) => !isForPatch(tag))];
}

function logOf(
  posting: Posting,
  mail: PatchMail,
  tags: SlotTrailers,
  first: boolean,
  settings: ComposeSettings,
): Pick<ComposedPatch, "log" | "body" | "trailers"> {
  const { body, trailers } = parseTrailers(withoutCrs(mail.description));
  const folded = first && settings.foldCover && posting.cover !== null;
  const links = [folded ? posting.cover?.message.messageId : null, mail.message.messageId]
    .filter((id) => id !== null && id !== undefined && settings.link !== "")
    .map((id) => makeTrailer("Link", byteString(bytesOf(settings.link)) + id));
  const given = settings.trailers === "b4" ? patchFirst(tags.taken) : tags.taken;
  const ordered = orderTrailers(settings.trailers, {
    own: trailers,
    given: given.map(({ trailer }) => trailer),
    links,
    makers: [mail.author, ...mail.message.from].filter((maker) => maker !== null),
    signOff: settings.signOff,
    sorting: settings.trailerSorting ?? [],
  });
  const trailed = settings.people ? withPeople(mail, ordered, settings.people, settings.signOff) : ordered;
  const block = printBlock(settings.trailers, trailed);
  const filled = settings.refill === true ? refill : (text: Bytes): Bytes => text;
  const own = filled(trimEnd(body));
  const log =
    folded && posting.cover !== null
      ? concatBytes([coverText(posting, posting.cover.title, filled(posting.cover.text)), own])
      : own;
  const gap = log.length > 0 && block.length > 0 ? bytesOf("\n") : noBytes;
  return { log: concatBytes([log, gap, block]), body: log, trailers: trailed };
}

/** With a `Cc:` for the people whom the mail was sent to, above the maintainer's sign-off, which is last. */
function withPeople(
  mail: PatchMail,
  ordered: readonly Trailer[],
  people: MailedPeople,
  signOff: string | null,
): Trailer[] {
  const end = signOff === null ? ordered.length : ordered.length - 1;
  const others = [mail.author, ...parseAddresses(byteString(bytesOf(signOff ?? "")))].map((one) => one?.address ?? "");
  const named = ordered.slice(0, end).map((trailer) => {
    return trailer.key.toLowerCase() === "cc" ? makeTrailer(trailer.key, bracketed(trailer.value)) : trailer;
  });
  return [...named, ...mailedPeople(mail.message, ordered, people, others), ...ordered.slice(end)];
}

/** `mm: Fix x` as `mm: fix x`; words of more than one capital (`KASAN`) and names of code (`TASK_size`) keep theirs. */
function withLowerWord(title: string): string {
  return title.replace(/^(.*: )([A-Z])(?=[a-z]*(?:[ ,:-]|$))/s, (_, prefix: string, letter: string) => {
    return prefix + letter.toLowerCase();
  });
}

/** One paragraph as `mm` wants it; `b4` leaves the author's block as it is, with its empty lines. */
function printBlock(order: TrailerOrder, trailers: readonly Trailer[]): Bytes {
  if (order === "b4") {
    const text = byteString(printTrailers(trailers.map((each) => ({ ...each, raw: `${each.raw.trimEnd()}\n` }))));
    return fromByteString(text.replace(/^\n+/, ""));
  }
  return printTrailers(
    trailers.map(({ key, value, raw }) =>
      key === "" ? { key, value, raw: `${raw.trim()}\n` } : makeTrailer(key, value),
    ),
  );
}

/** `Patch series "TITLE", vN.`, the cover's prose, two empty lines, `This patch (of N):` and an empty line. */
function coverText(posting: Posting, title: string, text: Bytes): Bytes {
  const revision =
    posting.revision.major > 1 || posting.revision.minor !== null ? `, ${printRevision(posting.revision)}` : "";
  const prose = coverProse(byteString(text));
  return concatBytes([
    bytesOf(`Patch series "${title}"${revision}.\n\n`),
    fromByteString(prose === "" ? "" : `${prose}\n\n\n`),
    bytesOf(`This patch (of ${posting.total}):\n\n`),
  ]);
}

/** Lines that end a cover's prose: changelogs, the shortlog, the diffstat, what git appends, the signature. */
const AFTER_PROSE =
  /^(?:-- ?$|---[ \t]*$|base-commit: |prerequisite-|change-id: |Cc: |To: |(?:changes?|changelog|diff(?:erences)?)\b[^.]*\b(?:v\d|since|from|in|log)\b[^.]{0,40}:?$|changelog:?$|v\d+ ?(?:->|:|→)|.{1,80} \(\d{1,4}\):$| \S.* \|[ ]+(?:\d+|Bin)\b| \d+ files? changed)/i;

/** What a cover letter says of its series, without what stands below that. */
export function coverProse(text: ByteString): ByteString {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => AFTER_PROSE.test(line));
  const prose = end < 0 ? lines : lines.slice(0, end);
  return withoutEnd(withoutEmptyLines(prose.join("\n"), " \t"), " \t\n");
}

/** A mail in base64 may have CRLF; a log has lines as git keeps them. */
function withoutCrs(bytes: Bytes): Bytes {
  return bytes.includes(13) ? fromByteString(byteString(bytes).replaceAll("\r\n", "\n")) : bytes;
}

function trimEnd(bytes: Bytes): Bytes {
  const text = withoutEnd(byteString(bytes), " \t\n");
  return text === "" ? noBytes : fromByteString(`${text}\n`);
}
