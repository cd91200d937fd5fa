// `/queue`: every patch in the order in which it is applied, or those that a filter lets through.
import { html } from "hono/html";
import type { Page } from "../page.ts";
import { patchHref } from "../parts/patch-link.ts";

export const queuePage: Page = {
  path: "/queue",
  uses: "tree",
  answer: ({ view }) => ({
    kind: "page",
    title: "Queue",
    place: "queue",
    body: html`<h1>Queue</h1>
      <ol>
        ${view.patches
          .filter(({ queued }) => queued !== null)
          .map(({ row }) => html`<li><a href="${patchHref(row.name)}">${row.title}</a> ${row.author}</li>`)}
      </ol>`,
  }),
};
