// Remembers how a person resolved a conflict, as git's rerere does, but as values: an id to find the resolution by, the
// text to keep with it, and its replay on the same conflict. Where resolutions are kept is the caller's business.
import { createHash } from "node:crypto";
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes } from "#model/bytes";
import type { Lines } from "#model/diff";
import { linesOf } from "#model/diff";
import { hasMarkers, sideText } from "./markers.ts";
import type { Conflict, ConflictRegion, MergePiece } from "./merge-lines.ts";
import { mergeLines, mergePieces } from "./merge-lines.ts";

/** Name of the conflicts of one merge: 40 hex digits. */
export type ConflictId = string & { readonly conflictId?: never };

/** What is kept of a conflict that a person has resolved. */
export interface Resolution {
  /** {@link markedText} of the conflict. */
  readonly preimage: Bytes;
  /** The whole file as the person left it. */
  readonly postimage: Bytes;
}

/**
 * The same for the same conflicting lines in the same order, wherever they stand, whatever they are called and
 * whichever side is whose. It is the name that `git rerere` (git 2.39, sha1) gives to the file with markers, unless its
 * sides can be cut in several ways: then git's name depends on whose side is whose.
 */
export function conflictId(conflict: Conflict): ConflictId {
  const hash = createHash("sha1");
  for (const piece of recordedPieces(conflict)) {
    if (piece.kind === "conflict") for (const side of orderedSides(piece)) hash.update(side).update("\0");
  }
  return hash.digest("hex");
}

/**
 * The merged file with its conflicts marked in the one way that does not depend on who merges: markers without labels
 * and ending with LF, the side first that is less in bytes, no base. It is the preimage to record.
 */
export function markedText(conflict: Conflict): Bytes {
  const pieces = recordedPieces(conflict).flatMap((piece) => {
    if (piece.kind === "merged") return [piece.text];
    const [first, second] = orderedSides(piece);
    return [bytesOf("<<<<<<<\n"), first, bytesOf("=======\n"), second, bytesOf(">>>>>>>\n")];
  });
  return concatBytes(pieces);
}

/** The merge cut in the way that does not depend on who merges; the cuts of `conflict.pieces` may depend on it. */
function recordedPieces(conflict: Conflict): readonly MergePiece[] {
  return mergePieces(conflict.sides, "merge", "less-first");
}

/**
 * What the resolution makes of the conflict: the way from preimage to postimage, merged onto the marked text.
 * Null when that does not merge or a marker is left.
 * Law: `replay(conflict, { preimage: markedText(conflict), postimage })` is the postimage, when that has no marker.
 */
export function replay(conflict: Conflict, recorded: Resolution): Lines | null {
  const merged = mergeLines({
    base: linesOf(recorded.preimage),
    ours: linesOf(markedText(conflict)),
    theirs: linesOf(recorded.postimage),
  });
  return merged.kind === "merged" && !hasMarkers(merged.lines.bytes) ? merged.lines : null;
}

function orderedSides(region: ConflictRegion): readonly [Bytes, Bytes] {
  const ours = sideText(region, region.ours);
  const theirs = sideText(region, region.theirs);
  return Buffer.compare(ours, theirs) <= 0 ? [ours, theirs] : [theirs, ours];
}
