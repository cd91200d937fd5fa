// What is published next, when, and what waits for it.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { PublishState, TreeHealth } from "#app";
import type { Html } from "../page.ts";
import { moment } from "./moment.ts";
import { branchHref } from "./patch-link.ts";

export function publishCard({ publish, mails }: TreeHealth, now: Date): Html {
  return html`<section class="card" aria-labelledby="publish">
    <h2 id="publish">Next publish</h2>
    ${publish === null ? html`<p class="soft">This tree is not published anywhere.</p>` : publishing(publish, now)}
    <p>
      ${mails === 0 ? "No mail waits." : mails === 1 ? "1 mail waits." : `${mails.toLocaleString("en")} mails wait.`}
    </p>
  </section>`;
}

function publishing({ remote, every, last, due, waiting }: PublishState, now: Date): Html {
  const pause =
    every === null
      ? ""
      : `every ${every.count === 1 ? "" : `${every.count} `}${every.unit}${every.count === 1 ? "" : "s"}`;
  const when =
    every === null
      ? html`When the maintainer says so.`
      : due === null || due <= now.getTime()
        ? html`<strong>Due now</strong>, ${pause}.`
        : html`<strong>${moment(new Date(due).toISOString(), now)}</strong>, ${pause}.`;
  return html`<p>${when}</p>
    <p class="soft">
      ${last === null ? "Not published yet." : html`Last ${moment(last, now)}.`}
      ${remote === null ? "" : html`To <span class="mono">${visibleText(remote)}</span>.`}
    </p>
    ${
      waiting.length === 0
        ? ""
        : html`<p>
            ${waiting.map((name, index) => html`${index === 0 ? "" : ", "}<a href="${branchHref(name)}">${name}</a>`)}
            ${waiting.length === 1 ? "waits" : "wait"}.
          </p>`
    }`;
}
