// What is done with operations themselves: taken back, brought back.
import { html } from "hono/html";
import { redo, undo } from "#app";
import type { UndoPlan } from "#app";
import type { Html } from "../../page.ts";
import type { Operation } from "../operation.ts";

export const undoOperation: Operation = {
  name: "undo",
  title: "Undo an operation",
  about: "It is taken back by one more operation; the ledger keeps both. Undoing an undo brings the operation back.",
  verb: "Undo",
  direct: () => true,
  fields: (form) => [
    {
      kind: "line",
      name: "operation",
      label: "Operation, or the beginning of its id",
      value: form.line("operation"),
      hint: "the newest that changed the queue",
    },
  ],
  async run(world, form, dryRun) {
    const { plan, done } = await undo(world, { operation: form.given("operation"), dryRun });
    return { change: plan.change, details: undoWords(plan, "Takes back"), done };
  },
};

export const redoOperation: Operation = {
  name: "redo",
  title: "Bring back what was just undone",
  about: "The operation that the newest undo took back is in effect again, unless the queue was changed since.",
  verb: "Redo",
  direct: () => true,
  fields: () => [],
  async run(world, _form, dryRun) {
    const { plan, done } = await redo(world, { dryRun });
    return { change: plan.change, details: undoWords(plan, "Brings back"), done };
  },
};

function undoWords({ subject, undoes, brings, told, revived }: UndoPlan, verb: "Takes back" | "Brings back"): Html {
  const id = verb === "Brings back" ? (brings ?? undoes.id) : undoes.id;
  const what = verb === "Brings back" ? subject.replace(/^undo: /, "") : subject;
  return html`<p>${verb} operation <code>${id}</code> of ${undoes.by}: <strong>${what}</strong></p>
    ${revived.length === 0 ? "" : html`<p>${count(revived.length, "notice")} will wait in the outbox again.</p>`}
    ${
      told.length === 0
        ? ""
        : html`<p class="wrong">
            ${count(told.length, "mail")} about it had gone already; who has them is not told of this.
          </p>`
    }`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
