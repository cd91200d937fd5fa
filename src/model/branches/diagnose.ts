// Says why the rejected patches of a plan do not apply: what each hunk expected and what was there, which patches of the
// queue or commits of the source made the difference, and which patches fail only because another one does.
// Words and layout are the user interface's; every text here is already readable and goes into JSON as it is.
import type { ByteString, Path } from "#model/bytes";
import { byteString, readableBytes, readablePath } from "#model/bytes";
import type { ComparedLine } from "#model/diff";
import { showName } from "#model/queue";
import type { PatchName } from "#model/queue";
import type { Because } from "./diagnose-because.ts";
import { becauseOf } from "./diagnose-because.ts";
import type { LineBlame, Unexplained } from "./diagnose-blame.ts";
import { blameSteps } from "./diagnose-blame.ts";
import type { BrokenFile, BrokenHunk, BrokenPatch } from "./diagnose-broken.ts";
import { brokenPatches } from "./diagnose-broken.ts";
import type { BaseChanges, BaseCommit } from "./diagnose-commits.ts";
import { baseChangesOf } from "./diagnose-commits.ts";
import { victimsOf } from "./diagnose-forced.ts";
import type { FileHistory, PlanToDiagnose } from "./diagnose-history.ts";
import { fileHistoryOf, pathsToDiagnose } from "./diagnose-history.ts";

/** Why one patch was rejected. */
export interface Diagnosis {
  /** As `showName` shows it. */
  readonly patch: string;
  readonly branch: string;
  /** Earlier rejected patches without whose failure this one would apply, as far as can be known; empty for its own fault. */
  readonly because: readonly string[];
  /** The files that were rejected. */
  readonly files: readonly FileDiagnosis[];
  /** Where commits were searched for, for all patches together; null when that was not needed or not possible. */
  readonly searched: Searched | null;
}

/** Commits that tell an old base from the one of the plan. */
export interface Searched {
  readonly oldBase: string;
  /** The limit that ended the search early, if one did. */
  readonly cut: string | null;
}

/** Who made the difference, patches and commits newest first. */
export interface Blame {
  readonly patches: readonly ({ readonly patch: string } & ChangedText)[];
  readonly commits: readonly (Omit<BaseCommit, "diff"> & ChangedText)[];
}

/** Lines, without line ends, that were expected and taken away, and that were put there and are not expected. */
export interface ChangedText {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export interface FileDiagnosis {
  readonly path: string;
  /** A sentence part that follows the path, as in the result. */
  readonly reason: string;
  /** For a file that as a whole is at fault: rejected patches it is so because of, and who made it appear or disappear. */
  readonly because: readonly string[];
  readonly blame: Blame;
  /** The path it was moved to by the patch that is blamed; null when it was not. */
  readonly movedTo: string | null;
  readonly hunks: readonly HunkDiagnosis[];
}

/** Why one hunk was rejected. */
export interface HunkDiagnosis {
  /** Its place in the file's change, counted from 1. */
  readonly hunk: number;
  /** Where it was looked for first; 1-based, as every line number here. */
  readonly line: number;
  /** The smallest fuzz over the limit with which it would have applied. */
  readonly fuzzNeeded: number | null;
  /** Line where the file already has what the hunk would make; nothing is compared then. */
  readonly alreadyAt: number | null;
  /** True when nothing but white space differs. */
  readonly onlyWhiteSpace: boolean;
  /** Expected and found lines in order, at the likeliest place; none when no line of it is in the file. */
  readonly rows: readonly DiagnosisRow[];
  readonly because: readonly string[];
  readonly blame: Blame;
}

/** One row of a comparison; at least one side is there. */
export interface DiagnosisRow {
  /** `line` is the number that the patch gives. */
  readonly expected: RowText | null;
  /** `line` is the number in the file. */
  readonly found: RowText | null;
  readonly same: boolean;
}

export interface RowText {
  readonly line: number;
  readonly text: string;
  /** True for a last line that lacks its line end. */
  readonly unended: boolean;
}

/** What the queue alone can tell, and what the commits of the source repository may tell. */
export interface QueueDiagnosis {
  /** Files with differences that no patch accounts for; commits that change other files need not be looked for. */
  readonly open: ReadonlySet<Path>;
  /** The diagnoses in the order of the plan, with what a search for commits, newest first, has found. */
  diagnoses(search: (Searched & { readonly commits: readonly BaseCommit[] }) | null): Diagnosis[];
}

/** Diagnoses the rejected patches of a plan. */
export function diagnosePlan(input: PlanToDiagnose): QueueDiagnosis {
  const history = fileHistoryOf(input);
  const broken = brokenPatches(input, history);
  const because = becauseOf(broken, input.branches, victimsOf(input, pathsToDiagnose(input)));
  const found = broken.map((patch) => ({
    patch,
    because: because.patch(patch),
    files: patch.files.map((file) => causesOf(history, because, patch, file)),
  }));
  const open = found.flatMap(({ files }) => files.filter(isOpen).map(({ file }) => file.from));
  return {
    open: new Set(open),
    diagnoses(search) {
      const changes = baseChangesOf(search?.commits ?? []);
      const searched = search && { oldBase: search.oldBase, cut: search.cut };
      return found.map(({ patch: { result }, because: names, files }) => ({
        patch: showName(result.name),
        branch: result.branch,
        because: names.map(showName),
        files: files.map((file) => shownFile(file, changes)),
        searched,
      }));
    },
  };
}

/** What is known of a broken file before the base's commits are looked at. */
interface FileCauses {
  readonly file: BrokenFile;
  readonly because: readonly PatchName[];
  /** The patch that made the file appear or disappear, when that is what is wrong. */
  readonly maker: { readonly patch: PatchName; readonly movedTo: Path | null } | null;
  readonly hunks: readonly HunkCauses[];
}

interface HunkCauses {
  readonly hunk: BrokenHunk;
  readonly because: readonly PatchName[];
  readonly patches: ReadonlyMap<PatchName, LineBlame>;
  readonly rest: Unexplained;
}

function causesOf(history: FileHistory, because: Because, patch: BrokenPatch, file: BrokenFile): FileCauses {
  const steps = [...history.steps(patch.result.branch, file.from, patch.at)];
  const maker =
    file.hunks.length > 0
      ? undefined
      : steps.find(({ before, after }) => (file.content === null ? after === null : before === null));
  return {
    file,
    because: because.file(patch, file),
    maker: maker === undefined ? null : { patch: maker.patch, movedTo: maker.movedTo },
    hunks: file.hunks.map((hunk) => ({
      hunk,
      because: because.hunk(patch, file, hunk),
      ...blameSteps(steps, hunk.misfit),
    })),
  };
}

function isOpen({ file, because, maker, hunks }: FileCauses): boolean {
  if (file.hunks.length === 0) return because.length === 0 && maker === null;
  return hunks.some((hunk) => hunk.because.length === 0 && hunk.rest.removed.length + hunk.rest.added.length > 0);
}

const NOTHING: ChangedText = { removed: [], added: [] };

function shownFile({ file, because, maker, hunks }: FileCauses, changes: BaseChanges): FileDiagnosis {
  const { path, from, reason, content } = file;
  const whole = hunks.length === 0 && because.length === 0 && maker === null;
  const commit = whole ? changes.maker(from, content === null) : null;
  return {
    path: readablePath(path),
    reason,
    because: because.map(showName),
    blame: {
      patches: maker === null ? [] : [{ patch: showName(maker.patch), ...NOTHING }],
      commits: commit === null ? [] : [shownCommit(commit, NOTHING)],
    },
    movedTo: maker?.movedTo ? readablePath(maker.movedTo) : null,
    hunks: hunks.map((hunk) => shownHunk(hunk, from, changes)),
  };
}

function shownHunk({ hunk, because, patches, rest }: HunkCauses, path: Path, changes: BaseChanges): HunkDiagnosis {
  const { number, misfit, outcome } = hunk;
  const commits = because.length > 0 ? [] : [...changes.blame(path, rest)];
  let expectedLine = misfit.first;
  return {
    hunk: number,
    line: outcome.line,
    fuzzNeeded: outcome.fuzzNeeded,
    alreadyAt: outcome.alreadyAt,
    onlyWhiteSpace: differsInWhiteSpace(misfit.rows),
    rows: misfit.rows.map(({ expected, found, same }) => ({
      expected: expected === null ? null : rowText(expectedLine++, byteString(expected)),
      found: found === null ? null : rowText(found.line, byteString(found.text)),
      same,
    })),
    because: because.map(showName),
    blame: {
      patches: [...patches].map(([patch, lines]) => ({ patch: showName(patch), ...shownLines(lines) })),
      commits: commits.map(([commit, lines]) => shownCommit(commit, shownLines(lines))),
    },
  };
}

function shownCommit({ id, side, author, date, subject }: BaseCommit, lines: ChangedText): Blame["commits"][number] {
  return { id, side, author, date, subject, ...lines };
}

function shownLines({ removed, added }: LineBlame): ChangedText {
  return { removed: removed.map(withoutEnd), added: added.map(withoutEnd) };
}

function rowText(line: number, text: ByteString): RowText {
  return { line, text: withoutEnd(text), unended: !text.endsWith("\n") };
}

function withoutEnd(text: ByteString): string {
  return readableBytes(text.endsWith("\n") ? text.slice(0, -1) : text);
}

function differsInWhiteSpace(rows: readonly ComparedLine[]): boolean {
  let [differs, expected, found] = [false, "", ""];
  for (const row of rows) {
    // A line that has moved differs in more than white space, though all lines together do not.
    if (row.same && expected !== found) return false;
    if (row.same) [expected, found] = ["", ""];
    else {
      differs = true;
      expected += row.expected === null ? "" : byteString(row.expected).replace(/\s+/g, "");
      found += row.found === null ? "" : byteString(row.found.text).replace(/\s+/g, "");
    }
  }
  return differs && expected === found;
}
