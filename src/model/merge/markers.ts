// Conflicts as text with markers, for a person to edit. Reading such text back is not done: the person's result is the file.
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes } from "#model/bytes";
import type { MarkerStyle } from "./combine.ts";
import type { Conflict, ConflictRegion, MergePiece, RegionSide } from "./merge-lines.ts";
import { mergePieces } from "./merge-lines.ts";

/** What stands behind the markers, as text; null for a bare marker. */
export interface Labels {
  readonly ours: string | null;
  /** Shown by the styles that show the base. */
  readonly base: string | null;
  readonly theirs: string | null;
}

const MARKER_SIZE = 7;

/**
 * The bytes that `git merge-file -p -L ours -L base -L theirs` prints, with `--diff3` or `--zdiff3` for these styles.
 * These two may show more conflicts than the merge has regions: git cuts nothing away there, so that the base fits.
 */
export function printConflict(conflict: Conflict, labels: Labels, style: MarkerStyle = "merge"): Bytes {
  const pieces = style === "merge" ? conflict.pieces : mergePieces(conflict.sides, style);
  return concatBytes(pieces.flatMap((piece) => printPiece(piece, labels, style)));
}

function printPiece(piece: MergePiece, labels: Labels, style: MarkerStyle): Bytes[] {
  if (piece.kind === "merged") return [piece.text];
  const { ours, base, theirs, crlf } = piece;
  const marker = (sign: string, label: string | null): Bytes =>
    bytesOf(`${sign.repeat(MARKER_SIZE)}${label === null ? "" : ` ${label}`}${crlf ? "\r\n" : "\n"}`);
  return [
    marker("<", labels.ours),
    sideText(piece, ours),
    ...(style === "merge" ? [] : [marker("|", labels.base), sideText(piece, base)]),
    marker("=", null),
    sideText(piece, theirs),
    marker(">", labels.theirs),
  ];
}

const LF = 10;

/** A side's bytes with a line end at their end, because a marker follows. */
export function sideText({ crlf }: ConflictRegion, { text }: RegionSide): Bytes {
  return text.length === 0 || text[text.length - 1] === LF ? text : concatBytes([text, bytesOf(crlf ? "\r\n" : "\n")]);
}

const LESS = 0x3c;
const GREATER = 0x3e;
const SPACES = [0x20, 0x09, 0x0d, LF];

/**
 * Whether a marker that begins or ends a conflict is left: seven `<` or `>` at the start of a line, then white space or
 * nothing. A line of `=` is no sign of one, because headings are underlined so.
 */
export function hasMarkers(bytes: Bytes): boolean {
  for (let start = 0; start >= 0 && start < bytes.length;) {
    const first = bytes[start];
    if (first === LESS || first === GREATER) {
      let end = start;
      while (end < start + MARKER_SIZE && bytes[end] === first) end += 1;
      if (end === start + MARKER_SIZE && (end === bytes.length || SPACES.includes(bytes[end] ?? 0))) return true;
    }
    const lineEnd = bytes.indexOf(LF, start);
    start = lineEnd < 0 ? bytes.length : lineEnd + 1;
  }
  return false;
}
