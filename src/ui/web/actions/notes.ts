// What was remarked on patches, for maintainers: the private remarks, too.
import { html } from "hono/html";
import type { TreeView } from "#app";
import type { Html } from "../page.ts";
import { visibleText } from "#model/bytes";

/** The remarks on these patches; only for who may see private ones. */
export function notesOf(view: TreeView, names: readonly string[]): Html {
  const rows = names.flatMap((name) => view.byName.get(name)?.row ?? []);
  const notes = rows.flatMap(({ name, notes: open, privateNotes }) => [
    ...open.map((text) => ({ name, text, isPrivate: false })),
    ...privateNotes.map((text) => ({ name, text, isPrivate: true })),
  ]);
  if (notes.length === 0) return html``;
  return html`<h2>Said before</h2>
    <ul class="plain-list said">
      ${notes.map(
        ({ name, text, isPrivate }) =>
          html`<li>
            <span class="mono">${name}</span> ${isPrivate ? html`<span class="badge warn">private</span>` : ""}
            <p>${visibleText(text)}</p>
          </li>`,
      )}
    </ul>`;
}
