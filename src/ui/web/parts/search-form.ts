// The large search field of a page that is about searching.
import { html } from "hono/html";
import type { Html } from "../page.ts";

/** The form, with what was asked before; it works without script. */
export function searchForm(query: string): Html {
  return html`<form class="find wide" role="search" aria-label="Search everything" action="/search">
    <input type="search" name="q" value="${query}" aria-label="Search for" maxlength="1000" />
    <button type="submit">Search</button>
  </form>`;
}
