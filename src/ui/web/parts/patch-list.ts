// Patches as a list, in the order of the queue: those of one posting that stand together under its title. Ten thousand of them are
// one page, so a row says little, and a browser draws only the groups that are looked at (queue.css).
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { Html } from "../page.ts";
import type { ListedRow } from "./listed-rows.ts";
import { sinceThen } from "./moment.ts";
import { patchHref, postingHref } from "./patch-link.ts";
import { authorLink } from "./person.ts";

/** A browser lays the list out in pieces of at least this many rows, unless it is the last. */
const PIECE = 32;
/** Rows that the head of a posting is as high as. */
const HEAD = 1.3;

interface Group {
  /** Null for rows that stand alone. */
  readonly posting: string | null;
  readonly rows: ListedRow[];
}

/** The list; `titles` are those of postings, as far as they are known. `now` is in milliseconds since 1970. */
export function patchList(rows: readonly ListedRow[], titles: ReadonlyMap<string, string>, now: number): Html {
  return html`${piecesOf(groupsOf(rows)).map(
    (groups) =>
      html`<div class="piece h${sizeOf(groups)}">${groups.map((group) => groupBlock(group, titles, now))}</div>`,
  )}`;
}

function groupBlock({ posting, rows }: Group, titles: ReadonlyMap<string, string>, now: number): Html {
  const [first] = rows;
  const lines = rows.map((one) => patchLine(one, posting === null, now));
  if (posting === null || first === undefined)
    return html`<ol>
      ${lines}
    </ol>`;
  return html`${postingHead(first, posting, rows.length, titles)}
    <ol class="posting">
      ${lines}
    </ol>`;
}

function piecesOf(groups: readonly Group[]): Group[][] {
  const pieces: Group[][] = [];
  for (const group of groups) {
    const last = pieces.at(-1);
    if (last !== undefined && heightOf(last) < PIECE) last.push(group);
    else pieces.push([group]);
  }
  return pieces;
}

/** In rows. */
function heightOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { posting, rows }) => sum + rows.length + (posting === null ? 0 : HEAD), 0);
}

function postingHead(first: ListedRow, posting: string, count: number, titles: ReadonlyMap<string, string>): Html {
  const title = titles.get(posting);
  const revision = first.row.revision ?? "";
  return html`<h3>
    <a href="${postingHref(posting)}"
      >${title === undefined ? `${count} patches by ${visibleText(first.author.name)}` : visibleText(title)}</a
    >
    ${revision === "" ? "" : html`<span class="soft">${revision}</span>`}
    ${title === undefined ? "" : html`<span class="soft">${count} patches</span>`}
  </h3>`;
}

/** Neighbours of one posting make a group; neighbours that stand alone share one. */
function groupsOf(rows: readonly ListedRow[]): Group[] {
  const groups: Group[] = [];
  rows.forEach((one, index) => {
    const same = (other: ListedRow | undefined): boolean =>
      one.posting !== null && other?.posting === one.posting && other.row.branch === one.row.branch;
    const posting = same(rows[index - 1]) || same(rows[index + 1]) ? one.posting : null;
    const last = groups.at(-1);
    const joins = last !== undefined && last.posting === posting && (posting !== null || last.rows.length < PIECE);
    if (joins && (posting === null || same(rows[index - 1]))) last.rows.push(one);
    else groups.push({ posting, rows: [one] });
  });
  return groups;
}

/** Sizes for which queue.css knows a height, so that the scroll bar is right before anything is drawn. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 34, 36, 38, 40, 44, 48, 56, 64, 96];

function sizeOf(groups: readonly Group[]): number {
  const height = heightOf(groups);
  return SIZES.find((size) => size >= height) ?? 96;
}

/** Its revision is told where no head tells it. White space between elements is left out: there are many. */
// prettier-ignore
function patchLine(listed: ListedRow, isAlone: boolean, now: number): Html {
  const { row, title, author, place } = listed;
  const at = row.gone?.at ?? row.since;
  const age = at === null ? "" : html`<time datetime="${at.slice(0, 10)}">${ageOf(at, now)}</time>`;
  return html`<li><b>${place ?? ""}</b><p><a href="${patchHref(row.name)}">${title}</a>${badges(listed)}</p><span>${authorLink(author)}</span><small>${countsOf(row, isAlone)}</small>${age}</li>`;
}

function ageOf(at: string, now: number): string {
  return sinceThen(now - Date.parse(at)).replace(/ ago$/, "");
}

function countsOf({ files, tags, gone, revision }: ListedRow["row"], isAlone: boolean): string {
  if (gone !== null) return "";
  const parts = [
    ...(isAlone && revision !== null ? [visibleText(revision)] : []),
    ...(files.length === 0 ? [] : [files.length === 1 ? "1 file" : `${files.length} files`]),
    ...(tags.length === 0 ? [] : [tags.length === 1 ? "1 tag" : `${tags.length} tags`]),
  ];
  return parts.join(", ");
}

// prettier-ignore
function badge(kind: string, text: string): Html {
  return html` <span class="badge ${kind}">${visibleText(text)}</span>`;
}

/** What is out of the ordinary about a patch. */
function badges({ row, rejected }: ListedRow): Html[] {
  const { gone, hold, checks, notes, privateNotes } = row;
  const some = (state: string): string[] => checks.filter((one) => one.state === state).map(({ context }) => context);
  const [failed, pending] = [some("fail"), some("pending")];
  const remarks = notes.length + privateNotes.length;
  return [
    ...(gone === null ? [] : [badge("warn", gone.into === null ? gone.reason : `${gone.reason} ${gone.into}`)]),
    ...(gone === null || gone.note === null ? [] : [html` <span class="soft">${visibleText(gone.note)}</span>`]),
    ...(rejected ? [badge("bad", "rejected")] : []),
    ...(row.disabled ? [badge("warn", "disabled")] : []),
    ...(hold === null || gone !== null
      ? []
      : [badge("warn", `held${hold.until === null ? "" : ` until ${hold.until}`}`)]),
    ...(failed.length === 0 ? [] : [badge("bad", `failed ${failed.join(", ")}`)]),
    ...(pending.length === 0 ? [] : [badge("", `waits for ${pending.join(", ")}`)]),
    ...row.landed.map((branch) => badge("good", `in ${branch}`)),
    ...(remarks === 0 ? [] : [badge("", remarks === 1 ? "1 note" : `${remarks} notes`)]),
  ];
}
