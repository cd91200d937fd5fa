// A list of patches with its filter, for every page that is one: the queue, and each branch.
import { html } from "hono/html";
import { matches, wantsGone } from "#model/answers";
import { postingTitles } from "#app";
import type { Answer, Asked, Html } from "../page.ts";
import { filterForm } from "./filter-form.ts";
import type { AskedFilter } from "./filter-query.ts";
import { filteredHref, readFilter, wordsOf } from "./filter-query.ts";
import type { ListedRow } from "./listed-rows.ts";
import { listedRows } from "./listed-rows.ts";
import { branchHref } from "./patch-link.ts";
import { patchList } from "./patch-list.ts";

/** A list: where it is, and which rows it is about. */
export interface ListPlace {
  /** Its address without a query. */
  readonly path: string;
  /** Null for all branches, each under its name. */
  readonly branch: string | null;
}

/** What was asked for as a list; or where that is, when a form made the address. */
export type FilteredList =
  { readonly kind: "list"; readonly body: Html; readonly status: 200 | 400 } | Extract<Answer, { kind: "moved" }>;

export function filteredList({ view, world, url, person }: Asked, { path, branch }: ListPlace): FilteredList {
  const { words, isPlain } = wordsOf(url.searchParams);
  if (!isPlain) return { kind: "moved", to: filteredHref(path, words) };
  const asked = readFilter(view, words);
  const now = world.now().getTime();
  const names = view.tree.config.branches.map(({ name }) => name as string);
  const all = listedRows(view, person).filter(({ row }) => branch === null || row.branch === branch);
  const found = asked.kind === "filter" ? all.filter(({ row }) => matches(row, asked.filter, now)) : [];
  const titles = postingTitles(view);
  const queued = found.filter(({ place }) => place !== null);
  const gone = found.filter(({ place }) => place === null);
  const lists = branch === null ? names : [branch];
  const body = html`${filterForm(path, asked, branch === null ? names : [])} ${countLine(asked, found.length, all)}
    <div class="patches">
      ${lists.map((name) => {
        const some = queued.filter(({ row }) => row.branch === name);
        if (some.length === 0) return "";
        const head = html`<h2><a href="${branchHref(name)}">${name}</a> <span class="soft">${some.length}</span></h2>`;
        return html`<section aria-label="${name}">
          ${branch === null ? head : ""} ${patchList(some, titles, now)}
        </section>`;
      })}
      ${
        gone.length === 0
          ? ""
          : html`<section class="gone" aria-labelledby="gone">
              <h2 id="gone">Left <span class="soft">${gone.length}, newest first</span></h2>
              ${patchList(gone, titles, now)}
            </section>`
      }
    </div>`;
  return { kind: "list", body, status: asked.kind === "problem" ? 400 : 200 };
}

function countLine(asked: AskedFilter, found: number, all: readonly ListedRow[]): Html {
  if (asked.kind === "problem") return html``;
  const total = wantsGone(asked.filter) ? all.length : all.filter(({ place }) => place !== null).length;
  const of = asked.words.length === 0 ? "" : ` of ${total.toLocaleString("en")}`;
  const what = total === 1 ? "patch" : "patches";
  if (total === 0) return html`<p class="count soft">No patches.</p>`;
  return html`<p class="count soft">${found.toLocaleString("en")}${of} ${what}</p>`;
}
