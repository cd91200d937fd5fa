// `/log`: all operations, newest first. A page begins behind an operation that is named, so that new ones shift nothing.
import { html } from "hono/html";
import { operationsOf } from "#model/ledger";
import type { Operation } from "#model/ledger";
import type { TreeView } from "#app";
import type { Page } from "../page.ts";
import { operationList } from "../parts/operation-list.ts";

/** Operations of a page. */
const PAGE = 50;

const known = new WeakMap<TreeView, readonly Operation[]>();

/** All operations of a view, newest first. */
function operationsIn(view: TreeView): readonly Operation[] {
  const found = known.get(view) ?? operationsOf(view.events).toReversed();
  known.set(view, found);
  return found;
}

/** `?before=OPERATION` for those before it, `?at=OPERATION` for it and those before. */
export const logPage: Page = {
  path: "/log",
  uses: "tree",
  answer: ({ view, world, url }) => {
    const all = operationsIn(view);
    const [before, at] = [url.searchParams.get("before"), url.searchParams.get("at")];
    const named = before ?? at;
    const found = named === null ? 0 : all.findIndex(({ id }) => id === named);
    if (found < 0) return { kind: "missing", wanted: named ?? "" };
    const start = before === null ? found : found + 1;
    const shown = all.slice(start, start + PAGE);
    const last = shown.at(-1);
    const hasMore = start + PAGE < all.length;
    return {
      kind: "page",
      title: "Log",
      place: null,
      feeds: [{ title: "Everything that happens", href: "/feed.atom" }],
      body: html`<h1>Log</h1>
        ${
          shown.length === 0
            ? html`<p class="soft">${start === 0 ? "Nothing happened yet." : "Nothing happened before that."}</p>`
            : operationList(shown, world.now())
        }
        <nav class="pages" aria-label="Pages of the log">
          ${start > 0 ? html`<a class="button" href="/log">Newest</a>` : ""}
          ${
            hasMore && last !== undefined
              ? html`<a class="button" rel="next" href="/log?before=${encodeURIComponent(last.id)}">Older</a>`
              : ""
          }
        </nav>`,
    };
  },
};
