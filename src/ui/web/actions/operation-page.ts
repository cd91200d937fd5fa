// The page of an operation: its form, and once that is filled in, the plan with the button that does it.
import { html } from "hono/html";
import type { UserError } from "#model/bytes";
import { visibleText } from "#model/bytes";
import type { TreeView } from "#app";
import type { Person } from "../access.ts";
import type { Html, PageAnswer } from "../page.ts";
import { patchHref } from "../parts/patch-link.ts";
import { fieldHtml } from "./fields.ts";
import type { Form } from "./form.ts";
import type { Operation, Ran } from "./operation.ts";
import { changeWords, consequenceWords } from "./plan-words.ts";

/** What a page is made for. */
export interface Asked {
  readonly operation: Operation;
  readonly form: Form;
  readonly view: TreeView;
  readonly person: Person;
}

/** The form; with what was wrong with it, if something was. */
export function formPage(asked: Asked, error: UserError | null): PageAnswer {
  const { title, about } = asked.operation;
  return pageOf(asked, error === null ? 200 : error.exitCode === 2 ? 400 : 409, [
    html`<h1>${title}</h1>
      <p class="soft">${about}</p>
      ${
        error === null
          ? ""
          : html`<div class="wrong card" role="alert">
              <p><strong>${visibleText(error.message)}</strong></p>
              <p>${visibleText(error.hint ?? "")}</p>
            </div>`
      }`,
    formOfOperation(asked),
  ]);
}

/** How a plan came about. */
export interface Planned {
  /** Of the tree that it was made on. */
  readonly stamp: string;
  /** Sentences that the operation told besides. */
  readonly told: readonly string[];
  /** Why it is shown again; null when it is shown for the first time. */
  readonly why: string | null;
}

/** The plan, the button that carries it out, and the form to ask something else. */
export function planPage(asked: Asked, ran: Ran, { stamp, told, why }: Planned): PageAnswer {
  const { title, about } = asked.operation;
  const breaks = ran.consequences !== undefined && ran.consequences.broken.length > 0;
  return pageOf(asked, why === null ? 200 : 409, [
    html`<h1>${title}</h1>
      ${why === null ? "" : html`<p class="wrong card" role="alert">${why}</p>`}
      <section class="plan card" aria-labelledby="plan-title">
        <h2 id="plan-title">${ran.idle ?? "This would happen"}</h2>
        ${ran.change === null ? "" : changeWords(ran.change)} ${ran.details ?? ""}
        ${ran.consequences === undefined ? "" : consequenceWords(ran.consequences)}
        ${told.map((sentence) => html`<p class="soft">${visibleText(sentence)}</p>`)}
        ${ran.idle === undefined ? confirmForm(asked, stamp, breaks, ran.mayBreak === true) : ""}
      </section>
      <details class="again">
        <summary>Ask for something else</summary>
        <p class="soft">${about}</p>
        ${formOfOperation(asked)}
      </details>`,
  ]);
}

function confirmForm({ operation, form, person }: Asked, stamp: string, breaks: boolean, mayBreak: boolean): Html {
  const { name, verb, danger = false } = operation;
  if (breaks && !mayBreak) return html`<p>That is refused as long as it breaks something.</p>`;
  return html`<form method="post" action="/do/${name}" class="confirm">
    <input type="hidden" name="proof" value="${person.proof}" />
    <input type="hidden" name="stamp" value="${stamp}" />
    ${form.asked.map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}" />`)}
    ${breaks && !form.has("keep-going") ? html`<input type="hidden" name="keep-going" value="yes" />` : ""}
    <button type="submit" name="run" value="yes" class="${danger || breaks ? "danger" : "main"}">
      ${verb}${breaks ? " all the same" : ""}
    </button>
    <a class="button" href="${wayBack(form)}">Leave it as it is</a>
  </form>`;
}

function formOfOperation({ operation, form, view, person }: Asked): Html {
  return html`<form class="asking card" method="post" action="/do/${operation.name}">
    <input type="hidden" name="proof" value="${person.proof}" />
    ${operation.fields(form, view).map(fieldHtml)}
    <p><button class="main" type="submit" name="plan" value="yes">Show what would happen</button></p>
  </form>`;
}

/** The patch that the form is about, else the queue. */
function wayBack(form: Form): string {
  const [patch] = form.names("patch");
  return patch === undefined ? "/queue" : patchHref(patch);
}

function pageOf({ operation }: Asked, status: NonNullable<PageAnswer["status"]>, body: readonly Html[]): PageAnswer {
  return {
    kind: "page",
    title: operation.title,
    place: operation.name === "add" || operation.name === "update" ? "inbox" : "queue",
    status,
    islands: operation.island === undefined ? [] : [operation.island],
    body: html`<div class="doing">${body}</div>`,
  };
}
