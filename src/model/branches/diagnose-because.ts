// Which rejected patches fail only because an earlier one did: what they lack, that one would have made.
// That a patch would apply otherwise is tried in diagnose-forced.ts or seen here by its lines; here it is told which ones it needs.
import type { ByteString, Path } from "#model/bytes";
import type { FileDiff } from "#model/diff";
import { hunksToApply, stripPath } from "#model/diff";
import type { BranchName, PatchName } from "#model/queue";
import type { BrokenFile, BrokenHunk, BrokenPatch } from "./diagnose-broken.ts";
import { changesOf } from "./diagnose-broken.ts";
import type { Misfit } from "./diagnose-misfit.ts";
import { isTelling, textAt } from "./diagnose-misfit.ts";
import type { BranchSpec } from "./plan-build.ts";

/** Earlier rejected patches that something fails because of, in series order; empty when it is its own cause. */
export interface Because {
  /** Not empty only when everything that is broken in the patch is explained. */
  patch(broken: BrokenPatch): readonly PatchName[];
  /** For a file that as a whole is at fault: not there, or there. */
  file(broken: BrokenPatch, file: BrokenFile): readonly PatchName[];
  hunk(broken: BrokenPatch, file: BrokenFile, hunk: BrokenHunk): readonly PatchName[];
}

/**
 * Explains the rejected patches of a plan, given in its order, by each other; of `victims` it is known that they would apply
 * had the others been.
 */
export function becauseOf(
  broken: readonly BrokenPatch[],
  branches: readonly BranchSpec[],
  victims: ReadonlySet<PatchName>,
): Because {
  const earlier = earlierChanges(broken, branches);
  const because: Because = {
    patch(patch) {
      const isVictim = victims.has(patch.result.name);
      const parts = patch.files.flatMap((file) =>
        file.hunks.length === 0
          ? [because.file(patch, file)]
          : file.hunks.map((hunk) => because.hunk(patch, file, hunk)),
      );
      if (!isVictim && !parts.every((names) => names.length > 0)) return [];
      const names = new Set(parts.flat());
      return broken.map(({ result }) => result.name).filter((name) => names.has(name));
    },
    file(patch, { from, content, path, hunks }) {
      if (hunks.length > 0) return [];
      const others = earlier(patch, content === null ? from : path);
      const cause = others.findLast(([, lost]) => (content === null ? lost.makes : lost.takesAway));
      return cause === undefined ? lastOf(patch, others) : [cause[0]];
    },
    hunk(patch, { from }, { outcome, misfit }) {
      const others = earlier(patch, from);
      if (outcome.alreadyAt !== null) return lastOf(patch, others);
      const one = others.findLast(([, lost]) => explains([lost], misfit));
      if (one !== undefined) return [one[0]];
      const contributing = others.filter(([, lost]) => contributes(lost, misfit)).map(([name]) => name);
      const all = others.map(([, lost]) => lost);
      if (explains(all, misfit) || (victims.has(patch.result.name) && contributing.length > 0)) return contributing;
      return lastOf(patch, others);
    },
  };
  // Where the lines of a victim do not tell, the last patch that was to change the file stands for what came before.
  const lastOf = ({ result }: BrokenPatch, others: readonly (readonly [PatchName, LostChange])[]): PatchName[] =>
    victims.has(result.name) ? others.slice(-1).map(([name]) => name) : [];
  return because;
}

type Earlier = (patch: BrokenPatch, path: Path) => readonly (readonly [PatchName, LostChange])[];

/** The rejected patches before one, on its branch or below, that would have changed a file. */
function earlierChanges(broken: readonly BrokenPatch[], branches: readonly BranchSpec[]): Earlier {
  const starts = new Map(branches.map(({ name, start }) => [name, start]));
  const isBelow = (branch: BranchName, other: BranchName): boolean => {
    for (let on: BranchName | null = branch; on !== null; on = starts.get(on) ?? null) if (on === other) return true;
    return false;
  };
  const byPath = new Map<Path, (readonly [BrokenPatch, LostChange])[]>();
  const changing = (path: Path): readonly (readonly [BrokenPatch, LostChange])[] => {
    const known = byPath.get(path);
    if (known !== undefined) return known;
    const found = broken.flatMap((patch) => {
      const files = changesOf(patch, path);
      return files.length === 0 ? [] : [[patch, lostChange(patch, path, files)] as const];
    });
    byPath.set(path, found);
    return found;
  };
  return ({ at, result }, path) =>
    changing(path)
      .filter(([other]) => other.at < at && isBelow(result.branch, other.result.branch))
      .map(([other, lost]) => [other.result.name, lost]);
}

/** What a rejected patch would have done to one file. */
interface LostChange {
  /** It would have made the file exist, or be gone. */
  readonly makes: boolean;
  readonly takesAway: boolean;
  readonly inserted: ReadonlySet<ByteString>;
  readonly deleted: ReadonlySet<ByteString>;
  /** What it misses itself: whoever solves its conflict deals with these lines too. */
  readonly missing: ReadonlySet<ByteString>;
  readonly extra: ReadonlySet<ByteString>;
}

function lostChange(broken: BrokenPatch, path: Path, files: readonly FileDiff[]): LostChange {
  const { strip, reverse } = broken.queued;
  const sets = { insert: new Set<ByteString>(), delete: new Set<ByteString>() };
  let [makes, takesAway] = [false, false];
  for (const file of files) {
    const to = file.newPath === null ? null : stripPath(file.newPath, strip);
    const moves = file.change === "rename" || file.change === "copy";
    if (file.change === "create" || (moves && to === path)) makes = true;
    if (file.change === "delete" || (file.change === "rename" && to !== path)) takesAway = true;
    for (const hunk of hunksToApply(file)) {
      for (const line of hunk.lines) {
        if (line.kind === "context") continue;
        const kind = reverse ? (line.kind === "insert" ? "delete" : "insert") : line.kind;
        sets[kind].add(textAt(hunk, line));
      }
    }
  }
  const misfits = broken.files.filter((file) => file.from === path).flatMap(({ hunks }) => hunks);
  return {
    makes,
    takesAway,
    inserted: sets.insert,
    deleted: sets.delete,
    missing: new Set(misfits.flatMap(({ misfit }) => misfit.missing)),
    extra: new Set(misfits.flatMap(({ misfit }) => misfit.extra.map(({ text }) => text))),
  };
}

/** Whether nothing would be left to differ had the lost changes been made, and they would have made some of it themselves. */
function explains(lost: readonly LostChange[], { missing, extra }: Misfit): boolean {
  return (
    missing.every((text) => !isTelling(text) || lost.some((one) => one.inserted.has(text) || one.missing.has(text))) &&
    extra.every(
      ({ text, firm }) => !firm || !isTelling(text) || lost.some((one) => one.deleted.has(text) || one.extra.has(text)),
    ) &&
    lost.some((one) => contributes(one, { missing, extra }))
  );
}

function contributes(lost: LostChange, { missing, extra }: Pick<Misfit, "missing" | "extra">): boolean {
  return (
    missing.some((text) => isTelling(text) && lost.inserted.has(text)) ||
    extra.some(({ text }) => isTelling(text) && lost.deleted.has(text))
  );
}
