// What a patch says of itself: its log as text with links, and its trailers, each with the mail that is its evidence.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { ShownPatch, TreeView } from "#app";
import type { Html } from "../page.ts";
import { linkedText } from "../parts/linked-text.ts";
import { mailHref, patchHref, searchHref } from "../parts/patch-link.ts";
import { verdictWords } from "../parts/verdict-words.ts";

/** The log without the trailers at its end. */
export function descriptionHtml({ description, trailers }: ShownPatch): Html {
  const text = withoutTrailers(description, trailers.length > 0);
  if (text === "") return html`<p class="soft">It has no description.</p>`;
  return html`<div class="log">${withMessageIds(text)}</div>`;
}

const TRAILER = /^(?:[A-Za-z][A-Za-z-]*:\s|\s+\S|\[.*\]$|\(cherry picked from )/;

/** The last paragraph goes when every line of it looks like a trailer. */
function withoutTrailers(description: string, hasTrailers: boolean): string {
  const text = description.trimEnd();
  if (!hasTrailers) return text;
  const at = text.lastIndexOf("\n\n");
  const last = text.slice(at < 0 ? 0 : at + 2);
  return last.split("\n").every((line) => TRAILER.test(line)) ? text.slice(0, Math.max(at, 0)).trimEnd() : text;
}

/**
 * `<…@…>`; a Message-ID where the part before the `@` has a run of digits: mail programs make them so, and people do not choose such
 * addresses. Digits are looked for apart: one expression for both looks at a long word from each of its places.
 */
const IN_BRACKETS = /<(([^\s<>@]+)@[^\s<>@]+)>/g;
const DIGITS = /\d{4}/;

function withMessageIds(text: string): Html {
  const pieces: Html[] = [];
  let from = 0;
  for (const { 0: whole, 1: id = "", 2: local = "", index } of text.matchAll(IN_BRACKETS)) {
    if (!DIGITS.test(local)) continue;
    pieces.push(linkedText(text.slice(from, index)), html`<a href="${mailHref(id)}">${visibleText(whole)}</a>`);
    from = index + whole.length;
  }
  return html`${[...pieces, linkedText(text.slice(from))]}`;
}

/** The trailers of the patch file, then tags that were given and not taken. */
export async function trailersHtml(view: TreeView, patch: ShownPatch): Promise<Html> {
  const evidence = new Map(patch.tags.map((tag) => [tag.tag.toLowerCase(), tag]));
  const rows: Html[] = [];
  const copies = patch.trailers.filter(({ key }) => /^cc$/i.test(key));
  for (const { key, value } of patch.trailers) {
    if (copies.length > MAX_COPIES && /^cc$/i.test(key)) continue;
    const tag = evidence.get(`${key}: ${value}`.toLowerCase());
    const mail = tag === undefined || tag.messageId === "" ? "" : evidenceLink(tag.messageId);
    rows.push(
      html`<li><span class="key">${visibleText(key)}:</span> ${await valueHtml(view, key, value)} ${mail}</li>`,
    );
  }
  const untaken = patch.tags.filter(({ taken }) => !taken);
  return html`${
    rows.length === 0
      ? ""
      : html`<h2>Trailers</h2>
          <ul class="trailers plain-list">
            ${rows}
          </ul>`
  }
  ${
    untaken.length + patch.lost.length === 0
      ? ""
      : html`<h2>Tags that it does not have</h2>
          <ul class="trailers plain-list">
            ${untaken.map(
              ({ tag, reason, verdict, messageId }) =>
                html`<li>
                  ${visibleText(tag)}
                  <span class="badge warn">${visibleText(reason ?? verdictWords(verdict))}</span>
                  ${messageId === "" ? "" : evidenceLink(messageId)}
                </li>`,
            )}
            ${patch.lost.map(
              ({ tag, at }) =>
                html`<li>
                  ${visibleText(tag)} <span class="badge warn">lost with the update of ${at.slice(0, 10)}</span>
                </li>`,
            )}
          </ul>`
  }`;
}

/** More `Cc:` than these are folded. */
const MAX_COPIES = 3;

function evidenceLink(messageId: string): Html {
  return html`<a class="evidence" href="${mailHref(messageId)}" aria-label="the mail that gave it">mail</a>`;
}

/** `Fixes:` names a commit, `Link:` often a mail on lore.kernel.org that this site may have too. */
async function valueHtml(view: TreeView, key: string, value: string): Promise<Html> {
  const [, commit] = /^([0-9a-f]{7,64})\b/i.exec(value) ?? [];
  if (/^fixes$/i.test(key) && commit !== undefined) {
    const ours = await patchOfCommit(view, commit.toLowerCase());
    const href = ours === null ? searchHref(commit) : patchHref(ours);
    return html`<a href="${href}"><code>${commit}</code></a
      >${visibleText(value.slice(commit.length))}`;
  }
  const [, messageId] =
    /^https?:\/\/(?:lore\.kernel\.org\/[\w.-]+|lkml\.kernel\.org\/r|patch\.msgid\.link)\/([^\s/]+@[^\s/]+)/.exec(
      value,
    ) ?? [];
  const here =
    messageId === undefined ? "" : html` <a class="evidence" href="${mailHref(decoded(messageId))}">mail</a>`;
  return html`${linkedText(value)}${here}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function patchOfCommit(view: TreeView, commit: string): Promise<string | null> {
  for (const [name, id] of (await view.commits()).now) if (id.startsWith(commit)) return name;
  return null;
}
