// Pieces of a patch's diff that its page does not show at first: further lines of a file, and lines of the real file around hunks.
// Each is a page of its own; a script asks for the rows alone and puts them into the page that it is on.
import { html } from "hono/html";
import { readablePath, visibleText } from "#model/bytes";
import type { PatchFile } from "#model/queue";
import { changedPath } from "#model/queue";
import type { KnownPatch } from "#app";
import { builtFile, showInView } from "#app";
import { GAP_LINES, gapLines } from "../diff/gaps.ts";
import type { DiffView } from "../diff/file-section.ts";
import { gapRow, lineRow, moreRow, rowsHtml, rowTable } from "../diff/file-section.ts";
import { rowCount } from "../diff/rows.ts";
import type { Answer, Asked, Html } from "../page.ts";
import { patchHref } from "../parts/patch-link.ts";
import { diffViewOf, lastResult, layoutOf } from "./diff-view.ts";

/** Rows in one answer. */
const MAX_ROWS = 4000;

/** `/patch/NAME/file?n=2&from=1500`: rows of the patch's second file from there on. */
export async function fileAnswer(asked: Asked, known: KnownPatch, patch: PatchFile): Promise<Answer> {
  const index = numberIn(asked.url, "n", 1) - 1;
  const from = numberIn(asked.url, "from", 0);
  const file = patch.diff.files[index];
  if (file === undefined || from > rowCount(file)) return { kind: "missing", wanted: known.row.name };
  const shown = await showInView(asked.world, asked.view, known);
  const view = await diffViewOf(asked, known, patch, lastResult(asked.view, shown));
  const all = rowCount(file);
  const rest = from + MAX_ROWS < all ? moreRow(view, index, from + MAX_ROWS, all) : "";
  const rows = html`${rowsHtml(view, file, index, from, MAX_ROWS)}${rest}`;
  return piece(asked, known, view, readablePath(changedPath(file)), rows);
}

/** `/patch/NAME/context?n=2&from=10&to=90&shift=-3`: lines of the file that the last build made, those nearest to the hunk first. */
export async function contextAnswer(asked: Asked, known: KnownPatch, patch: PatchFile): Promise<Answer> {
  const { url, view } = asked;
  const index = numberIn(url, "n", 1) - 1;
  const gap = {
    first: Math.max(1, numberIn(url, "from", 1)),
    last: url.searchParams.has("to") ? numberIn(url, "to", 0) : null,
    shift: numberIn(url, "shift", 0),
  };
  const outcome = lastResult(view, await showInView(asked.world, view, known))?.files[index];
  const file = patch.diff.files[index];
  const bytes =
    file === undefined || outcome?.kind !== "applied" ? null : await builtFile(view, known.row.name, outcome.path);
  if (bytes === null) return { kind: "missing", wanted: known.row.name };
  const lines = gapLines(bytes, gap);
  const layout = layoutOf(url);
  const own = { layout, page: patchHref(known.row.name) };
  const rows = lines.map((line) =>
    lineRow(layout === "split" ? { kind: "pair", old: line, made: line } : { kind: "line", line }),
  );
  const left =
    gap.last === null ? { ...gap, first: gap.first + lines.length } : { ...gap, last: gap.last - lines.length };
  const isDone = left.last === null ? lines.length < GAP_LINES : left.last < left.first || lines.length === 0;
  const more = isDone ? "" : gapRow(own, index, -1, left, true);
  const all = gap.last === null ? html`${rows}${more}` : html`${more}${rows}`;
  return piece(asked, known, own, readablePath(outcome?.path ?? ""), all);
}

async function piece(
  { url }: Asked,
  { row }: KnownPatch,
  view: Pick<DiffView, "layout">,
  path: string,
  rows: Html,
): Promise<Answer> {
  const table = rowTable(view, rows);
  if (url.searchParams.has("fragment"))
    return { kind: "file", type: "text/html; charset=utf-8", body: String(await table) };
  return {
    kind: "page",
    title: `${path} in ${visibleText(row.name)}`,
    place: "queue",
    islands: ["diff"],
    body: html`<h1><code>${path}</code></h1>
      <p>in <a href="${patchHref(row.name)}">${visibleText(row.title === "" ? row.name : row.title)}</a></p>
      <div class="file" data-path="${path}">
        <div class="scroll" tabindex="0" role="group" aria-label="Lines of ${path}">${table}</div>
      </div>`,
  };
}

/** A whole number of the query; `otherwise` when it is none. */
function numberIn(url: URL, key: string, otherwise: number): number {
  const text = url.searchParams.get(key) ?? "";
  return /^-?\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
