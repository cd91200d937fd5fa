// What is answered where nothing is: what was asked for, what it may have meant, and a search for it.
import { html } from "hono/html";
import type { Asked, PageAnswer } from "../page.ts";

/** The page; `wanted` is foreign text. */
export function missingPage(_asked: Asked, wanted: string): PageAnswer {
  return {
    kind: "page",
    title: "Not found",
    place: null,
    status: 404,
    body: html`<h1>Nothing is here</h1>
      <form class="find wide" role="search" aria-label="What was asked for" action="/search">
        <input type="search" name="q" value="${wanted}" aria-label="Search for it" maxlength="1000" />
        <button type="submit">Search</button>
      </form>`,
  };
}
