// One mail of a discussion: who, when, in answer to what, and what it says; and the outline of a thread.
import { createHash } from "node:crypto";
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { titleKey } from "#model/answers";
import type { Address } from "#model/mail";
import type { ThreadEntry } from "#model/postings";
import type { Html } from "../page.ts";
import type { BodyStyle } from "./mail-body.ts";
import { mailBody } from "./mail-body.ts";
import { mailDay } from "./mail-day.ts";
import { authorHref, mailHref } from "./patch-link.ts";
import { withoutAddress } from "./person.ts";

/** Mails that stand deeper are shown no deeper: a long exchange must not run out of a narrow screen. */
const MAX_DEPTH = 5;

/** The place of a mail on a page with several of them; the same on every page. */
export function mailAnchor(messageId: string): string {
  return `m${createHash("sha256").update(messageId).digest("hex").slice(0, 12)}`;
}

/** One mail as a part of a discussion. */
export function mailArticle({ message, depth, parent }: ThreadEntry, now: Date, style: BodyStyle): Html {
  const { messageId, from } = message;
  const isNewSubject = parent === null || titleKey(parent.subject) !== titleKey(message.subject);
  return html`<article class="mail depth-${Math.min(depth, MAX_DEPTH)}" ${idOf(messageId)}>
    <h3>${personLink(from[0])} <span class="when">${mailDay(message.date?.time ?? null, now)}</span></h3>
    ${isNewSubject ? html`<p class="mail-subject">${visibleText(message.subject)}</p>` : ""}
    <p class="mail-links">
      ${messageId === null ? "" : html`<a href="${mailHref(messageId)}">this mail</a>`}
      ${
        parent === null || parent.messageId === null
          ? ""
          : html`<a href="#${mailAnchor(parent.messageId)}">answers ${visibleText(nameOf(parent.from[0]))}</a>`
      }
    </p>
    ${mailBody(message, style)}
  </article>`;
}

function idOf(messageId: string | null): Html | "" {
  return messageId === null ? "" : html`id="${mailAnchor(messageId)}"`;
}

/** Who sent a mail, linked to what is in the tree by that address. */
export function personLink(sender: Address | undefined): Html {
  if (sender === undefined) return html`nobody`;
  return html`<a href="${authorHref(sender.address.toLowerCase())}">${visibleText(nameOf(sender))}</a>`;
}

/** The name of a sender, or the address where there is none. */
export function nameOf(sender: Address | undefined): string {
  if (sender === undefined) return "nobody";
  return sender.name === "" ? sender.address : sender.name;
}

/** The name in `Name <address>`, as lists of mails have it; the address where there is none. */
export function authorName(author: string): string {
  const name = withoutAddress(author).replace(/^"(.*)"$/s, "$1");
  return name === "" ? author.replace(/^<(.*)>$/s, "$1") : name;
}

/** A line of an outline. */
export interface OutlineLine {
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly sent: number;
  readonly subject: string;
  /** Whether it is the mail that the page is about. */
  readonly isHere: boolean;
  /** Where the line leads. */
  readonly href: string;
}

/** A thread as a list of links, in the order given; subjects are told where they change. */
export function outline(lines: readonly OutlineLine[], now: Date): Html {
  let last = "";
  return html`<ol class="outline plain-list">
    ${lines.map(({ author, sent, subject, isHere, href }) => {
      const key = titleKey(subject);
      const name = visibleText(author);
      const title = key === last || key === "" ? name : visibleText(subject);
      last = key;
      return html`<li>
        ${isHere ? html`<strong aria-current="true">${title}</strong>` : html`<a href="${href}">${title}</a>`}
        <span class="soft">${title === name ? "" : name} ${mailDay(sent, now)}</span>
      </li>`;
    })}
  </ol>`;
}
