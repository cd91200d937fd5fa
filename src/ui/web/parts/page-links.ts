// Links between the pages of something that is too long for one.
import { html } from "hono/html";
import type { Html } from "../page.ts";

/** The page that `?page=N` asks for, 1 when it asks for none that there is. */
export function pageNumber(url: URL, total: number, each: number): number {
  const asked = Number(/^\d{1,6}$/.exec(url.searchParams.get("page") ?? "")?.[0] ?? 1);
  return asked >= 1 && asked <= Math.ceil(total / each) ? asked : 1;
}

/** Nothing when everything is on one page; `href` is its address without a query. */
export function pageLinks(href: string, page: number, total: number, each: number): Html | "" {
  const pages = Math.ceil(total / each);
  if (pages <= 1) return "";
  return html`<nav class="pages" aria-label="Pages">
    ${page > 1 ? html`<a rel="prev" href="${href}?page=${page - 1}">Earlier</a>` : ""}
    <span>page ${page} of ${pages}</span>
    ${page < pages ? html`<a rel="next" href="${href}?page=${page + 1}">Later</a>` : ""}
  </nav>`;
}
