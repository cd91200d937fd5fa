// Edits that keep every patch of the queue and change its place, its name or whether it is applied. Like those of edit.ts they
// give a new queue and leave the bytes of all other lines alone; adding and removing patches is edit.ts's.
import type { ByteString } from "#model/bytes";
import type { StretchEnd } from "./edit.ts";
import { isPatch, withFinalNewline, withLinesIn } from "./edit.ts";
import type { BranchName, PatchName, Queue, SeriesLine } from "./series.ts";
import { patchesOf, placedPatches } from "./series.ts";

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

function renamed(raw: ByteString, from: PatchName, to: PatchName): ByteString {
  const at = raw.indexOf(from);
  return raw.slice(0, at) + to + raw.slice(at + from.length);
}

/**
 * The patches of each branch in another order: `ranked` holds names, and those of one branch take the places of that branch's
 * patches one after the other. Comments and disabled patches stay where they are. Names that are not queued are passed over,
 * patches that `ranked` does not hold come behind those it does.
 */
export function reorderPatches(queue: Queue, ranked: readonly PatchName[]): Queue {
  const rank = new Map(ranked.map((name, index) => [name, index]));
  const byBranch = new Map<BranchName | null, SeriesLine[]>();
  for (const { branch, ...line } of patchesOf(queue)) {
    const raw = line.raw.endsWith("\n") ? line.raw : `${line.raw}\n`;
    byBranch.set(branch, [...(byBranch.get(branch) ?? []), { ...line, raw }]);
  }
  const sorted = [...byBranch.values()].flatMap((lines) => lines.toSorted((a, b) => rankOf(rank, a) - rankOf(rank, b)));
  let next = 0;
  return {
    lines: queue.lines.map((line) => (line.kind === "patch" ? (sorted[next++] ?? line) : line)),
  };
}

function rankOf(rank: ReadonlyMap<PatchName, number>, line: SeriesLine): number {
  return line.kind === "patch" ? (rank.get(line.name) ?? rank.size) : rank.size;
}

/** Names of all patches of the series, disabled ones too: none of them is free. */
export function namesOf(queue: Queue): Set<PatchName> {
  return new Set(placedPatches(queue).map(({ name }) => name));
}
