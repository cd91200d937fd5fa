// What a maintainer who is signed in can do with what a page shows, as links to the forms. For everybody else there is nothing.
import { html } from "hono/html";
import type { PatchRow } from "#model/answers";
import type { Person } from "../access.ts";
import type { Html } from "../page.ts";
import { doHref } from "./patch-link.ts";

/** What can be done with one patch. One that left can only come back by an undo. */
export function patchActions(person: Person | null, row: PatchRow): Html {
  if (person?.maintains !== true || row.gone !== null) return html``;
  const { name } = row;
  const mailed = row.revision !== null;
  return linksOf(`What you can do with ${name}`, [
    ["Promote", doHref("promote", ["patch", name])],
    row.hold === null ? ["Hold", doHref("hold", ["patch", name])] : ["Release", doHref("release", ["patch", name])],
    ["Move", doHref("move", ["patch", name])],
    row.disabled ? ["Enable", doHref("enable", ["patch", name])] : ["Disable", doHref("disable", ["patch", name])],
    ["Note", doHref("note", ["patch", name])],
    ...(mailed
      ? ([
          ["Take tags", doHref("tags", ["patch", name])],
          ["Update", doHref("update", ["patch", name])],
        ] as const)
      : []),
    ["Fold", doHref("fold", ["patch", name])],
    ["Rename", doHref("rename", ["patch", name])],
    ["Drop", doHref("drop", ["patch", name])],
  ]);
}

/** What can be done with the queue, or with one branch of it. */
export function queueActions(person: Person | null, branch: string | null): Html {
  if (person?.maintains !== true) return html``;
  return linksOf(branch === null ? "What you can do with the queue" : `What you can do with ${branch}`, [
    ["Build", branch === null ? doHref("build") : doHref("build", ["branch", branch])],
    ...(branch === null ? [] : ([["Reorder", doHref("reorder", ["branch", branch])]] as const)),
    [
      "Promote",
      branch === null ? doHref("promote", ["all", "yes"]) : doHref("promote", ["to", branch], ["all", "yes"]),
    ],
    ["Undo", doHref("undo")],
    ["Redo", doHref("redo")],
    ["Waiting mails", "/outbox"],
  ]);
}

/** What can be done with a posting of the mail index; `queued` says whether an earlier revision, or it itself, is in the queue. */
export function postingActions(person: Person | null, messageId: string, queued: "no" | "older" | "this"): Html {
  if (person?.maintains !== true || queued === "this") return html``;
  return linksOf("What you can do with this posting", [
    queued === "older"
      ? ["Update to it", doHref("update", ["patch", messageId])]
      : ["Add", doHref("add", ["id", messageId])],
  ]);
}

function linksOf(label: string, links: readonly (readonly [string, string])[]): Html {
  return html`<nav class="actions" aria-label="${label}">
    ${links.map(([name, href]) => html`<a class="button" href="${href}">${name}</a>`)}
  </nav>`;
}
