// `/mail/MESSAGE-ID/`: one mail with the outline of its thread, and the thread on one page. Files of mails are in mail-files.ts.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { parseSubject, threadEntries } from "#model/postings";
import type { MailThread } from "#app";
import { MAX_PARSED, mailBytes, mailMessages, mailThread, parsedMail, patchesByMail, within } from "#app";
import type { Answer, Asked, Html, Page, PageAnswer } from "../page.ts";
import { parseMailAddress } from "../parts/mail-address.ts";
import { authorName, mailAnchor, mailArticle, nameOf, outline, personLink } from "../parts/mail-article.ts";
import { elsewhere } from "../parts/known-mails.ts";
import { mailDay } from "../parts/mail-day.ts";
import { mailBody, sizeText } from "../parts/mail-body.ts";
import { noIndex } from "../parts/no-index.ts";
import { pageLinks, pageNumber } from "../parts/page-links.ts";
import { mailHref, postingHref, threadHref } from "../parts/patch-link.ts";
import { broughtState } from "../parts/patch-state.ts";
import { MAX_IN_THREAD, patchPageOf, threadStyle } from "../parts/thread-style.ts";
import { mailAttachment, rawMail, threadMailbox } from "./mail-files.ts";

export const mailPage: Page = {
  path: "/mail/*",
  uses: "mail",
  answer: async (asked) => {
    const address = parseMailAddress(asked.url.pathname, "/mail/");
    if (address === null) return { kind: "missing", wanted: "" };
    const { messageId, part } = address;
    const found = await mailThread(asked.view, messageId);
    const away = found === "no index" || found === null ? elsewhere(asked.view, messageId) : null;
    if (away !== null) return { kind: "moved", to: away };
    if (found === "no index") return { ...page("No mails", noIndex()), status: 404 };
    if (found === null) return { kind: "missing", wanted: messageId };
    switch (part.kind) {
      case "unfinished":
        return { kind: "moved", to: mailHref(messageId) };
      case "page":
        return await oneMail(asked, found);
      case "thread":
        return await wholeThread(asked, found);
      case "raw":
        return await rawMail(asked.view, found);
      case "mbox":
        return await threadMailbox(asked.view, found);
      case "attachment":
        return await mailAttachment(asked.view, found, part.number);
    }
  },
};

/** Bytes of text of a mail that is alone on its page. */
const MAX_TEXT = 256 * 1024;

async function oneMail({ view, world }: Asked, { mail, thread, total }: MailThread): Promise<Answer> {
  const [bytes] = await mailBytes(view, [mail]);
  const href = mailHref(mail.messageId);
  if (bytes === undefined || bytes === null) {
    return page(
      mail.subject,
      html`<h1>${visibleText(mail.subject)}</h1>
        <p>No archive has this mail any more.</p>`,
    );
  }
  const message = parsedMail(bytes);
  const patch = patchPageOf(view, mail.messageId);
  const { patch: isPatch, reply } = parseSubject(message.subject);
  const now = world.now();
  const brought = patchesByMail(view).get(mail.messageId) ?? [];
  const at = thread.findIndex((one) => one.mail === mail.mail);
  const [before, after] = [thread[at - 1], at < 0 ? undefined : thread[at + 1]];
  return page(
    message.subject,
    html`<h1>${visibleText(message.subject === "" ? "(no subject)" : message.subject)}</h1>
      <div class="columns">
        <article class="mail alone">
          <dl class="mail-head">
            <dt>From</dt>
            <dd>
              ${message.from.length === 0 ? "nobody" : html`${personLink(message.from[0])}`}
              ${addressOf(message.from[0])}
            </dd>
            <dt>Date</dt>
            <dd>${mailDay(message.date?.time ?? null, now)}</dd>
            ${recipients("To", message.to.map(nameOf))} ${recipients("Cc", message.cc.map(nameOf))}
            <dt>Message-ID</dt>
            <dd><code>${visibleText(mail.messageId)}</code></dd>
            ${
              brought.length === 0
                ? ""
                : html`<dt>Tree</dt>
                    <dd>${broughtState(brought)}</dd>`
            }
          </dl>
          ${mail.size > MAX_PARSED ? html`<p class="note">It has ${sizeText(mail.size)}; only its beginning is read here.</p>` : ""}
          ${mailBody(message, { limit: MAX_TEXT, patch, diff: patch === null ? "open" : "folded" })}
        </article>
        <aside aria-label="Thread">
          <p class="mail-links">
            ${isPatch || reply ? html`<a href="${postingHref(mail.messageId)}">Posting</a>` : ""}
            <a href="${threadHref(mail.messageId)}#${mailAnchor(mail.messageId)}">Whole thread</a>
            <a href="${href}raw">As it came</a>
            <a href="${href}t.mbox.gz">Thread as mbox</a>
          </p>
          <h2>Thread, ${total} ${total === 1 ? "mail" : "mails"}</h2>
          <p class="mail-links">
            ${before === undefined ? "" : html`<a rel="prev" href="${mailHref(before.messageId)}">Mail before</a>`}
            ${after === undefined ? "" : html`<a rel="next" href="${mailHref(after.messageId)}">Mail after</a>`}
          </p>
          ${outline(
            thread.slice(Math.max(0, at - OUTLINE), at + OUTLINE).map((one) => ({
              sent: one.sent,
              author: authorName(one.author),
              subject: one.subject,
              isHere: one.mail === mail.mail,
              href: mailHref(one.messageId),
            })),
            now,
          )}
        </aside>
      </div>`,
  );
}

/** Mails of the thread before and behind that the outline of one mail has. */
const OUTLINE = 40;

function addressOf(sender: { readonly name: string; readonly address: string } | undefined): Html | "" {
  if (sender === undefined || sender.name === "") return "";
  return html`<span class="soft">${visibleText(sender.address)}</span>`;
}

/** Recipients that are named; a mail can have thousands. */
const MAX_NAMED = 12;

function recipients(field: string, names: readonly string[]): Html | "" {
  if (names.length === 0) return "";
  const more = names.length - MAX_NAMED;
  const shown = names.slice(0, MAX_NAMED).map(visibleText).join(", ");
  return html`<dt>${field}</dt>
    <dd>${shown}${more > 0 ? ` and ${more} more` : ""}</dd>`;
}

/** Bytes of all mails of a thread that are read for its page; those behind are left out. */
const MAX_THREAD_BYTES = 32 * 1024 * 1024;

async function wholeThread({ view, world, url }: Asked, { mail, thread, total }: MailThread): Promise<Answer> {
  const read = within(thread, MAX_THREAD_BYTES);
  const messages = await mailMessages(view, read);
  const entries = threadEntries(messages, view.tree.config.mail.preferLists);
  const number = pageNumber(url, entries.length, MAX_IN_THREAD);
  const first = (number - 1) * MAX_IN_THREAD;
  const shown = entries.slice(first, first + MAX_IN_THREAD);
  const title = entries[0]?.message.subject ?? mail.subject;
  const href = threadHref(mail.messageId);
  const pages = pageLinks(href, number, entries.length, MAX_IN_THREAD);
  return page(
    title,
    html`<h1>${visibleText(title)}</h1>
      <p class="facts">
        <span>${total} ${total === 1 ? "mail" : "mails"}</span>
        ${total > read.length ? html`<span>${read.length} are shown</span>` : ""}
        <a href="${postingHref(mail.messageId)}">posting</a>
        <a href="${mailHref(mail.messageId)}t.mbox.gz">mbox</a>
      </p>
      <h2 class="first">Mails</h2>
      ${pages}
      <div class="thread-mails">
        ${shown.map((entry) => mailArticle(entry, world.now(), threadStyle(view, entry.message)))}
      </div>
      ${pages}`,
  );
}

function page(title: string, body: Html): PageAnswer {
  return { kind: "page", title: visibleText(title), place: "mail", body };
}
