// What changes in each patch when a posting becomes its next revision.
import { html } from "hono/html";
import { textOf, visibleText } from "#model/bytes";
import { showName } from "#model/queue";
import type { UpdatedPatch, UpdatePlan } from "#app";
import type { Html } from "../../page.ts";

const WORDS: Readonly<Record<UpdatedPatch["change"], readonly [string, string]>> = {
  same: ["unchanged", ""],
  rebased: ["rebased", ""],
  log: ["another log", "thread"],
  diff: ["another change", "warn"],
  both: ["another change", "warn"],
  new: ["new", "good"],
  gone: ["gone", "bad"],
};

/** Characters of one comparison that are shown. */
const MAX_HUNKS = 20_000;

/** The patches of both revisions. */
export function updatedPatches({ from, to, posting, patches, fixes }: UpdatePlan): Html {
  return html`<h3>${posting.subject}, from ${from} to ${to}</h3>
    <ol class="plain-list outcomes">
      ${patches.map((patch) => {
        const [word, colour] = WORDS[patch.change];
        const hunks = visibleText(textOf(patch.hunks));
        return html`<li>
          <p><span class="mono">${showName(patch.name)}</span> <span class="badge ${colour}">${word}</span></p>
          ${
            patch.carried.length + patch.lost.length === 0
              ? ""
              : html`<ul class="reasons">
                  ${patch.carried.map((tag) => html`<li>stays: ${tag}</li>`)}
                  ${patch.lost.map((tag) => html`<li class="wrong">lost: ${tag}</li>`)}
                </ul>`
          }
          ${
            hunks === ""
              ? ""
              : html`<details>
                  <summary>What changed</summary>
                  <pre tabindex="0">${hunks.slice(0, MAX_HUNKS)}${hunks.length > MAX_HUNKS ? "\n…" : ""}</pre>
                </details>`
          }
        </li>`;
      })}
    </ol>
    ${fixes.map((name) => html`<p class="wrong">Look at ${showName(name)}: ${to} may have it already.</p>`)}`;
}
