// What is answered where nothing is: what was asked for, what it may have meant, and a search for it.
import { html } from "hono/html";
import { findAsked, messageIdsOf } from "#model/answers";
import { visibleText } from "#model/bytes";
import type { KnownPatch, TreeView } from "#app";
import type { Asked, PageAnswer } from "../page.ts";
import { patchHref } from "../parts/patch-link.ts";
import { patchState } from "../parts/patch-state.ts";
import { searchForm } from "../parts/search-form.ts";

/** Patches that are offered. */
const MAX_OFFERED = 10;

/** The page; `wanted` is foreign text. */
export function missingPage({ view }: Pick<Asked, "view">, wanted: string): PageAnswer {
  const offered = near(view, wanted);
  return {
    kind: "page",
    title: "Not found",
    place: null,
    status: 404,
    body: html`<h1>Nothing is here</h1>
      ${searchForm(wanted)}
      ${
        offered.length === 0
          ? ""
          : html`<h2>Perhaps one of these</h2>
              <ul class="plain-list results">
                ${offered.map(
                  (one) =>
                    html`<li>
                      <p><a href="${patchHref(one.row.name)}">${visibleText(one.row.title)}</a></p>
                      <p class="facts">${patchState(one)}</p>
                    </li>`,
                )}
              </ul>`
      }
      <p>Or look at the <a href="/queue">queue</a>, or at <a href="/postings">what was posted</a>.</p>`,
  };
}

/** Patches that the last piece of the address names, or nearly. */
function near({ patches, byName }: TreeView, wanted: string): KnownPatch[] {
  const text = wanted.replace(/^(?:patch|patches|mail|posting|branch|author)\//, "");
  if (text === "") return [];
  const found = findAsked(
    text,
    patches.map(({ row: { name, title }, life, queued }) => ({
      name,
      names: life.names,
      title,
      messageIds: messageIdsOf(life),
      commits: [],
      queued: queued !== null,
    })),
  );
  const names = found.kind === "found" ? found.names : found.near;
  return [...new Set(names)].slice(0, MAX_OFFERED).flatMap((name) => byName.get(name) ?? []);
}
