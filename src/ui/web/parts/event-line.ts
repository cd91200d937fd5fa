// What an event says, as text in which the mail that a patch came from is a link instead of a long Message-ID.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import type { Html } from "../page.ts";
import { mailHref } from "./patch-link.ts";

/** `text` is the event's, or a piece of it. */
export function withMailLink(text: string, event: LedgerEvent): Html {
  const origin = "origin" in event ? event.origin : null;
  const id = origin?.kind === "mail" ? origin.messageId : null;
  const at = id === null ? -1 : text.indexOf(`<${id}>`);
  if (id === null || at < 0) return html`${visibleText(text)}`;
  return html`${visibleText(text.slice(0, at))}<a class="evidence" href="${mailHref(id)}">mail</a>${visibleText(
      text.slice(at + id.length + 2),
    )}`;
}
