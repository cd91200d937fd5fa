// The patches of a posting, slot by slot: where each is in the tree, which tags it was given, what of them was taken and what not and why.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { PostingWithRevisions, TreeView } from "#app";
import { patchesByMail } from "#app";
import type { Html } from "../page.ts";
import { mailAnchor } from "./mail-article.ts";
import { mailHref } from "./patch-link.ts";
import { broughtState } from "./patch-state.ts";

type Shown = PostingWithRevisions["shown"];
type Slot = Shown["patches"][number];
type Tag = Slot["taken"][number];

/** All slots in order, the missing ones too. */
export function postingPatches(view: TreeView, { patches }: Shown): Html {
  const brought = patchesByMail(view);
  return html`<ol class="slots plain-list">
    ${patches.map((slot) => {
      const here = slot.id === null ? [] : (brought.get(slot.id) ?? []);
      return html`<li>
        <p class="slot-title">
          <span class="soft">${slot.part}/${patches.length}</span>
          ${
            slot.subject === null || slot.id === null
              ? html`<span class="badge warn">missing</span> no archive has this mail`
              : html`<a href="#${mailAnchor(slot.id)}">${visibleText(slot.subject)}</a>`
          }
          ${slot.state === "contested" ? html`<span class="badge warn">posted more than once</span>` : ""}
        </p>
        ${slot.id === null ? "" : html`<p class="facts">${here.length === 0 ? html`<span class="soft">not in the tree</span>` : broughtState(here)}</p>`}
        ${slotTags(slot)}
      </li>`;
    })}
  </ol>`;
}

function slotTags(slot: Slot): Html | "" {
  const { taken, suggestions, refused, objections, lost } = slot;
  if (taken.length + suggestions.length + refused.length + objections.length + lost.length === 0) return "";
  return html`<ul class="tags plain-list">
      ${objections.map(
        ({ kind, text, message, from }) =>
          html`<li>
            <span class="badge bad">${kind === "nak" ? "objection" : "taken back"}</span> ${visibleText(text)}
            ${evidence(message, from)}
          </li>`,
      )}
      ${taken.map((tag) => tagLine(tag, html`<span class="badge good">taken</span>`, null))}
      ${suggestions.map((tag) => tagLine(tag, html`<span class="badge">for a person to judge</span>`, null))}
      ${refused.map((tag) =>
        tagLine(
          tag,
          html`<span class="badge warn">not taken</span>`,
          tag.evidence.find(({ reason }) => reason !== null)?.reason ?? null,
        ),
      )}
    </ul>
    ${lostTags(lost, "Tags that an earlier revision had")}`;
}

function tagLine({ tag, evidence: given, flags }: Tag, badge: Html, reason: string | null): Html {
  const [first] = given;
  return html`<li>
    ${badge} <span class="mono">${visibleText(tag)}</span>
    ${reason === null ? "" : html`<span class="soft">${visibleText(reason)}</span>`}
    ${flags.length === 0 ? "" : html`<span class="badge warn">${flags.some(({ kind }) => kind === "withdrawn") ? "taken back" : "somebody objected later"}</span>`}
    ${first === undefined ? "" : evidence(first.message, first.from, first.revision)}
  </li>`;
}

/** The mail that says so. */
function evidence(message: string | null, from: string | null, revision: string | null = null): Html | "" {
  if (message === null) return "";
  const where = revision === null ? "" : `, to ${revision}`;
  return html`<a class="evidence" href="${mailHref(message)}" title="${visibleText(from ?? "")}${where}"
    >mail${where}</a
  >`;
}

/** Why a tag of an earlier revision does not count any more. */
const LOST: Readonly<Record<Shown["lost"][number]["reason"], string>> = {
  changed: "the change is another one now",
  split: "several patches have the change now",
  gone: "no patch has the change any more",
  "left-out": "its author left it out",
};

/** Tags that are not carried, folded. */
export function lostTags(lost: Shown["lost"], title: string): Html | "" {
  if (lost.length === 0) return "";
  return html`<details class="fold">
    <summary>${title}: ${lost.length}</summary>
    <ul class="tags plain-list">
      ${lost.map(
        ({ tag, revision, message, reason }) =>
          html`<li>
            <span class="badge">${revision}</span> <span class="mono">${visibleText(tag)}</span>
            <span class="soft">${LOST[reason] ?? reason}</span> ${evidence(message, null)}
          </li>`,
      )}
    </ul>
  </details>`;
}
