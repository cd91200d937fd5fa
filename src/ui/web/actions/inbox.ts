// `/inbox`: what came by mail and is not in the queue, for maintainers; each posting can be tried and added.
import type { Hono } from "hono";
import { html } from "hono/html";
import { UserError, visibleText } from "#model/bytes";
import { inboxOf, MAX_INBOX, postedSince } from "#app";
import type { InboxEntry, PostedSeries, TreeView } from "#app";
import type { Html } from "../page.ts";
import { moment } from "../parts/moment.ts";
import { doHref, patchHref, postingHref } from "../parts/patch-link.ts";
import type { Env, SiteContext } from "../site.ts";
import { maintainerOr } from "./gate.ts";

/** Postings that are older than this, in milliseconds, are not in the inbox. */
const MAX_AGE = 30 * 86_400_000;

/** Adds the inbox to the site. */
export function registerInbox(app: Hono<Env>, site: SiteContext): void {
  let last: { readonly stamp: string; readonly posted: Promise<readonly PostedSeries[]> } | null = null;
  const postedNow = (view: TreeView): Promise<readonly PostedSeries[]> => {
    const now = site.world.now().getTime();
    const links = view.events.filter(({ kind }) => kind === "linked").length;
    // To read thirty days of mail takes a while: what came of it is kept until it may be another one, or the day ends.
    const stamp = JSON.stringify([site.viewer.mailStamp(), view.tree.config.mail, links, Math.floor(now / 86_400_000)]);
    if (last?.stamp !== stamp) {
      const quiet = { ...site.world, progress: () => undefined, tell: () => undefined };
      last = { stamp, posted: postedSince(quiet, view, now - MAX_AGE) };
    }
    return last.posted;
  };

  app.get("/inbox", async (context) => {
    const request = context.req.raw;
    const view = await site.viewer.view();
    const person = await maintainerOr(site, request, site.personOf(request, context.env.remote, view), view);
    if (person instanceof Response) return person;
    const body = await postedNow(view).then(
      (posted) => listOf(inboxOf(posted, view), view, site.world.now()),
      (error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        return html`<p class="wrong">${error.message}</p>
          <p>${error.hint}</p>`;
      },
    );
    return await site.page(request, person, view, {
      kind: "page",
      title: "Inbox",
      place: "inbox",
      body: html`<h1>Inbox</h1>
        <p class="soft">Postings of the last 30 days that are not in the queue, newest first.</p>
        <p><a href="${doHref("add")}">Add another one by its Message-ID</a></p>
        ${body}`,
    });
  });
}

function listOf(entries: readonly InboxEntry[], view: TreeView, now: Date): Html {
  if (view.tree.config.mail.archives.length === 0)
    return html`<p>This tree reads no archive. Name some with <code>[mail] archives</code> in longarm.toml.</p>`;
  if (entries.length === 0) return html`<p>Everything that came is in the queue, or was.</p>`;
  return html`<ol class="plain-list inbox">
      ${entries.map((entry, index) => entryHtml(entry, index, view, now))}
    </ol>
    ${entries.length === MAX_INBOX ? html`<p class="soft">Only the newest ${MAX_INBOX} are shown.</p>` : ""}`;
}

function entryHtml(entry: InboxEntry, index: number, view: TreeView, now: Date): Html {
  const { id, title, author, revision, at, total, seen, tags, kind, queued } = entry;
  const patches = total === 1 ? "1 patch" : `${total} patches`;
  return html`<li class="card" aria-labelledby="posting-${index}">
    <h2 id="posting-${index}"><a href="${postingHref(id)}">${visibleText(title)}</a></h2>
    <p class="soft">
      <span class="badge thread">${revision}</span>
      ${visibleText(author)}, ${moment(at, now)}, ${patches}${seen === total ? "" : `, ${seen} of them here`}
      ${tags.length === 0 ? "" : html`<span class="badge good">${tags.length === 1 ? "1 tag" : `${tags.length} tags`}</span>`}
    </p>
    ${queued.length === 0 ? "" : queuedHtml(entry)}
    ${
      tags.length === 0
        ? ""
        : html`<details>
            <summary>Tags</summary>
            <ul>
              ${tags.map((tag) => html`<li>${visibleText(tag)}</li>`)}
            </ul>
          </details>`
    }
    ${kind === "new" ? addForm(id, index, view) : ""}
    ${
      kind === "newer"
        ? html`<p class="actions">
            <a class="button" href="${doHref("update", ["patch", id])}">Preview the update</a>
          </p>`
        : ""
    }
  </li>`;
}

/** Patches that are named. */
const MAX_NAMES = 5;

function queuedHtml({ kind, revision, total, queued }: InboxEntry): Html {
  const names = queued
    .slice(0, MAX_NAMES)
    .map(({ patch }) => html`<a class="mono" href="${patchHref(patch)}">${patch}</a> `);
  const older = [...new Set(queued.map((one) => one.revision))].filter((one) => !revision.endsWith(one)).join(", ");
  return html`<p>
    ${kind === "newer" ? `${older} is queued:` : `${queued.length} of ${total} are queued:`}
    ${names}${queued.length > MAX_NAMES ? `and ${queued.length - MAX_NAMES} more` : ""}
  </p>`;
}

function addForm(id: string, index: number, view: TreeView): Html {
  const { branches, entry } = view.tree.config;
  return html`<form class="actions" action="/do/add">
    <input type="hidden" name="id" value="${id}" />
    <label for="branch-${index}">into</label>
    <select id="branch-${index}" name="branch">
      ${branches.map(({ name }) => html`<option ${name === entry ? "selected" : ""}>${name}</option>`)}
    </select>
    <button type="submit">Preview</button>
  </form>`;
}
