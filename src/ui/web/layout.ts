// The frame that every page stands in: head, navigation, search, foot.
import { html, raw } from "hono/html";
import { visibleText } from "#model/bytes";
import type { Assets } from "./assets.ts";
import type { Asked, Html, PageAnswer, Place } from "./page.ts";

const PLACES: readonly { readonly place: Place; readonly href: string; readonly name: string }[] = [
  { place: "tree", href: "/", name: "Tree" },
  { place: "queue", href: "/queue", name: "Queue" },
  { place: "mail", href: "/postings", name: "Postings" },
  { place: "conflicts", href: "/conflicts", name: "Conflicts" },
];

/** A needle's eye with a thread through two layers. */
const MARK = raw(
  '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 8c3-3 6-3 9 0s6 3 9 0M3 16c3-3 6-3 9 0s6 3 9 0"/><path class="thread" d="M12 2v20" stroke-dasharray="3 2.5"/></svg>',
);

/** What the frame says of the tree besides the page. */
export interface Frame {
  readonly assets: Assets;
  readonly version: string;
  /** What the tree is called: the directory's name, or what `[web] title` says. */
  readonly title: string;
  /** What a signed-in person sees instead of "Sign in"; made by the site. */
  readonly account: Html;
}

/** The whole document. */
export function layout(frame: Frame, asked: Pick<Asked, "url" | "person">, page: PageAnswer): Html {
  const { assets } = frame;
  const query = asked.url.pathname === "/search" ? (asked.url.searchParams.get("q") ?? "") : "";
  const places = asked.person?.maintains === true ? [...PLACES, INBOX] : PLACES;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title === frame.title ? page.title : `${page.title} · ${frame.title}`}</title>
        <link rel="stylesheet" href="${assets.href("style.css")}" />
        <link rel="icon" type="image/svg+xml" href="${assets.href("icon.svg")}" />
        ${(page.feeds ?? []).map(
          ({ title, href }) =>
            html`<link rel="alternate" type="application/atom+xml" title="${visibleText(title)}" href="${href}" />`,
        )}
        ${(page.islands ?? []).map((name) => html`<script type="module" src="${assets.href(`${name}.js`)}"></script>`)}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <a class="home" href="/">${MARK}<span>${frame.title}</span></a>
          <nav aria-label="Site">
            ${places.map(
              ({ place, href, name }) =>
                html`<a href="${href}" ${place === page.place ? raw('aria-current="page"') : ""}>${name}</a>`,
            )}
          </nav>
          <form class="find" role="search" aria-label="Site" action="/search">
            <input
              type="search"
              name="q"
              value="${query}"
              placeholder="patch, author, file, Message-ID, commit"
              aria-label="Search"
              maxlength="1000"
            />
            <button type="submit">Search</button>
          </form>
          <div class="account">${frame.account}</div>
        </header>
        <main id="content" tabindex="-1">${page.body}</main>
        <footer class="foot">
          <p>
            <a href="/clone">Clone</a> · <a href="/patches/">Patch files</a> · <a href="/series">Series</a> ·
            <a href="/feed.atom">Feed</a> · <a href="/api">API</a>
          </p>
          <p>Longarm ${frame.version}</p>
        </footer>
      </body>
    </html>`;
}

const INBOX = { place: "inbox", href: "/inbox", name: "Inbox" } as const;
