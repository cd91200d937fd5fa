// What a change is, before it is made: what the ledger will say, which mails will wait, what a build will make of it.
import { html } from "hono/html";
import { readablePath, visibleText } from "#model/bytes";
import type { EventBody, LedgerEvent } from "#model/ledger";
import { describeEvent } from "#model/ledger";
import { envelopeOf } from "#model/outbox";
import { showName } from "#model/queue";
import type { Consequences } from "#app";
import type { Html } from "../page.ts";
import { patchHref } from "../parts/patch-link.ts";
import type { Change } from "./operation.ts";
import { outcomeReasons } from "./words/outcome.ts";

/** Lines of each list that are shown. */
const MAX_LISTED = 200;

/** The events of a change, in the words of the ledger, and the notices that it brings. */
export function changeWords({ events, notices }: Change): Html {
  const told = events.filter(({ kind }) => kind !== "announced");
  const mails = notices.slice(0, MAX_LISTED).map(({ bytes }) => envelopeOf(bytes));
  return html`<ul class="will">
      ${told.slice(0, MAX_LISTED).map((event) => html`<li>${eventWords(event)}</li>`)}
      ${told.length > MAX_LISTED ? html`<li>and ${told.length - MAX_LISTED} more</li>` : ""}
    </ul>
    ${
      notices.length === 0
        ? ""
        : html`<details>
            <summary>
              ${notices.length === 1 ? "1 notice" : `${notices.length} notices`} will wait in the outbox
            </summary>
            <ul>
              ${mails.map(
                ({ subject, recipients }) =>
                  html`<li>${visibleText(subject)} <span class="soft">to ${recipients.join(", ")}</span></li>`,
              )}
            </ul>
          </details>`
    }`;
}

/** One event, with a link to its patch. */
export function eventWords(event: EventBody | LedgerEvent): Html {
  const text = visibleText(describeEvent({ op: "", at: "", by: "", ...event } as LedgerEvent));
  const name = "patch" in event ? event.patch : null;
  if (name === null || !text.startsWith(`${name} `)) return html`${text}`;
  return html`<a class="mono" href="${patchHref(name)}">${name}</a>${text.slice(name.length)}`;
}

/** Patches that would not apply any more, and why, and those that would again. */
export function consequenceWords({ broken, mended, report }: Consequences): Html {
  const results = (report?.results ?? []).filter(({ name }) => broken.includes(name));
  return html`${
    mended.length === 0 ? "" : html`<p><span class="badge good">mended</span> ${mended.map(showName).join(", ")}</p>`
  }
  ${
    broken.length === 0
      ? ""
      : html`<h3>${broken.length === 1 ? "One patch" : `${broken.length} patches`} would not apply any more</h3>
          <ul class="plain-list outcomes">
            ${results.slice(0, MAX_LISTED).map((result) => {
              const name = readablePath(result.name);
              return html`<li>
                <a class="mono" href="${patchHref(name)}">${name}</a> <span class="badge bad">rejected</span>
                ${outcomeReasons(result)}
              </li>`;
            })}
          </ul>`
  }`;
}
