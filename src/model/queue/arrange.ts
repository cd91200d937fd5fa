// Edits that keep every patch of the queue and change its place, its name or whether it is applied. Like those of edit.ts they
// give a new queue and leave the bytes of all other lines alone; adding and removing patches is edit.ts's.
import type { ByteString } from "#model/bytes";
import type { StretchEnd } from "./edit.ts";
import { insertPatches, isPatch, removePatches, withFinalNewline, withLinesIn } from "./edit.ts";
import type { BranchName, PatchName, Queue } from "./series.ts";
import { nameOffset, patchesOf, placedPatches } from "./series.ts";

/** Where moved patches go: to an end of a branch's stretch, or beside a patch that does not move itself. */
export type Place = StretchEnd | { readonly kind: "before" | "after"; readonly patch: PatchName };

/**
 * Moves patches, which keep their order among themselves and their options. `order` are the tree's branches, bottom first:
 * a branch without a marker gets one where `insertPatches` would put it. Null when the patch to stand beside is not there, or moves.
 */
export function movePatches(
  queue: Queue,
  names: ReadonlySet<PatchName>,
  place: Place,
  order: readonly BranchName[],
): Queue | null {
  const lines = withFinalNewline(queue.lines);
  const moving = lines.filter((line) => isPatch(line) && names.has(line.name));
  const rest = lines.filter((line) => !moving.includes(line));
  if (!("patch" in place)) return { lines: withLinesIn(rest, moving, place, order) };
  const at = rest.findIndex((line) => isPatch(line) && line.name === place.patch);
  return at < 0 ? null : { lines: rest.toSpliced(place.kind === "before" ? at : at + 1, 0, ...moving) };
}

/** The queue in which these patches are applied or, `disabled`, keep their place without being applied. */
export function setDisabled(queue: Queue, names: ReadonlySet<PatchName>, disabled: boolean): Queue {
  return {
    lines: queue.lines.map((line) => {
      if (!isPatch(line) || !names.has(line.name) || (line.kind === "disabled") === disabled) return line;
      if (disabled) return { ...line, kind: "disabled", raw: `# disabled: ${line.raw}` };
      return { ...line, kind: "patch", raw: line.raw.replace(/^#[ \t]*disabled:[ \t]*/, "") };
    }),
  };
}

/** The queue with one patch under another name; its options and its comment stay. */
export function renamePatch(queue: Queue, from: PatchName, to: PatchName): Queue {
  return {
    lines: queue.lines.map((line) =>
      isPatch(line) && line.name === from ? { ...line, name: to, raw: renamed(line.raw, from, to) } : line,
    ),
  };
}

/** The queue with these patches as cover letters: quilt takes their lines for comments. */
export function markMerges(queue: Queue, names: ReadonlySet<PatchName>): Queue {
  return {
    lines: queue.lines.map((line) =>
      line.kind === "patch" && names.has(line.name) && nameOffset(line.raw) === 0
        ? { ...line, raw: `# merge: ${line.raw}` }
        : line,
    ),
  };
}

function renamed(raw: ByteString, from: PatchName, to: PatchName): ByteString {
  const at = raw.indexOf(from, nameOffset(raw));
  return raw.slice(0, at) + to + raw.slice(at + from.length);
}

/**
 * The named patches of each branch in the order of `ranked`: they take each other's places. Comments, disabled patches and all
 * other patches stay where they are; names that are not queued are passed over.
 */
export function reorderPatches(queue: Queue, ranked: readonly PatchName[]): Queue {
  const rank = new Map(ranked.map((name, index) => [name, index]));
  const lines = withFinalNewline(queue.lines);
  const moving = patchesOf({ lines }).filter(({ name }) => rank.has(name));
  const sorted = [...Map.groupBy(moving, ({ branch }) => branch).values()].flatMap((patches) =>
    patches.toSorted((left, right) => (rank.get(left.name) ?? 0) - (rank.get(right.name) ?? 0)),
  );
  let next = 0;
  return {
    lines: lines.map((line) => {
      if (line.kind !== "patch" || !rank.has(line.name)) return line;
      const { branch: _branch, ...moved } = sorted[next++] ?? { ...line, branch: null };
      return moved;
    }),
  };
}

/** What a newer revision does to the series. */
export interface SeriesUpdate {
  /** The patches of the newer revision in their order: those in the queue under their names there, and new ones. */
  readonly ordered: readonly PatchName[];
  readonly gone: ReadonlySet<PatchName>;
  /** Where the patches go when none of them is in the queue. */
  readonly branch: BranchName;
}

/**
 * The series with a posting's patches replaced by those of its next revision: what stays keeps its place, or takes that of another one
 * of the posting where the order is a new one; what is new stands behind the patch before it, or in front of the one after it.
 */
export function updateSeries(queue: Queue, update: SeriesUpdate, order: readonly BranchName[]): Queue {
  const { ordered, gone, branch } = update;
  let after = reorderPatches(queue, ordered);
  const there = namesOf(after);
  // Where nothing of the posting stays, what is new comes where the first patch of it stood.
  const first = placedPatches(queue).find(({ name }) => gone.has(name))?.name;
  for (const [index, name] of ordered.entries()) {
    if (there.has(name)) continue;
    const above = ordered.slice(0, index).findLast((other) => there.has(other));
    const below = ordered.slice(index).find((other) => there.has(other)) ?? first;
    after = insertPatches(after, [name], branch, order);
    const place: Place | null =
      above !== undefined
        ? { kind: "after", patch: above }
        : below !== undefined
          ? { kind: "before", patch: below }
          : null;
    if (place !== null) after = movePatches(after, new Set([name]), place, order) ?? after;
    there.add(name);
  }
  return removePatches(after, gone);
}

/** Names of all patches of the series, disabled ones too: none of them is free. */
export function namesOf(queue: Queue): Set<PatchName> {
  return new Set(placedPatches(queue).map(({ name }) => name));
}
