// A patch in a line of a list: its name, its version, and what is out of the ordinary.
import type { PatchRow } from "#model/answers";
import { holdText } from "./report-patch.ts";
import type { Terminal } from "./terminal.ts";

export interface RowStyle {
  /** A second line with title, author and age. */
  readonly long: boolean;
  /** Name the branch: the list is not by branch. */
  readonly branch: boolean;
}

export function reportRow(terminal: Terminal, row: PatchRow, { long, branch }: RowStyle): void {
  const name = row.gone === null && !row.disabled ? row.name : terminal.paint("dim", row.name);
  const where = branch && row.gone === null ? [row.branch] : [];
  const revision = row.revision === null ? [] : [terminal.paint("cyan", row.revision)];
  terminal.line(`  ${[name, ...revision, ...where, ...marks(terminal, row)].join("  ")}`);
  if (!long) return;
  const facts = [row.title, row.author, row.since === null ? "" : `since ${row.since.slice(0, 10)}`];
  const known = facts.filter((fact) => fact !== "");
  if (known.length > 0) terminal.line(terminal.paint("dim", `    ${known.join(", ")}`));
  for (const text of row.notes) terminal.line(terminal.paint("dim", `    note: ${text}`));
  for (const text of row.privateNotes) terminal.line(terminal.paint("dim", `    private: ${text}`));
}

function marks(terminal: Terminal, row: PatchRow): string[] {
  const { gone, disabling, hold, checks, landed, notes, privateNotes } = row;
  const failed = checks.filter(({ state }) => state === "fail").map(({ context }) => context);
  const remarks = notes.length + privateNotes.length;
  return [
    ...(gone === null ? [] : [terminal.paint("yellow", `${gone.reason} ${gone.at.slice(0, 10)}`)]),
    ...(row.disabled ? [terminal.paint("yellow", `disabled${reasonText(disabling?.reason ?? null)}`)] : []),
    ...(hold === null || gone !== null ? [] : [terminal.paint("yellow", `held${holdMark(holdText(hold))}`)]),
    ...(failed.length === 0 ? [] : [terminal.paint("red", `failed ${failed.join(", ")}`)]),
    ...landed.map((branch) => terminal.paint("green", `in ${branch}`)),
    ...(remarks === 0 ? [] : [terminal.paint("dim", remarks === 1 ? "1 note" : `${remarks} notes`)]),
  ];
}

function reasonText(reason: string | null): string {
  return reason === null ? "" : `: ${reason}`;
}

/** `held until …` reads as it is; a bare reason wants a colon. */
function holdMark(text: string): string {
  return text.startsWith("until ") ? ` ${text}` : `: ${text}`;
}
