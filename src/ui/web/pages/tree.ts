// `/`: the tree at a glance: its branches side by side, what changed today, how the queue grew, what is published next.
import { html } from "hono/html";
import { describeEvent, operationsOf } from "#model/ledger";
import type { Page } from "../page.ts";
import { moment } from "../parts/moment.ts";
import { patchHref } from "../parts/patch-link.ts";

export const treePage: Page = {
  path: "/",
  uses: "tree",
  answer: ({ view, world }) => {
    const { config } = view.tree;
    const rows = view.patches.filter(({ queued }) => queued !== null).map(({ row }) => row);
    const recent = operationsOf(view.events).slice(-10).toReversed();
    return {
      kind: "page",
      title: "Tree",
      place: "tree",
      feeds: [{ title: "Everything that happens", href: "/feed.atom" }],
      body: html`<h1>Branches</h1>
        <ul class="branches">
          ${config.branches.map(({ name }) => {
            const count = rows.filter(({ branch }) => branch === name).length;
            return html`<li class="card">
              <a href="/branch/${encodeURIComponent(name)}">${name}</a> <span class="count">${count}</span>
            </li>`;
          })}
        </ul>
        <h2>Lately</h2>
        <ol class="events">
          ${recent.map(
            ({ at, by, events }) =>
              html`<li>
                ${moment(at, world.now())} <span class="by">${by}</span>
                ${events.map((event) =>
                  "patch" in event
                    ? html`<p><a href="${patchHref(event.patch)}">${describeEvent(event)}</a></p>`
                    : html`<p>${describeEvent(event)}</p>`,
                )}
              </li>`,
          )}
        </ol>`,
    };
  },
};
