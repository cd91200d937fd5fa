// The order of the trailers that a patch gets in the queue, and the place of tags that come later. Chooses no tag.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { Address, Trailer } from "#model/mail";
import { makeTrailer, parseAddresses, sameAddress } from "#model/mail";
import { isSamePerson, scopeOf, tagIdentity } from "#model/postings";

/**
 * `mm`: notes, links, Fixes, the sign-offs of author and sender, other tags as they arrived, Cc; a Reviewed-by takes the place of the same person's
 * earlier Acked-by. `b4`: as the author wrote them, then new tags (those given to the cover last), then links, so that everybody's changes stay
 * below their sign-off. The maintainer's sign-off is last in both.
 */
export type TrailerOrder = "mm" | "b4";

/** What goes into a patch. */
export interface TrailerParts {
  /** As the patch has them. */
  readonly own: readonly Trailer[];
  /** New tags in order of arrival. */
  readonly given: readonly Trailer[];
  readonly links: readonly Trailer[];
  /** Author and sender of the patch. */
  readonly makers: readonly Address[];
  /** Who signs off last, `Name <address>`; null for nobody. */
  readonly signOff: string | null;
  /** For `b4`: globs of keys, `*` for anything; what stands below the last sign-off of the patch is sorted by them. None for no sorting. */
  readonly sorting: readonly string[];
}

/** All trailers in order, new ones once; the author's are believed: a Reported-by for each of two Closes is no mistake. Those of the patch are the same objects; no value is changed. */
export function orderTrailers(order: TrailerOrder, parts: TrailerParts): Trailer[] {
  const { own, signOff } = parts;
  const known = new Set(own.map(tagIdentity));
  const isNew = (trailer: Trailer): boolean => {
    const id = tagIdentity(trailer);
    return known.has(id) ? false : (known.add(id), true);
  };
  if (order === "mm") {
    // Our links come first, so it is the author's copy of one that goes.
    const linked = new Set(parts.links.map(tagIdentity));
    const kept = own.filter((trailer) => !linked.has(tagIdentity(trailer)));
    const given = parts.given.filter(isNew);
    return signedLast(
      grouped({ ...parts, own: withoutUpgraded(kept, given), given: withoutUpgraded(given, given) }),
      signOff,
    );
  }
  const added = [...parts.given.filter(isNew), ...parts.links.filter(isNew)];
  return signedLast(sortedBelowSignOff(own, added, parts.sorting), signOff);
}

/**
 * A patch's trailers with new tags put where the order wants them, nothing else moved: `mm` above Cc and the maintainer's sign-off,
 * `b4` above links of ours (they begin with `link`) and that sign-off. `mm` also takes away what a new Reviewed-by replaces.
 */
export function insertTags(
  order: TrailerOrder,
  own: readonly Trailer[],
  given: readonly Trailer[],
  { signOff, link }: { readonly signOff: string | null; readonly link: string },
): Trailer[] {
  const known = new Set(own.map(tagIdentity));
  const added = given.filter((trailer) => !known.has(tagIdentity(trailer)));
  const kept = order === "mm" ? withoutUpgraded(own, added) : own;
  const start = byteString(bytesOf(link));
  const isBehind = (trailer: Trailer): boolean => {
    const key = trailer.key.toLowerCase();
    if (order === "mm") return key === "cc";
    return key === "link" && start !== "" && trailer.value.startsWith(start);
  };
  let at = kept.length;
  const last = kept.at(-1);
  if (last !== undefined && signOff !== null && isSignOffOf(last, signOff)) at -= 1;
  while (at > 0 && isBehind(kept[at - 1] ?? last ?? NOTHING)) at -= 1;
  return [...kept.slice(0, at), ...added, ...kept.slice(at)];
}

const NOTHING = makeTrailer("", "");

function grouped({ own, given, links, makers }: TrailerParts): Trailer[] {
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
    else if (key === "signed-off-by" && makers.some((maker) => isOf(trailer, maker))) groups.author.push(trailer);
    else groups.tags.push(trailer);
  }
  return [...groups.notes, ...groups.links, ...groups.fixes, ...groups.author, ...groups.tags, ...groups.cc];
}

function sortedBelowSignOff(own: readonly Trailer[], added: readonly Trailer[], sorting: readonly string[]): Trailer[] {
  if (sorting.length === 0) return [...own, ...added];
  const last = own.findLastIndex(({ key }) => key.toLowerCase() === "signed-off-by");
  const below = [...own.slice(last + 1), ...added];
  const rank = ({ key }: Trailer): number => {
    const at = sorting.findIndex((glob) => isLike(glob.toLowerCase(), key.toLowerCase()));
    return at < 0 ? sorting.length : at;
  };
  return [...own.slice(0, last + 1), ...below.toSorted((a, b) => rank(a) - rank(b))];
}

/** Glob with at most one `*`. */
function isLike(glob: string, key: string): boolean {
  const [start = "", end] = glob.split("*");
  return end === undefined
    ? key === glob
    : key.startsWith(start) && key.endsWith(end) && key.length >= start.length + end.length;
}

/** The tags of `given`, in order of arrival, that an order wants: with `mm` without those that a later one of them replaces. */
export function standingTags(order: TrailerOrder, given: readonly Trailer[]): Trailer[] {
  return order === "mm" ? withoutUpgraded(given, given) : [...given];
}

/** Without the Acked-by of whoever gave a Reviewed-by later for as much of the patch. */
function withoutUpgraded(trailers: readonly Trailer[], given: readonly Trailer[]): Trailer[] {
  return trailers.filter((trailer) => {
    if (trailer.key.toLowerCase() !== "acked-by") return true;
    const from = given.indexOf(trailer) + 1;
    return !given.slice(from).some((later) => {
      const scope = scopeOf(later.value);
      if (later.key.toLowerCase() !== "reviewed-by" || !isSamePerson(trailer.value, later.value)) return false;
      return scope === "" || scope === scopeOf(trailer.value);
    });
  });
}

function isOf(trailer: Trailer, person: Address): boolean {
  return parseAddresses(trailer.value).some(({ address }) => sameAddress(address, person.address));
}

function isSignOffOf({ key, value }: Trailer, signer: string): boolean {
  return key.toLowerCase() === "signed-off-by" && value.trim() === byteString(bytesOf(signer));
}

/** The maintainer's sign-off comes last, even when it was there already. */
function signedLast(trailers: readonly Trailer[], signer: string | null): Trailer[] {
  if (signer === null) return [...trailers];
  const value: ByteString = byteString(bytesOf(signer));
  return [...trailers.filter((trailer) => !isSignOffOf(trailer, signer)), makeTrailer("Signed-off-by", value)];
}
