// Where a patch is, in a badge and a link: how pages of mails say what became of a mail.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { STANDARD_REASONS } from "#model/answers";
import type { BroughtPatch, KnownPatch } from "#app";
import type { Html } from "../page.ts";
import { branchHref, patchHref } from "./patch-link.ts";

/** What became of a patch mail; nothing at all where the tree never had it. */
export function broughtState(brought: readonly BroughtPatch[]): Html {
  return html`${brought.map(({ known, isLast }) => patchState(known, isLast))}`;
}

/** Where that patch is; `isLast` is false for a version that a later one took the place of. */
export function patchState({ row, queued }: KnownPatch, isLast = true): Html {
  const name = html`<a class="mono" href="${patchHref(row.name)}">${visibleText(row.name)}</a>`;
  const { gone } = row;
  if (gone !== null) {
    const why = STANDARD_REASONS.get(gone.reason) ?? "";
    return html`<span class="badge" title="${why}">${visibleText(gone.reason)}</span> ${name}`;
  }
  const later = isLast
    ? ""
    : html`<span class="badge warn"
        >${row.revision === null ? "" : `${visibleText(row.revision)} `}took its place</span
      > `;
  const held = row.hold === null ? "" : html`<span class="badge warn">held</span> `;
  const off = queued?.kind === "disabled" ? html`<span class="badge warn">disabled</span> ` : "";
  return html`${later}${held}${off}<span class="badge good">in</span>
    <a href="${branchHref(row.branch)}">${visibleText(row.branch)}</a> as ${name}`;
}
