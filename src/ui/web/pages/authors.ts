// `/author/`: everybody who has or had a patch in the tree, with how many.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { Page } from "../page.ts";
import { AUTHORS_HREF } from "../parts/patch-link.ts";
import { authorsOf } from "../parts/people.ts";
import { authorLink } from "../parts/person.ts";

/** Authors that are listed. */
const MAX_AUTHORS = 5000;

export const authorsPage: Page = {
  path: AUTHORS_HREF,
  uses: "tree",
  answer: ({ view }) => {
    const authors = [...authorsOf(view).values()].toSorted(
      (a, b) => b.queued.length - a.queued.length || b.gone.length - a.gone.length || (a.address < b.address ? -1 : 1),
    );
    return {
      kind: "page",
      title: "Authors",
      place: "queue",
      body: html`<h1>Authors</h1>
        <p class="soft">${authors.length.toLocaleString("en")} in all, those with most patches in the queue first.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Authors">
          <table class="authors">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Address</th>
                <th scope="col">In the queue</th>
                <th scope="col">Left</th>
              </tr>
            </thead>
            <tbody>
              ${authors.slice(0, MAX_AUTHORS).map(
                (one) =>
                  html`<tr>
                    <th scope="row">${authorLink(one)}</th>
                    <td>${visibleText(one.address)}</td>
                    <td>${one.queued.length}</td>
                    <td>${one.gone.length}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`,
    };
  },
};
