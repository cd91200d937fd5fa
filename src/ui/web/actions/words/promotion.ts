// What each patch lacks to move up, as a table.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { showName } from "#model/queue";
import type { Considered } from "#app";
import type { Html } from "../../page.ts";
import { patchHref } from "../../parts/patch-link.ts";

/** Whether it may move up. */
export function isReady({ missing, waitsFor }: Considered): boolean {
  return missing.length === 0 && waitsFor.length === 0;
}

/** Rows that are shown. */
const MAX_ROWS = 500;

/** The patches that were looked at, with what each lacks; those that are ready come first. */
export function consideredTable(considered: readonly Considered[]): Html {
  const shown = considered.toSorted((left, right) => Number(isReady(right)) - Number(isReady(left))).slice(0, MAX_ROWS);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What each patch lacks">
      <table class="considered">
        <thead>
          <tr>
            <th scope="col">Patch</th>
            <th scope="col">Way</th>
            <th scope="col">What it lacks</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((one) => {
            const name = showName(one.name);
            return html`<tr>
              <td><a class="mono" href="${patchHref(name)}">${name}</a></td>
              <td class="soft">${one.from} to ${one.to}</td>
              <td>${isReady(one) ? html`<span class="badge good">ready</span>` : lackingOf(one)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${considered.length > shown.length ? html`<p class="soft">and ${considered.length - shown.length} more</p>` : ""}`;
}

function lackingOf({ missing, waitsFor }: Considered): Html {
  const waits = waitsFor.length === 0 ? [] : [`waits for ${waitsFor.map(showName).join(", ")}`];
  return html`<ul class="plain-list">
    ${[...missing.map(({ message }) => message), ...waits].map((sentence) => html`<li>${visibleText(sentence)}</li>`)}
  </ul>`;
}
