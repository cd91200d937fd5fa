// `/outbox`: the mails that wait, for what and for whom, and what a maintainer decides about them.
import { describeStatus } from "#model/outbox";
import type { Hono } from "hono";
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { listOutbox } from "#app";
import type { OutboxMail } from "#app";
import type { Html } from "../page.ts";
import { moment } from "../parts/moment.ts";
import { patchHref } from "../parts/patch-link.ts";
import type { Env, SiteContext } from "../site.ts";
import { maintainerOr } from "./gate.ts";
import { OUTBOX_HREF } from "./operations/outbox.ts";

/** Mails that are listed. */
const MAX_MAILS = 500;

/** Adds the outbox to the site. */
export function registerOutbox(app: Hono<Env>, site: SiteContext): void {
  app.get(OUTBOX_HREF, async (context) => {
    const request = context.req.raw;
    const view = await site.viewer.view();
    const person = await maintainerOr(site, request, site.personOf(request, context.env.remote, view), view);
    if (person instanceof Response) return person;
    const mails = await listOutbox({ ...site.world, progress: () => undefined, tell: () => undefined }, false);
    return await site.page(request, person, view, {
      kind: "page",
      title: "Waiting mails",
      place: "queue",
      body: html`<h1>Waiting mails</h1>
        ${mails.length === 0 ? html`<p>Nothing waits.</p>` : listOf(mails, person.proof, site.world.now())}`,
    });
  });
}

function listOf(mails: readonly OutboxMail[], proof: string, now: Date): Html {
  return html`<form class="doing wide" method="post" action="/do/outbox">
    <input type="hidden" name="proof" value="${proof}" />
    <input type="hidden" name="plan" value="yes" />
    <p class="actions">
      <button type="submit" name="decision" value="hold">Keep back</button>
      <button type="submit" name="decision" value="release">Let go</button>
      <button type="submit" name="decision" value="suppress" class="danger">Never send</button>
    </p>
    <ol class="plain-list outcomes">
      ${mails.slice(0, MAX_MAILS).map((mail) => mailHtml(mail, now))}
    </ol>
    ${mails.length > MAX_MAILS ? html`<p class="soft">and ${mails.length - MAX_MAILS} more</p>` : ""}
  </form>`;
}

function mailHtml({ facts, envelope, since, status }: OutboxMail, now: Date): Html {
  const number = /^\d+/.exec(facts.name)?.[0] ?? facts.name;
  return html`<li class="switch">
    <input type="checkbox" id="mail-${number}" name="mail" value="${number}" />
    <div>
      <label for="mail-${number}">${visibleText(envelope.subject)}</label>
      <span class="badge ${status.kind === "ready" ? "good" : "warn"}">${describeStatus(status)}</span>
      <p class="soft">
        ${number}${since === "" ? "" : html`, written ${moment(since, now)}`}${facts.patches.map(
          (patch) => html`, <a class="mono" href="${patchHref(patch)}">${visibleText(patch)}</a>`,
        )}
      </p>
      ${recipientsHtml(envelope.recipients)}
    </div>
  </li>`;
}

/** More recipients than these are folded. */
const MAX_RECIPIENTS = 3;

function recipientsHtml(recipients: readonly string[]): Html {
  const all = visibleText(recipients.join(", "));
  if (recipients.length <= MAX_RECIPIENTS) return html`<p class="soft">to ${all}</p>`;
  return html`<details class="soft">
    <summary>to ${recipients.length} addresses</summary>
    <p>${all}</p>
  </details>`;
}
