// A conflict as the text that a person gets to edit: markers, with what both sides began from between them.
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes } from "#model/bytes";
import type { FileConflict } from "#model/files";
import type { ConflictRegion } from "#model/merge";
import { printConflict } from "#model/merge";

/** The file with markers in diff3 style; `below` is the state of the queue, `name` the patch. */
export function conflictText({ with: kind, conflict }: FileConflict, name: string): Bytes {
  const labels = { ours: `below ${name}`, base: "base", theirs: name };
  if (kind !== "hunks") return printConflict(conflict, labels, "diff3");
  // A guess from the hunks alone has no whole file behind it that could be merged again in this style.
  return concatBytes(
    conflict.pieces.map((piece) => {
      if (piece.kind === "merged") return piece.text;
      const end = piece.crlf ? "\r\n" : "\n";
      return concatBytes([
        bytesOf(`<<<<<<< ${labels.ours}${end}`),
        ended(piece, piece.ours.text),
        bytesOf(`||||||| ${labels.base}${end}`),
        ended(piece, piece.base.text),
        bytesOf(`=======${end}`),
        ended(piece, piece.theirs.text),
        bytesOf(`>>>>>>> ${labels.theirs}${end}`),
      ]);
    }),
  );
}

const LF = 10;

/** A marker follows, so the text must end its line. */
function ended({ crlf }: ConflictRegion, text: Bytes): Bytes {
  return text.length === 0 || text[text.length - 1] === LF ? text : concatBytes([text, bytesOf(crlf ? "\r\n" : "\n")]);
}
