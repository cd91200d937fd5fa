// Second look at groups of covers and patches: joins what was sent together although subjects or threads disagree, and splits what
// only looks like one. Each rule says which case it is for; none ever puts two patches into one free slot.
import type { Message } from "#model/mail";
import { counterOf, numberPart, sameRevision, totalOf, type Entry, type PartGroup } from "./parts.ts";
import { ancestors, type Threads } from "./threads.ts";

/** Mails of one series that no thread joins are believed to belong together within this time, in milliseconds. */
export const UNTHREADED_WINDOW = 30 * 60_000;

type Entries = ReadonlyMap<Message, Entry>;

/** Applies the rules to groups given oldest first; every part stays in exactly one group. */
export function joinGroups(groups: readonly PartGroup[], threads: Threads, byMessage: Entries): PartGroup[] {
  const owner = new Map<Entry, PartGroup>();
  for (const group of groups) for (const entry of group.entries) owner.set(entry, group);
  joinLateCovers(groups, threads, byMessage, owner);
  adopt(groups, threads, byMessage, owner);
  joinRerolls(groups, threads, byMessage, owner);
  return splitRepeats(joinUnthreaded(groups.filter(({ entries }) => entries.length > 0)));
}

function take(home: PartGroup, group: PartGroup, owner: Map<Entry, PartGroup>): void {
  for (const entry of group.entries) owner.set(entry, home);
  home.entries.push(...group.entries);
  group.entries = [];
}

// A cover that was forgotten and sent later, in answer to one of its patches.
function joinLateCovers(
  groups: readonly PartGroup[],
  threads: Threads,
  byMessage: Entries,
  owner: Map<Entry, PartGroup>,
): void {
  for (const group of groups) {
    const [cover] = group.entries;
    if (cover?.part.kind !== "cover" || group.entries.length > 1) continue;
    const above = nearestPart(cover, threads, byMessage);
    const home = above === null ? undefined : owner.get(above);
    if (above === null || home === undefined || home === group || above.key !== cover.key || hasCover(home)) continue;
    take(home, group, owner);
  }
}

// Patches whose subject lacks a project, RFC or RESEND that the mail above them has, or the other way round: same sender, revision
// and total, and the slots are free. Two whole postings in one thread stay two.
function adopt(groups: readonly PartGroup[], threads: Threads, byMessage: Entries, owner: Map<Entry, PartGroup>): void {
  for (const group of groups) {
    const [first] = group.entries;
    if (first === undefined || hasCover(group)) continue;
    const above = nearestPart(first, threads, byMessage);
    const home = above === null ? undefined : owner.get(above);
    if (above === null || home === undefined || home === group || above.sender !== first.sender) continue;
    if (!sameRevision(above, first) || first.part.patch.subject.amends !== null) continue;
    if (counterOf(first) === null || totalOf(above) !== totalOf(first)) continue;
    const isCoverOnly = home.entries.every(({ part }) => part.kind === "cover");
    const sameRfc = above.part.patch.subject.rfc === first.part.patch.subject.rfc;
    const resent = first.part.patch.subject.resend && !above.part.patch.subject.resend;
    if (isCoverOnly || (sameRfc && !resent && !isWhole(home) && !isWhole(group) && disjoint(home, group)))
      take(home, group, owner);
  }
}

// Single patches of a new revision, each in answer to the patch with its number of the same older posting, are one partial reroll.
// A bare `[PATCH v6]` among them has the number of the patch that it answers.
function joinRerolls(
  groups: readonly PartGroup[],
  threads: Threads,
  byMessage: Entries,
  owner: Map<Entry, PartGroup>,
): void {
  const homes = new Map<string, PartGroup>();
  const names = new Map<PartGroup, number>();
  const bare: { readonly group: PartGroup; readonly entry: Entry; readonly old: Entry; readonly name: string }[] = [];
  for (const group of groups) {
    const [first] = group.entries;
    if (first === undefined || hasCover(group) || isWholeSeries(group)) continue;
    const old = nearestOlder(first, threads, byMessage);
    const older = old === null ? undefined : owner.get(old);
    if (old === null || older === undefined) continue;
    if (!names.has(older)) names.set(older, names.size);
    const { rfc } = first.part.patch.subject;
    const name = `${first.sender} ${first.revision.major}.${first.revision.minor ?? ""} ${totalOf(old)} ${rfc} ${names.get(older)}`;
    if (counterOf(first) === null) {
      if (first.revision.stated) bare.push({ group, entry: first, old, name });
      continue;
    }
    const home = homes.get(name);
    if (home === undefined) homes.set(name, group);
    else if (disjoint(home, group)) take(home, group, owner);
  }
  for (const { group, entry, old, name } of bare) {
    const home = homes.get(name);
    const [counter, total] = [counterOf(old), totalOf(old)];
    if (
      home === undefined ||
      counter === null ||
      total === null ||
      home.entries.some((one) => counterOf(one) === counter)
    )
      continue;
    numberPart(entry, counter, total);
    take(home, group, owner);
  }
}

// The patch of an older revision that a patch answers, with the same number and total where it has any.
function nearestOlder(entry: Entry, threads: Threads, byMessage: Entries): Entry | null {
  for (const above of ancestors(threads, entry.message)) {
    const other = byMessage.get(above);
    if (other === undefined) continue;
    if (other.part.kind === "cover" || (totalOf(other) ?? 1) < 2 || other.sender !== entry.sender) return null;
    const isOlder =
      other.revision.major < entry.revision.major && (other.revision.minor === null || entry.revision.minor === null);
    if (!isOlder) continue;
    const counter = counterOf(entry);
    return counter === null || (counter === counterOf(other) && totalOf(entry) === totalOf(other)) ? other : null;
  }
  return null;
}

// Series sent without threading: same key, free slots, near in time.
function joinUnthreaded(groups: readonly PartGroup[]): PartGroup[] {
  const kept: PartGroup[] = [];
  const open = new Map<string, Open[]>();
  for (const group of groups) {
    const [first] = group.entries;
    const key = first?.key ?? "";
    const total = first === undefined ? null : totalOf(first);
    const own = openOf(group);
    const near = total === null || total < 1 ? [] : (open.get(key) ?? []).filter((other) => isNear(other, own));
    const home = near.findLast((other) => (other.loose || own.loose) && own.taken.isDisjointFrom(other.taken));
    if (home === undefined) {
      kept.push(group);
      open.set(key, [...near, own]);
      continue;
    }
    home.group.entries.push(...group.entries);
    for (const counter of own.taken) home.taken.add(counter);
    home.last = Math.max(home.last, own.last);
    home.loose &&= own.loose;
    open.set(key, near);
  }
  return kept;
}

/** A group that may take more, with what is asked of it again and again. */
interface Open {
  readonly group: PartGroup;
  readonly taken: Set<number | null>;
  readonly from: number;
  last: number;
  loose: boolean;
}

function openOf(group: PartGroup): Open {
  const times = group.entries.map(({ time }) => time);
  return {
    group,
    taken: new Set(group.entries.map(counterOf)),
    from: times.reduce((least, time) => Math.min(least, time), Infinity),
    last: times.reduce((most, time) => Math.max(most, time), -Infinity),
    loose: isLoose(group),
  };
}

// Groups come oldest first, so only one that is strung out over time must be looked through.
function isNear(earlier: Open, { from }: Open): boolean {
  if (from >= earlier.last) return from - earlier.last <= UNTHREADED_WINDOW;
  return earlier.group.entries.some(({ time }) => Math.abs(time - from) <= UNTHREADED_WINDOW);
}

// A whole second set of patches below one mail, not marked as a revision: a posting of its own, not a competitor for each slot.
function splitRepeats(groups: readonly PartGroup[]): PartGroup[] {
  return groups.flatMap((group) => {
    const total = Math.max(...group.entries.map((entry) => totalOf(entry) ?? 1));
    const rounds: Entry[][] = [];
    const tries = new Map<number, number>();
    for (const entry of group.entries.toSorted((a, b) => (a.time === b.time ? 0 : a.time - b.time))) {
      const counter = counterOf(entry) ?? 1;
      const isPlain = entry.part.kind === "patch" && entry.part.patch.subject.amends === null;
      const round = isPlain ? (tries.get(counter) ?? 0) : 0;
      if (isPlain) tries.set(counter, round + 1);
      (rounds[round] ??= []).push(entry);
    }
    const [first = [], ...others] = rounds;
    const isOwn = (round: readonly Entry[]): boolean =>
      new Set(round.map(counterOf)).size >= total && round.every((entry) => counterOf(entry) !== null);
    const own = others.filter(isOwn);
    if (own.length === 0) return [group];
    const rest = others.filter((round) => !isOwn(round)).flat();
    const note = "sent again below the same mail without a new revision";
    return [
      { entries: [...first, ...rest], notes: group.notes },
      ...own.map((entries) => ({ entries, notes: [...group.notes, note] })),
    ];
  });
}

function nearestPart(entry: Entry, threads: Threads, byMessage: Entries): Entry | null {
  for (const above of ancestors(threads, entry.message)) {
    const other = byMessage.get(above);
    if (other !== undefined) return other;
  }
  return null;
}

function hasCover({ entries }: PartGroup): boolean {
  return entries.some(({ part }) => part.kind === "cover");
}

function isWhole({ entries }: PartGroup): boolean {
  const total = Math.max(...entries.map((entry) => totalOf(entry) ?? 1));
  return new Set(entries.filter(({ part }) => part.kind === "patch").map(counterOf)).size >= total;
}

// A bare patch is whole as it is, but may be part of a reroll.
function isWholeSeries(group: PartGroup): boolean {
  return isWhole(group) && group.entries.every((entry) => counterOf(entry) !== null);
}

// True for a cover that nobody answers and for patches that answer nobody.
function isLoose({ entries }: PartGroup): boolean {
  return entries.every((entry) => entry.loose || entry.part.kind === "cover");
}

function disjoint(left: PartGroup, right: PartGroup): boolean {
  const taken = new Set(left.entries.map(counterOf));
  return right.entries.every((entry) => !taken.has(counterOf(entry)));
}
