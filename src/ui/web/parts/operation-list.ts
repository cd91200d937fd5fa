// Operations of the ledger as a list: when, who, and what happened, each event linked to its patch. Long ones are folded.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { describeEvent } from "#model/ledger";
import type { LedgerEvent, Operation } from "#model/ledger";
import type { Html } from "../page.ts";
import { withMailLink } from "./event-line.ts";
import { moment } from "./moment.ts";
import { operationHref, patchHref } from "./patch-link.ts";
import { namedPerson } from "./person.ts";

/** Events of an operation that are shown at once; the rest is folded. */
const SHOWN = 6;
/** Events of an operation that are shown at all. */
const MAX_EVENTS = 500;
/** Notices tell the same again, and who wrote a mail with commands is no business of the public: what came of it is told. */
const SILENT: ReadonlySet<LedgerEvent["kind"]> = new Set(["announced", "commanded"]);

/** The operations in the order given, as items of an `ol`. */
export function operationList(operations: readonly Operation[], now: Date): Html {
  return html`<ol class="operations">
    ${operations.map((one) => operationItem(one, now))}
  </ol>`;
}

function operationItem({ id, at, by, events, undoneBy }: Operation, now: Date): Html {
  const told = events.filter(({ kind }) => !SILENT.has(kind));
  const notices = events.filter(({ kind }) => kind === "announced").length;
  const rest = told.slice(SHOWN, MAX_EVENTS);
  const more = told.length - MAX_EVENTS;
  return html`<li id="${id}">
    <p class="when">
      ${moment(at, now)} <span class="soft">${visibleText(namedPerson(by).name)}</span>
      ${undoneBy === null ? "" : html`<a class="badge warn" href="${operationHref(undoneBy)}">taken back</a>`}
    </p>
    <ul ${undoneBy === null ? "" : html`class="undone"`}>
      ${told.slice(0, SHOWN).map(eventLine)} ${told.length === 0 ? html`<li>${silentLine(events)}</li>` : ""}
    </ul>
    ${
      rest.length === 0
        ? ""
        : html`<details>
            <summary>${rest.length + Math.max(0, more)} more</summary>
            <ul>
              ${rest.map(eventLine)} ${more > 0 ? html`<li>and ${more} more</li>` : ""}
            </ul>
          </details>`
    }
    ${notices === 0 || told.length === 0 ? "" : html`<p class="soft">${noticesOf(notices)}</p>`}
  </li>`;
}

function silentLine(events: readonly LedgerEvent[]): string {
  const notices = events.filter(({ kind }) => kind === "announced").length;
  return notices === 0 ? "a mail with commands was read" : noticesOf(notices);
}

function noticesOf(count: number): string {
  return count === 1 ? "1 notice written" : `${count} notices written`;
}

/** One event in a line, its patch linked. */
function eventLine(event: LedgerEvent): Html {
  const text = describeEvent(event);
  if (event.kind === "undone") return html`<li><a href="${operationHref(event.undoes)}">${visibleText(text)}</a></li>`;
  if (!("patch" in event)) return html`<li>${visibleText(text)}</li>`;
  const at = text.indexOf(event.patch);
  const [before, after] = [text.slice(0, at), text.slice(at + event.patch.length)];
  const link = html`<a href="${patchHref(event.patch)}">${visibleText(event.patch)}</a>`;
  return html`<li>${visibleText(before)}${link}${withMailLink(after, event)}</li>`;
}
