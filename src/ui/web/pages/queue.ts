// `/queue`: every patch in the order in which it is applied, or those that a filter lets through; patches that left where it asks.
import { html } from "hono/html";
import type { Page } from "../page.ts";
import { queueActions } from "../parts/actions.ts";
import { filteredList } from "../parts/filtered-list.ts";

export const queuePage: Page = {
  path: "/queue",
  uses: "tree",
  answer: (asked) => {
    const list = filteredList(asked, { path: "/queue", branch: null });
    if (list.kind === "moved") return list;
    return {
      kind: "page",
      title: "Queue",
      place: "queue",
      status: list.status,
      feeds: [{ title: "Everything that happens", href: "/feed.atom" }],
      body: html`<h1>Queue</h1>
        ${queueActions(asked.person, null)} ${list.body}`,
    };
  },
};
