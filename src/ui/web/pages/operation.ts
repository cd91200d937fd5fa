// `/operation/ID`: what one operation did, and for maintainers the way back.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { operationsOf } from "#model/ledger";
import { eventWords } from "../actions/plan-words.ts";
import type { Page } from "../page.ts";
import { moment } from "../parts/moment.ts";
import { doHref, operationHref } from "../parts/patch-link.ts";
import { namedPerson } from "../parts/person.ts";

/** Events that are listed. */
const MAX_EVENTS = 1000;

export const operationPage: Page = {
  path: "/operation/:id{[0-9a-f]{12}}",
  uses: "tree",
  answer({ view, world, params, person }) {
    const id = params["id"] ?? "";
    const events = view.events.filter(({ op }) => op === id);
    const operation = operationsOf(view.events).find((one) => one.id === id);
    if (operation === undefined) return { kind: "missing", wanted: id };
    const { at, by, undoneBy } = operation;
    return {
      kind: "page",
      title: `Operation ${id}`,
      place: "queue",
      body: html`<h1>What was done</h1>
        <p class="soft">
          Operation <code>${id}</code> by ${visibleText(namedPerson(by).name)}, ${moment(at, world.now())}
        </p>
        ${
          undoneBy === null
            ? ""
            : html`<p>
                <span class="badge warn">undone</span> by <a href="${operationHref(undoneBy)}">${undoneBy}</a>
              </p>`
        }
        <ul class="will">
          ${events.slice(0, MAX_EVENTS).map((event) => html`<li>${eventWords(event)}</li>`)}
          ${events.length > MAX_EVENTS ? html`<li>and ${events.length - MAX_EVENTS} more</li>` : ""}
        </ul>
        ${
          person?.maintains === true && undoneBy === null
            ? html`<p class="actions">
                <a class="button" href="${doHref("undo", ["operation", id])}">Undo</a>
                <a class="button" href="/queue">To the queue</a>
              </p>`
            : ""
        }`,
    };
  },
};
