// One file of a diff as a section that can be folded: its heading, its rows up to a limit, and links for the rest.
import { html } from "hono/html";
import { byteString, readableBytes, readablePath } from "#model/bytes";
import type { FileDiff } from "#model/diff";
import type { FileOutcome } from "#model/files";
import { changedPath } from "#model/queue";
import type { Html } from "../page.ts";
import { codeOf } from "./code.ts";
import type { Gap } from "./gaps.ts";
import { gapKey } from "./gaps.ts";
import { hunkWords } from "./outcome-words.ts";
import type { DiffRow, Layout, ShownLine } from "./rows.ts";
import { rowCount, rowsOf } from "./rows.ts";

/** How a diff is shown. */
export interface DiffView {
  readonly layout: Layout;
  /** Address of the page without its query, `/patch/NAME`. */
  readonly page: string;
  /** Where each hunk of a file went in the last build; null when that is not known. */
  outcomeOf(file: number): FileOutcome | null;
  /** What lies between the hunks of a file, when the file is at hand. */
  gapsOf(file: number): ReadonlyMap<number, Gap>;
  /** Gaps that are shown open, by {@link gapKey}: their lines. */
  readonly opened: ReadonlyMap<string, readonly ShownLine[]>;
}

/** A file with its first `limit` rows; with none at all it is folded. */
export function fileSection(view: DiffView, file: FileDiff, index: number, limit: number): Html {
  const path = readablePath(changedPath(file));
  const all = rowCount(file);
  const { insertions, deletions } = countsOf(file);
  const open = limit > 0 || all === 0;
  return html`<details class="file" id="f${index + 1}" data-path="${path}" ${open ? "open" : ""}>
    <summary>
      <code>${path}</code> ${remarksOf(file).map((words) => html`<span class="badge">${words}</span>`)}
      ${outcomeBadge(view.outcomeOf(index))}
      <span class="counts"><span class="plus">+${insertions}</span> <span class="minus">−${deletions}</span></span>
    </summary>
    ${
      file.binary === null || file.hunks.length > 0
        ? html`<div class="scroll" tabindex="0" role="group" aria-label="Changes of ${path}">
            ${rowTable(
              view,
              html`${limit === 0 ? "" : rowsHtml(view, file, index, 0, limit)}${limit < all ? moreRow(view, index, limit, all) : ""}`,
            )}
          </div>`
        : html`<p class="soft note">
            ${file.binary.forward === null ? "Binary files differ; how is not said." : "A binary file; the patch file has what it becomes."}
          </p>`
    }
  </details>`;
}

/** Rows in a table of their own: what a script takes out of an answer. */
export function rowTable({ layout }: Pick<DiffView, "layout">, rows: Html): Html {
  return layout === "split"
    ? html`<table class="diff split">
        ${SPLIT_COLUMNS}
        <thead class="unseen">
          <tr>
            <th scope="col">Old line</th>
            <th scope="col">Old text</th>
            <th scope="col">New line</th>
            <th scope="col">New text</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`
    : html`<table class="diff">
        <thead class="unseen">
          <tr>
            <th scope="col">Old line</th>
            <th scope="col">New line</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`;
}

/** How wide columns are is said by the first row, or here: the first row may span them all. */
export const SPLIT_COLUMNS = html`<colgroup>
  <col class="number" />
  <col />
  <col class="number" />
  <col />
</colgroup>`;

/** Rows `[from, from + limit)` of a file. */
export function rowsHtml(view: DiffView, file: FileDiff, index: number, from: number, limit: number): Html {
  const gaps = view.gapsOf(index);
  const outcome = view.outcomeOf(index);
  const rows: (Html | string)[] = [];
  let at = 0;
  for (const row of rowsOf(file, view.layout, from)) {
    at += 1;
    if (at <= from) continue;
    if (at > from + limit) break;
    if (row.kind === "hunk") {
      rows.push(gapHtml(view, index, row.hunk, gaps), hunkRow(view, file, index, row.hunk, outcome));
    } else rows.push(lineRow(row));
  }
  if (at <= from + limit) rows.push(gapHtml(view, index, file.hunks.length, gaps));
  return html`${rows}`;
}

/** The rest of a file that is not shown yet, as a link that a script follows in place. */
export function moreRow({ page, layout }: DiffView, index: number, from: number, all: number): Html {
  const count = all - from;
  return html`<tr class="more">
    <td colspan="${layout === "split" ? 4 : 3}">
      <a data-load href="${page}/file?n=${index + 1}&from=${from}${layout === "split" ? "&view=split" : ""}"
        >${count.toLocaleString("en")} ${from === 0 ? "" : "more "}${count === 1 ? "line" : "lines"}</a
      >
    </td>
  </tr>`;
}

/** One line, or a line beside another. Blanks between the tags would be seen: the cells keep white space. */
export function lineRow(row: Exclude<DiffRow, { readonly kind: "hunk" }>): Html {
  // prettier-ignore
  if (row.kind === "pair") return html`<tr>${sideCells(row.old, row.old?.old ?? null)}${sideCells(row.made, row.made?.made ?? null)}</tr>`;
  const { line } = row;
  // prettier-ignore
  if (line.kind === "same") return html`<tr><td data-n="${line.old}"></td><td data-n="${line.made}"></td><td>${codeOf(line)}</td></tr>`;
  // prettier-ignore
  if (line.kind === "delete") return html`<tr class="d"><td data-n="${line.old}"></td><td></td><td>${codeOf(line)}</td></tr>`;
  // prettier-ignore
  return html`<tr class="i"><td></td><td data-n="${line.made}"></td><td>${codeOf(line)}</td></tr>`;
}

/** One side of a row: number and text, or nothing. `tone` is `d` or `i` for a line that the other side does not have. */
export function sideCells(line: Omit<ShownLine, "old" | "made"> | null, number: number | null, tone?: string): Html {
  if (line === null)
    return html`<td></td>
      <td class="none"></td>`;
  // prettier-ignore
  return html`<td data-n="${number}"></td><td class="${tone ?? SIDE[line.kind]}">${codeOf(line)}</td>`;
}

const SIDE = { same: "", delete: "d", insert: "i" } as const;

function hunkRow({ layout }: DiffView, file: FileDiff, index: number, at: number, outcome: FileOutcome | null): Html {
  const hunk = file.hunks[at];
  const head = readableBytes(byteString(hunk?.head ?? new Uint8Array()).trimEnd());
  const [, range = head, heading = ""] = /^(@@ [^@]* @@) ?(.*)$/su.exec(head) ?? [];
  const words = outcome?.hunks[at] === undefined ? null : hunkWords(outcome.hunks[at], outcome.kind === "merged");
  return html`<tr class="h" id="f${index + 1}-h${at + 1}">
    <td colspan="${layout === "split" ? 4 : 3}">
      ${codeOf({ text: range, unended: false, marks: [], kind: "same" })}
      <span class="heading">${codeOf({ text: heading, unended: false, marks: [], kind: "same" })}</span>
      ${words === null ? "" : html`<span class="badge ${words.tone}">${words.text}</span>`}
    </td>
  </tr>`;
}

/** What lies above a hunk: its lines when it is open, and a link to open it or more of it. */
function gapHtml(view: DiffView, index: number, at: number, gaps: ReadonlyMap<number, Gap>): Html | string {
  const gap = gaps.get(at);
  if (gap === undefined) return "";
  const opened = view.opened.get(gapKey(index, at)) ?? [];
  const shown = opened.map((line) =>
    view.layout === "split" ? lineRow({ kind: "pair", old: line, made: line }) : lineRow({ kind: "line", line }),
  );
  const rest =
    gap.last === null ? { ...gap, first: gap.first + opened.length } : { ...gap, last: gap.last - opened.length };
  const link = rest.last !== null && rest.last < rest.first ? "" : gapRow(view, index, at, rest, opened.length > 0);
  return gap.last === null ? html`${shown}${link}` : html`${link}${shown}`;
}

/** Opens what lies between two hunks. */
export function gapRow(
  view: Pick<DiffView, "layout" | "page">,
  index: number,
  at: number,
  { first, last, shift }: Gap,
  isMore = false,
): Html {
  const range = `&from=${first}${last === null ? "" : `&to=${last}`}&shift=${shift}`;
  const split = view.layout === "split" ? "&view=split" : "";
  const count = last === null ? null : last - first + 1;
  const words =
    count === null
      ? `Show ${isMore ? "more" : "what follows"}`
      : `Show ${isMore ? "more of " : ""}${count} unchanged ${count === 1 ? "line" : "lines"}`;
  return html`<tr class="more gap">
    <td colspan="${view.layout === "split" ? 4 : 3}">
      <a
        data-load="${view.page}/context?n=${index + 1}${range}${split}"
        href="${isMore ? `${view.page}/context?n=${index + 1}${range}${split}` : `${view.page}?expand=${gapKey(index, at)}${split}#f${index + 1}`}"
        >${words}</a
      >
    </td>
  </tr>`;
}

/** What the header says besides a change of lines. */
export function remarksOf({ change, oldPath, oldMode, newMode, binary }: FileDiff): string[] {
  const from = oldPath === null ? "" : ` from ${readablePath(changedPath({ newPath: null, oldPath } as FileDiff))}`;
  return [
    ...(change === "create"
      ? ["new"]
      : change === "delete"
        ? ["deleted"]
        : change === "rename"
          ? [`renamed${from}`]
          : change === "copy"
            ? [`copied${from}`]
            : []),
    ...(oldMode !== null && newMode !== null && oldMode !== newMode ? [`mode ${oldMode} → ${newMode}`] : []),
    ...(newMode === "120000"
      ? ["symbolic link"]
      : newMode === "160000"
        ? ["submodule"]
        : newMode === "100755" && change === "create"
          ? ["executable"]
          : []),
    ...(binary === null ? [] : ["binary"]),
  ];
}

/** Lines put in and taken away. */
export function countsOf(file: FileDiff): { readonly insertions: number; readonly deletions: number } {
  let [insertions, deletions] = [0, 0];
  for (const { lines } of file.hunks) {
    for (const { kind } of lines) {
      if (kind === "insert") insertions += 1;
      else if (kind === "delete") deletions += 1;
    }
  }
  return { insertions, deletions };
}

function outcomeBadge(outcome: FileOutcome | null): Html | string {
  switch (outcome?.kind) {
    case undefined:
    case "applied":
      return "";
    case "merged":
      return html`<span class="badge warn">merged three-way</span>`;
    case "left out":
      return html`<span class="badge warn">left out: it ${outcome.reason}</span>`;
    case "rejected":
      return html`<span class="badge bad">rejected: it ${outcome.reason}</span>`;
  }
}
