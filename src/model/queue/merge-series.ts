// Merges two edits of one series by what they mean: additions, removals, moves, options and disablings of both are kept, whatever
// lines they stand on. It looks at the series only; whether two people changed the same patch file is for the caller to know.
import type { ByteString } from "#model/bytes";
import { isPatch, withFinalNewline } from "./edit.ts";
import { longestRising } from "./revert.ts";
import type { BranchName, PatchName, Queue, SeriesLine } from "./series.ts";

/** What an edit did to one patch: `altered` is another option, another comment, or whether it is applied. */
export type SeriesTouch = "added" | "gone" | "moved" | "altered";

export interface SeriesMerge {
  /** Where a patch is contested, as `ours` has it, unless it was said to take the other. */
  readonly queue: Queue;
  /** Patches that both sides touched, each in another way; those to take from `theirs` are not among them. */
  readonly contested: readonly PatchName[];
}

export interface SeriesMergeHints {
  /** Patches that come out as `theirs` has them, whatever `ours` did to them. */
  readonly take?: ReadonlySet<PatchName>;
  /** Patches that each side is known to have touched: where two patches changed places, it was one of these that moved. */
  readonly likely?: { readonly ours: ReadonlySet<PatchName>; readonly theirs: ReadonlySet<PatchName> };
}

const NONE: ReadonlySet<PatchName> = new Set();

/**
 * `ours` with what leads from `base` to `theirs` done to it. Lines that both add at one place stand in the order ours, theirs; a
 * marker stays while patches stand behind it. `order` are the tree's branches, bottom first.
 * Laws: with `ours` equal to `base` the patches are those of `theirs`; with `theirs` equal to `base` it is `ours`.
 */
export function mergeSeries(
  base: Queue,
  ours: Queue,
  theirs: Queue,
  order: readonly BranchName[],
  { take = NONE, likely = { ours: NONE, theirs: NONE } }: SeriesMergeHints = {},
): SeriesMerge {
  const sides = { base: indexed(base), ours: indexed(ours), theirs: indexed(theirs) };
  const touched = {
    ours: seriesTouches(base, ours, likely.ours),
    theirs: seriesTouches(base, theirs, likely.theirs),
  };
  const shared = [...touched.theirs.keys()].filter((name) => touched.ours.has(name));
  const agreed = new Set(shared.filter((name) => isAgreed(sides, touched, name)));
  const contested = shared.filter((name) => !agreed.has(name) && !take.has(name));
  const left = new Set([...agreed, ...contested].filter((name) => !take.has(name)));
  const edit: Edit = {
    ...sides,
    order,
    strayed: strayedOf(touched.ours, agreed),
    fresh: freshOf(sides, touched.ours),
    removed: new Set(),
    placed: new Set(),
  };
  for (const name of new Set([...touched.theirs.keys(), ...take])) {
    if (left.has(name)) continue;
    const key = patchKey(name);
    const touch = touched.theirs.get(name);
    const isThere = sides.theirs.lines.has(key);
    if (sides.ours.lines.has(key) && (!isThere || touch !== "altered")) edit.removed.add(key);
    if (isThere && (touch !== "altered" || !sides.ours.lines.has(key))) edit.placed.add(key);
  }
  for (const [key, line] of sides.base.lines) {
    if (line.kind === "text" && !sides.theirs.lines.has(key)) edit.removed.add(key);
  }
  for (const [key, line] of sides.theirs.lines) {
    if (!isPatch(line) && !sides.base.lines.has(key) && !sides.ours.lines.has(key)) edit.placed.add(key);
  }
  if (edit.removed.size === 0 && edit.placed.size === 0 && touched.theirs.size === 0)
    return { queue: withoutMarkers(edit, ours.lines), contested };
  return { queue: carriedOut(edit, touched.theirs, left), contested };
}

/** What leads from one series to another, patch by patch. As few patches count as moved as explain the order, and of those rather the likely ones. */
export function seriesTouches(
  base: Queue,
  side: Queue,
  likely: ReadonlySet<PatchName> = NONE,
): ReadonlyMap<PatchName, SeriesTouch> {
  const [old, now] = [indexed(base), indexed(side)];
  const touches = new Map<PatchName, SeriesTouch>();
  const stretches = new Map<BranchName | null, PatchName[]>();
  for (const [key, line] of old.lines) {
    if (!isPatch(line)) continue;
    const after = now.lines.get(key);
    if (after === undefined) touches.set(line.name, "gone");
    else if (now.branches.get(key) !== old.branches.get(key)) touches.set(line.name, "moved");
    else {
      const branch = old.branches.get(key) ?? null;
      stretches.set(branch, [...(stretches.get(branch) ?? []), line.name]);
      if (textOf(after) !== textOf(line)) touches.set(line.name, "altered");
    }
  }
  for (const names of stretches.values()) {
    const places = names.map((name) => now.places.get(patchKey(name)) ?? 0);
    const stay = staying(places, (at) => !likely.has(names[at] ?? ("" as PatchName)));
    for (const [at, name] of names.entries()) if (!stay.has(at)) touches.set(name, "moved");
  }
  for (const [key, line] of now.lines) if (isPatch(line) && !old.lines.has(key)) touches.set(line.name, "added");
  return touches;
}

/** Up to so many patches that changed places are looked at in pairs; where there are more, no matter which of them moved. */
const MAX_WEIGHED = 1000;

/** Indexes of the values that stay where they are: a longest rising subsequence and, of several, the one with the most that are preferred. */
function staying(values: readonly number[], preferred: (at: number) => boolean): ReadonlySet<number> {
  const sorted = values.toSorted((one, other) => one - other);
  const first = values.findIndex((value, at) => value !== sorted[at]);
  if (first < 0) return new Set(values.keys());
  const last = values.findLastIndex((value, at) => value !== sorted[at]);
  if (last - first >= MAX_WEIGHED) return new Set(longestRising(values));
  // Nothing before the first and behind the last that differs is part of the question.
  const best: { readonly weight: number; readonly below: number }[] = [];
  for (let at = first; at <= last; at++) {
    let [weight, below] = [0, -1];
    for (let lower = first; lower < at; lower++) {
      const under = best[lower - first]?.weight ?? 0;
      if ((values[lower] ?? 0) < (values[at] ?? 0) && under > weight) [weight, below] = [under, lower];
    }
    // More that stay weighs more than all preferences together.
    best.push({ weight: weight + 2 * MAX_WEIGHED + (preferred(at) ? 1 : 0), below });
  }
  const stay = new Set(values.keys());
  const top = best.reduce((found, one, at) => (one.weight > (best[found]?.weight ?? 0) ? at : found), 0);
  const kept = new Set<number>();
  for (let at = top + first; at >= 0; at = best[at - first]?.below ?? -1) kept.add(at);
  for (let at = first; at <= last; at++) if (!kept.has(at)) stay.delete(at);
  return stay;
}

/** The lines of a series by what they are: a patch by its name, a marker by its branch, a text by its words and how often they were before. */
interface Indexed {
  readonly lines: ReadonlyMap<string, SeriesLine>;
  readonly keys: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  /** The branch that a line stands in; a marker stands in its own. */
  readonly branches: ReadonlyMap<string, BranchName | null>;
}

interface Edit {
  readonly base: Indexed;
  readonly ours: Indexed;
  readonly theirs: Indexed;
  readonly order: readonly BranchName[];
  /** Lines that `ours` put where they are. */
  readonly fresh: ReadonlySet<string>;
  /** Lines that `ours` alone put elsewhere: what stood behind them did not follow. */
  readonly strayed: ReadonlySet<string>;
  /** Lines to take out of `ours`, and lines to put where `theirs` has them; a moved one is both. */
  readonly removed: Set<string>;
  readonly placed: Set<string>;
}

function patchKey(name: PatchName): string {
  return `patch ${name}`;
}

function indexed({ lines }: Queue): Indexed {
  const byKey = new Map<string, SeriesLine>();
  const branches = new Map<string, BranchName | null>();
  const texts = new Map<string, number>();
  let branch: BranchName | null = null;
  for (const line of withFinalNewline(lines)) {
    let key: string;
    if (isPatch(line)) key = patchKey(line.name);
    else if (line.kind === "branch") key = `branch ${(branch = line.branch)}`;
    else {
      const count = texts.get(line.raw) ?? 0;
      texts.set(line.raw, count + 1);
      key = `text ${count} ${line.raw}`;
    }
    byKey.set(key, line);
    branches.set(key, branch);
  }
  const keys = [...byKey.keys()];
  return { lines: byKey, keys, places: new Map(keys.map((key, at) => [key, at])), branches };
}

function textOf(line: SeriesLine): ByteString {
  return line.raw.replace(/\n$/, "");
}

function isAgreed(
  { base, ours, theirs }: Pick<Edit, "base" | "ours" | "theirs">,
  touched: { readonly ours: ReadonlyMap<PatchName, SeriesTouch>; readonly theirs: ReadonlyMap<PatchName, SeriesTouch> },
  name: PatchName,
): boolean {
  const key = patchKey(name);
  const [mine, other] = [ours.lines.get(key), theirs.lines.get(key)];
  if (mine === undefined || other === undefined) return mine === other;
  if (textOf(mine) !== textOf(other) || ours.branches.get(key) !== theirs.branches.get(key)) return false;
  if (touched.ours.get(name) !== "moved" && touched.theirs.get(name) !== "moved") return true;
  return above(ours, key, base, theirs) === above(theirs, key, base, ours);
}

/** The nearest line above that all three have. */
function above(side: Indexed, key: string, ...others: readonly Indexed[]): string | undefined {
  return side.keys
    .slice(0, side.places.get(key))
    .findLast((one) => !isText(one) && others.every(({ lines }) => lines.has(one)));
}

function freshOf(
  { base, ours }: Pick<Edit, "base" | "ours">,
  touched: ReadonlyMap<PatchName, SeriesTouch>,
): Set<string> {
  const fresh = new Set(ours.keys.filter((key) => !base.lines.has(key)));
  for (const [name, touch] of touched) if (touch === "moved") fresh.add(patchKey(name));
  return fresh;
}

function strayedOf(touched: ReadonlyMap<PatchName, SeriesTouch>, agreed: ReadonlySet<PatchName>): Set<string> {
  const strayed = [...touched].filter(([name, touch]) => touch === "moved" && !agreed.has(name));
  return new Set(strayed.map(([name]) => patchKey(name)));
}

function carriedOut(edit: Edit, touched: ReadonlyMap<PatchName, SeriesTouch>, left: ReadonlySet<PatchName>): Queue {
  const { ours, theirs, removed, placed } = edit;
  const keys = ours.keys.filter((key) => !removed.has(key));
  for (const key of theirs.keys) {
    if (!placed.has(key)) continue;
    const branch = theirs.branches.get(key) ?? null;
    const marker = `branch ${branch}`;
    // Ours may have taken away a marker that had nothing behind it.
    if (branch !== null && !keys.includes(marker)) keys.splice(markerPlace(edit, keys, branch), 0, marker);
    if (key !== marker) keys.splice(placeOf(edit, keys, key), 0, key);
  }
  const lines = keys.flatMap((key) => {
    const [mine, other] = [ours.lines.get(key), theirs.lines.get(key)];
    const isTheirs = other !== undefined && isPatch(other) && touched.has(other.name) && !left.has(other.name);
    const line = isTheirs || placed.has(key) ? (other ?? mine) : (mine ?? other);
    return line === undefined ? [] : [line];
  });
  return withoutMarkers(edit, lines);
}

/**
 * Behind the nearest patch or marker above it in `theirs` that is there, the texts that are between them, and what `ours` put at
 * that place. Texts alone say little about a place: they may stay where patches around them go.
 */
function placeOf({ theirs, fresh, strayed, placed }: Edit, keys: readonly string[], key: string): number {
  const there = new Set(keys.filter((one) => !isText(one) && (placed.has(one) || !strayed.has(one))));
  const over = theirs.keys.slice(0, theirs.places.get(key));
  const anchor = over.findLast((one) => there.has(one));
  const between = new Set(over.slice(anchor === undefined ? 0 : over.indexOf(anchor) + 1));
  let at = anchor === undefined ? 0 : keys.indexOf(anchor) + 1;
  for (let next = keys[at]; next !== undefined && !next.startsWith("branch "); next = keys[at]) {
    if (!fresh.has(next) && !(isText(next) && between.has(next))) break;
    at += 1;
  }
  return at;
}

function isText(key: string): boolean {
  return key.startsWith("text ");
}

/** Before the first marker of a branch that is above it in the tree's order. */
function markerPlace({ order }: Edit, keys: readonly string[], branch: BranchName): number {
  const later = new Set(order.slice(order.indexOf(branch) + 1).map((name) => `branch ${name}`));
  const next = keys.findIndex((key) => later.has(key));
  return next < 0 ? keys.length : next;
}

/** Without the markers that `theirs` took away and that nothing stands behind. */
function withoutMarkers({ base, theirs }: Edit, lines: readonly SeriesLine[]): Queue {
  const isGone = (line: SeriesLine): boolean =>
    line.kind === "branch" && base.lines.has(`branch ${line.branch}`) && !theirs.lines.has(`branch ${line.branch}`);
  return {
    lines: lines.filter((line, at) => {
      if (!isGone(line)) return true;
      const next = lines.slice(at + 1).find(({ kind }) => kind !== "text");
      return next !== undefined && next.kind !== "branch";
    }),
  };
}
