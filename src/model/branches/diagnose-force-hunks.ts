// Applies hunks to a file that does not have all the lines they expect, as a person in a hurry would: what they delete goes,
// what they insert comes, and context that is not there is not missed. Only for finding out what depends on them.
import type { ByteString } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import type { Hunk } from "#model/diff";
import { applyHunks, linesOf } from "#model/diff";
import type { Lines } from "#model/diff";
import type { Misfit } from "./diagnose-misfit.ts";
import { misfitOf, textAt } from "./diagnose-misfit.ts";

/** The file with every hunk in it: those that fit where they fit, the others at their likeliest place; one that is there already is left alone. */
export function forceHunks(file: Lines, hunks: readonly Hunk[], fuzz: number, reverse: boolean): Lines {
  const { file: fitted, outcomes } = applyHunks(file, hunks, { fuzz, reverse });
  const splices: { readonly from: number; readonly to: number; readonly text: ByteString }[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const hunk = hunks[index];
    if (hunk === undefined || outcome.kind !== "rejected" || outcome.alreadyAt !== null) continue;
    const misfit = misfitOf(fitted, hunk, reverse, outcome);
    const guess = Math.min(Math.max(outcome.line - 1, 0), fitted.count);
    const [from, to] = misfit.rows.length > 0 ? [misfit.from, misfit.to] : [guess, guess];
    splices.push({ from, to, text: forced(hunk, misfit, reverse) });
  }
  if (splices.length === 0) return fitted;
  const { bytes, starts } = fitted;
  const pieces: ByteString[] = [];
  let at = 0;
  for (const { from, to, text } of splices.sort((one, other) => one.from - other.from)) {
    // Two hunks that want the same place follow each other.
    const start = Math.max(from, at);
    pieces.push(byteString(bytes, starts[at], starts[start]), text);
    at = Math.max(to, start);
  }
  pieces.push(byteString(bytes, starts[at], bytes.length));
  return linesOf(fromByteString(pieces.join("")));
}

/** What the compared part of the file becomes. */
function forced(hunk: Hunk, { rows }: Misfit, reverse: boolean): ByteString {
  const [inserted, deleted] = reverse ? (["delete", "insert"] as const) : (["insert", "delete"] as const);
  let text = "";
  let at = 0;
  const passOther = (): void => {
    for (let row = rows[at]; row !== undefined && row.expected === null; row = rows[++at]) text += foundText(row.found);
  };
  for (const line of hunk.lines) {
    if (line.kind === inserted) {
      text += textAt(hunk, line);
      continue;
    }
    passOther();
    if (line.kind !== deleted) text += foundText(rows[at]?.found ?? null);
    at += 1;
  }
  passOther();
  return text;
}

function foundText(found: Misfit["rows"][number]["found"]): ByteString {
  return found === null ? "" : byteString(found.text);
}
