// The fields of a form as HTML: each labelled, with what was given before.
import { html } from "hono/html";
import type { Html } from "../page.ts";
import type { Field } from "./operation.ts";

/** Characters of one line, and of a text. */
const MAX_LINE = 2000;
const MAX_TEXT = 20_000;

export function fieldHtml(field: Field): Html {
  switch (field.kind) {
    case "patches":
      return html`<p>
        <label for="patch">${field.label}, one a line</label>
        <textarea id="patch" name="patch" rows="${Math.min(Math.max(field.names.length, 2), 10)}" spellcheck="false">
${field.names.join("\n")}</textarea>
      </p>`;
    case "line": {
      const { name, label, value, type = "text", hint, required = false } = field;
      return html`<p>
        <label for="${name}">${label}</label>
        <input
          id="${name}"
          name="${name}"
          type="${type}"
          value="${value}"
          maxlength="${MAX_LINE}"
          ${hint === undefined ? "" : html`placeholder="${hint}"`}
          ${required ? "required" : ""}
        />
      </p>`;
    }
    case "text":
      return html`<p>
        <label for="${field.name}">${field.label}</label>
        <textarea id="${field.name}" name="${field.name}" rows="4" maxlength="${MAX_TEXT}">${field.value}</textarea>
      </p>`;
    case "choice":
      return html`<p>
        <label for="${field.name}">${field.label}</label>
        <select id="${field.name}" name="${field.name}">
          ${field.options.map(
            ({ value, label }) =>
              html`<option value="${value}" ${value === field.value ? "selected" : ""}>${label}</option>`,
          )}
        </select>
      </p>`;
    case "switch":
      return html`<p class="switch">
        <input id="${field.name}" name="${field.name}" type="checkbox" value="yes" ${field.on ? "checked" : ""} />
        <label for="${field.name}">${field.label}</label>
      </p>`;
    case "own":
      return field.shown;
  }
}
