// Guards a patch against characters that hide what it does: in its title, its description, its paths and the lines it adds.
// Says what was found and what the rules make of it; nothing is changed, and `add` is who refuses.
import type { Bytes } from "#model/bytes";
import { byteString, readableBytes, readablePath, textOf } from "#model/bytes";
import type { Diff, FileDiff, Hunk } from "#model/diff";
import { stripPath } from "#model/diff";
import type { OddCharacter, OddClass } from "#model/mail";
import { findOddCharacters, ODD_CLASSES } from "#model/mail";

/** What is done about a class of characters: a patch with one is not queued; it is said; nobody looks. */
export type GuardAction = "refuse" | "warn" | "off";

/** An action for each class. */
export type GuardRules = Readonly<Record<OddClass, GuardAction>>;

/** What can turn a diff into another one for the reader is refused; what occurs in honest text is said. */
export const DEFAULT_GUARD: GuardRules = {
  control: "refuse",
  bidi: "refuse",
  tag: "refuse",
  invisible: "refuse",
  "soft-hyphen": "warn",
  homoglyph: "warn",
};

/** The same action for every class. */
export function sameGuard(action: GuardAction): GuardRules {
  return Object.fromEntries(ODD_CLASSES.map((name) => [name, action])) as Record<OddClass, GuardAction>;
}

/** One odd character of a patch. */
export interface GuardFinding extends OddCharacter {
  readonly where: "title" | "description" | "path" | "added";
  /** Path of the file for `path` and `added`, readable, odd characters quoted; null otherwise. */
  readonly file: string | null;
  readonly action: "refuse" | "warn";
}

/** What of a patch is looked at. */
export interface GuardedPatch {
  readonly title: string;
  /** Description with its trailers, UTF-8. */
  readonly description: Bytes;
  readonly diff: Diff;
}

/**
 * The odd characters of a patch by the rules, in order: title, description, then each file. Lines are those of the description, or of
 * the new file. Rules beyond the classes: invisible characters and soft hyphens in prose are said, never refused;
 * a character that the old side of the file shows as well (a context line, a line taken away) is said only, for the file
 * has it for a reason; lines that are not UTF-8 are looked at for ASCII controls only; binary changes are not looked at.
 */
export function guardPatch(
  { title, description, diff }: GuardedPatch,
  rules: GuardRules = DEFAULT_GUARD,
): GuardFinding[] {
  const findings: GuardFinding[] = [];
  const add = (odd: OddCharacter, where: GuardFinding["where"], file: string | null, isMild: boolean): void => {
    const action = rules[odd.class];
    if (action === "off" || findings.length >= MAX_FINDINGS) return;
    findings.push({ ...odd, where, file, action: isMild ? "warn" : action });
  };
  for (const odd of findOddCharacters(title)) add(odd, "title", null, isProse(odd));
  for (const odd of findOddCharacters(textOf(description))) add(odd, "description", null, isProse(odd));
  for (const file of diff.files) {
    const path = file.newPath ?? file.oldPath ?? "";
    const name = readablePath(stripPath(path, 1) ?? path);
    for (const one of new Set([file.oldPath, file.newPath].map((side) => side?.replace(/^[^/]*\//, "") ?? ""))) {
      for (const odd of findOddCharacters(readableBytes(one))) add(odd, "path", name, file.change === "delete");
    }
    const known = seenBefore(file);
    for (const { odd } of addedIn(file)) add(odd, "added", name, known.has(odd.code));
  }
  return findings;
}

/** More findings of one patch are not listed. */
export const MAX_FINDINGS = 1000;

function isProse({ class: kind }: OddCharacter): boolean {
  return kind === "invisible" || kind === "soft-hyphen";
}

/** A finding as a sentence without a full stop: `mm/slab.c:12:3: U+202E RIGHT-TO-LEFT OVERRIDE in "…"`. */
export function describeFinding({ where, file, line, column, name, context }: GuardFinding): string {
  const place =
    where === "added"
      ? `${file}:${line}:${column}`
      : where === "path"
        ? `path of ${file}`
        : where === "title"
          ? `title:${column}`
          : `description:${line}:${column}`;
  return `${place}: ${name} in "${context}"`;
}

function* addedIn(file: FileDiff): Generator<{ readonly odd: OddCharacter }> {
  for (const hunk of file.hunks) {
    let line = hunk.newStart;
    for (const { kind, start, end } of hunk.lines) {
      if (kind === "delete") continue;
      if (kind === "insert" && !isPlain(hunk.body, start, end)) {
        for (const odd of findOddCharacters(lineText(hunk, start, end))) yield { odd: { ...odd, line } };
      }
      line += 1;
    }
  }
}

// Code points of the old side that could be odd.
function seenBefore(file: FileDiff): ReadonlySet<number> {
  const seen = new Set<number>();
  for (const hunk of file.hunks) {
    for (const { kind, start, end } of hunk.lines) {
      if (kind === "insert" || isPlain(hunk.body, start, end)) continue;
      for (const { code } of findOddCharacters(lineText(hunk, start, end))) seen.add(code);
    }
  }
  return seen;
}

// Printable ASCII and blanks: nearly every line.
function isPlain(bytes: Bytes, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > 126 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13)) return false;
  }
  return true;
}

// In a line that is not UTF-8, bytes above 127 are letters of some other charset and no controls.
function lineText({ body }: Hunk, start: number, end: number): string {
  const bytes = body.subarray(start, body[end - 1] === 10 ? end - 1 : end);
  const text = textOf(bytes);
  return text.includes("\uFFFD") ? byteString(bytes).replace(/[\x80-\xff]/g, "?") : text;
}
