// What adding a posting would bring: each patch with its name, whether it applies, its tags and what lint says.
import { html } from "hono/html";
import { readablePath } from "#model/bytes";
import { showName } from "#model/queue";
import type { AddPreview } from "#app";
import type { Html } from "../../page.ts";
import { outcomeBadge, outcomeReasons } from "./outcome.ts";

const NOT_TAKEN = new Set(["suggested", "mismatch", "refused", "objection", "lost"]);

/** The patches in their order. */
export function addedPatches({ branch, patches, outcomes, linted }: AddPreview): Html {
  const byName = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const findings = Map.groupBy(linted.findings, ({ patch }) => readablePath(patch));
  return html`<h3>${patches.length === 1 ? "1 patch" : `${patches.length} patches`} in ${branch}</h3>
    <ol class="plain-list outcomes">
      ${patches.map(({ name, title, author, tags, origin }) => {
        const outcome = byName.get(name);
        const found = findings.get(readablePath(name)) ?? [];
        return html`<li>
          <p><strong>${title}</strong> ${outcome === undefined ? "" : outcomeBadge(outcome)}</p>
          <p class="soft"><span class="mono">${showName(name)}</span> by ${author}</p>
          ${origin.kind === "mail" && origin.composed !== undefined ? html`<p>${origin.composed.reason}</p>` : ""}
          ${outcome === undefined ? "" : outcomeReasons(outcome)}
          ${
            tags.length + found.length === 0
              ? ""
              : html`<ul class="reasons">
                  ${tags.map(({ tag, verdict, reason }) =>
                    NOT_TAKEN.has(verdict)
                      ? html`<li class="wrong">not taken: ${tag} (${reason ?? verdict})</li>`
                      : html`<li>${tag}</li>`,
                  )}
                  ${found.map(
                    ({ level, message, lint }) =>
                      html`<li>
                        <span class="badge ${LEVEL[level]}">${level}</span> ${message} <span class="soft">${lint}</span>
                      </li>`,
                  )}
                </ul>`
          }
        </li>`;
      })}
    </ol>`;
}

const LEVEL: Readonly<Record<AddPreview["linted"]["findings"][number]["level"], string>> = {
  error: "bad",
  warn: "warn",
  note: "",
};
