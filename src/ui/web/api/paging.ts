// Pages of a list that others change meanwhile. A cursor names what was seen last, never a number: what is put in or taken out between
// two pages neither hides nor repeats anything that stays where it is.
import * as v from "valibot";

/** What lists take. */
export const PAGE_FIELDS = {
  limit: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(1, "must be 1 to 1000"),
      v.maxValue(1000, "must be 1 to 1000"),
      v.description("How many are given at most."),
    ),
    100,
  ),
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.description("Where to go on, from `next` of the page before."),
      v.maxLength(4000, "must be one that `next` gave"),
    ),
  ),
} as const;

/** Items of which a cursor tells: when the last one has left the list, the page goes on behind the one before it. */
const ANCHORS = 8;

export interface CutPage<T> {
  readonly items: readonly T[];
  /** Cursor of the page behind this one; null for the last. */
  readonly next: string | null;
}

/** The page behind `cursor`; null when nothing that the cursor names is in the list any more, or it is no cursor. */
export function pageOf<T>(
  list: readonly T[],
  nameOf: (item: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): CutPage<T> | null {
  const from = cursor === undefined ? 0 : placeBehind(list, nameOf, parseCursor(cursor));
  if (from === null) return null;
  const items = list.slice(from, from + limit);
  if (from + limit >= list.length) return { items, next: null };
  const first = Math.max(0, from + limit - ANCHORS);
  const seen = list
    .slice(first, from + limit)
    .map(nameOf)
    .toReversed();
  return { items, next: printCursor(first === 0 ? [...seen, BEGINNING] : seen) };
}

/** Stands in a cursor behind the first item of the list: when all that were seen have left, the page begins at the top. */
const BEGINNING = true;
type Anchor = string | typeof BEGINNING;

/** The place behind the first of these that is there; null when none is. */
function placeBehind<T>(list: readonly T[], nameOf: (item: T) => string, anchors: readonly Anchor[]): number | null {
  const places = new Map<Anchor, number>(list.map((item, place) => [nameOf(item), place]));
  places.set(BEGINNING, -1);
  for (const anchor of anchors) {
    const place = places.get(anchor);
    if (place !== undefined) return place + 1;
  }
  return null;
}

function printCursor(anchors: readonly Anchor[]): string {
  return Buffer.from(JSON.stringify(anchors)).toString("base64url");
}

function parseCursor(text: string): readonly Anchor[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return Array.isArray(value) ? value.filter((one) => typeof one === "string" || one === BEGINNING) : [];
  } catch {
    return [];
  }
}
