// From a posting to what its patches will say in the queue: title, author, date, log with the tags that were given.
// File names and the bytes of the patch file are decided by the caller; nothing here knows a tree.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, noBytes, withoutEmptyLines, withoutEnd } from "#model/bytes";
import type { Address, Trailer } from "#model/mail";
import { makeTrailer, parseAddresses, parseTrailers, printTrailers, sameAddress } from "#model/mail";
import type { CollectedTrailer, PatchMail, Posting, SlotTrailers } from "#model/postings";
import { collectTrailers, printRevision } from "#model/postings";

/** How a tree writes its patches. */
export interface ComposeSettings {
  /** Put the cover letter before the first patch's own log. */
  readonly foldCover: boolean;
  /** Begins each `Link:` value, the Message-ID follows; empty for no links. */
  readonly link: string;
  /**
   * `grouped`: links, Fixes, the author's sign-off, other tags as they arrived, Cc, the maintainer's sign-off.
   * `custody`: as the author wrote them, then new tags (those given to the cover last), then links, so that everybody's changes stay below their sign-off.
   */
  readonly trailers: "grouped" | "custody";
  /** Who signs off last, `Name <address>`; null for nobody. */
  readonly signOff: string | null;
  /** Whether tags given to the cover letter count for every patch; they do unless this is false. */
  readonly coverTags?: boolean;
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
  /** The trailers at the end of the log, in its order. */
  readonly trailers: readonly Trailer[];
  readonly taken: readonly CollectedTrailer[];
  /** `Fixes:`, `Link:` and objections of replies, for a person to judge; not in the log. */
  readonly suggested: readonly CollectedTrailer[];
  readonly refused: readonly CollectedTrailer[];
}

/** The patches of a posting in order; slots that no mail filled are passed over, the caller has refused or allowed that. */
export function composePatches(posting: Posting, settings: ComposeSettings): ComposedPatch[] {
  const collected = collectTrailers(posting);
  const composed: ComposedPatch[] = [];
  for (const [index, mail] of posting.slots.entries()) {
    if (mail === null) continue;
    const all = collected[index] ?? { taken: [], suggestions: [], refused: [] };
    const tags = settings.coverTags === false ? { ...all, taken: all.taken.filter(isForPatch) } : all;
    const first = composed.length === 0;
    const { log, trailers } = logOf(posting, mail, tags, first, settings);
    composed.push({
      part: index + 1,
      mail,
      title: mail.title,
      author: mail.author,
      date: mail.date?.text ?? null,
      log,
      trailers,
      taken: tags.taken,
      suggested: tags.suggestions,
      refused: tags.refused,
    });
  }
  return composed;
}

function isForPatch({ evidence }: CollectedTrailer): boolean {
  return evidence.some(({ rule }) => rule !== "cover");
}

// As b4 writes them: what was given to the patch itself, then what it has from the cover.
function patchFirst(taken: readonly CollectedTrailer[]): Trailer[] {
  const own = taken.filter(isForPatch);
  return [...own, ...taken.filter((tag) => !isForPatch(tag))].map(({ trailer }) => trailer);
}

function logOf(
  posting: Posting,
  mail: PatchMail,
  tags: SlotTrailers,
  first: boolean,
  settings: ComposeSettings,
): Pick<ComposedPatch, "log" | "trailers"> {
  const { body, trailers } = parseTrailers(withoutCrs(mail.description));
  const folded = first && settings.foldCover && posting.cover !== null;
  const links = [folded ? posting.cover?.message.messageId : null, mail.message.messageId]
    .filter((id) => id !== null && id !== undefined && settings.link !== "")
    .map((id) => makeTrailer("Link", byteString(bytesOf(settings.link)) + id));
  const given = tags.taken.map(({ trailer }) => trailer);
  const ordered =
    settings.trailers === "grouped"
      ? grouped(trailers, given, links, mail.author)
      : [...trailers, ...patchFirst(tags.taken), ...links];
  const signed = settings.signOff === null ? ordered : signedOff(ordered, settings.signOff);
  const final = unique(signed, trailers).map(({ key, value, raw }) =>
    key === "" ? { key, value, raw: raw.replace(/^\n+/, "") } : makeTrailer(key, value),
  );
  const block = printTrailers(final);
  const own = trimEnd(body);
  const log =
    folded && posting.cover !== null
      ? concatBytes([coverText(posting, posting.cover.title, posting.cover.text), own])
      : own;
  const gap = log.length > 0 && block.length > 0 ? bytesOf("\n") : noBytes;
  return { log: concatBytes([log, gap, block]), trailers: final };
}

function grouped(
  own: readonly Trailer[],
  given: readonly Trailer[],
  links: readonly Trailer[],
  author: Address | null,
): Trailer[] {
  const groups: Record<"notes" | "links" | "fixes" | "author" | "tags" | "cc", Trailer[]> = {
    notes: [],
    links: [...links],
    fixes: [],
    author: [],
    tags: [],
    cc: [],
  };
  for (const trailer of [...own, ...given]) {
    const key = trailer.key.toLowerCase();
    if (key === "") groups.notes.push(trailer);
    else if (key === "link") groups.links.push(trailer);
    else if (key === "fixes") groups.fixes.push(trailer);
    else if (key === "cc") groups.cc.push(trailer);
    else if (key === "signed-off-by" && author !== null && isOf(trailer, author)) groups.author.push(trailer);
    else groups.tags.push(trailer);
  }
  return [...groups.notes, ...groups.links, ...groups.fixes, ...groups.author, ...groups.tags, ...groups.cc];
}

function isOf(trailer: Trailer, person: Address): boolean {
  return parseAddresses(trailer.value).some(({ address }) => sameAddress(address, person.address));
}

/** The maintainer's sign-off comes last, even when it was there already. */
function signedOff(trailers: readonly Trailer[], signer: string): Trailer[] {
  const line = makeTrailer("Signed-off-by", byteString(bytesOf(signer)));
  return [
    ...trailers.filter((trailer) => !(trailer.key.toLowerCase() === "signed-off-by" && trailer.value === line.value)),
    line,
  ];
}

/** What the author wrote stays as it is: a Reported-by for each of two Closes is no mistake. */
function unique(trailers: readonly Trailer[], own: readonly Trailer[]): Trailer[] {
  const seen = new Set<string>();
  const kept = new Set(own);
  return trailers.filter((trailer) => {
    if (trailer.key === "") return true;
    const id = `${trailer.key.toLowerCase()}: ${trailer.value.toLowerCase()}`;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew || kept.has(trailer);
  });
}

/** `Patch series "TITLE", vN.`, the cover's prose, two empty lines, `This patch (of N):` and an empty line. */
function coverText(posting: Posting, title: string, text: Bytes): Bytes {
  const revision =
    posting.revision.major > 1 || posting.revision.minor !== null ? `, ${printRevision(posting.revision)}` : "";
  const prose = proseOf(byteString(text));
  return concatBytes([
    bytesOf(`Patch series "${title}"${revision}.\n\n`),
    fromByteString(prose === "" ? "" : `${prose}\n\n\n`),
    bytesOf(`This patch (of ${posting.total}):\n\n`),
  ]);
}

/** Lines that end a cover's prose: changelogs, the shortlog, the diffstat, what git appends, the signature. */
const AFTER_PROSE =
  /^(?:-- ?$|---[ \t]*$|base-commit: |prerequisite-|change-id: |Cc: |To: |(?:changes?|changelog|diff(?:erences)?)\b[^.]*\b(?:v\d|since|from|in|log)\b[^.]{0,40}:?$|changelog:?$|v\d+ ?(?:->|:|→)|.{1,80} \(\d{1,4}\):$| \S.* \|[ ]+(?:\d+|Bin)\b| \d+ files? changed)/i;

function proseOf(text: ByteString): ByteString {
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
