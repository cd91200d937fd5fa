// `/postings`: what was posted lately, newest first, and what of it is in the tree.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { BroughtPatch, RecentPosting } from "#app";
import { patchesByMail, recentPostings } from "#app";
import type { Html, Page, PageAnswer } from "../page.ts";
import { authorName } from "../parts/mail-article.ts";
import { mailDay } from "../parts/mail-day.ts";
import { noIndex } from "../parts/no-index.ts";
import { authorHref, branchHref, postingHref } from "../parts/patch-link.ts";

/** Postings of one page. */
const MAX_SHOWN = 50;

export const postingsPage: Page = {
  path: "/postings",
  uses: "mail",
  answer: async ({ view, world, url }) => {
    const after = parsePlace(url.searchParams.get("after"));
    const found = await recentPostings(view, after, MAX_SHOWN);
    if (found === null) return page(noIndex());
    const brought = patchesByMail(view);
    const { postings, next } = found;
    return page(
      html`${
          postings.length === 0
            ? html`<p>No patch was posted${after === null ? "" : " before that"}.</p>`
            : html`<ol class="postings plain-list">
                ${postings.map((one) => posting(one, brought, world.now()))}
              </ol>`
        }
        <nav class="pages" aria-label="More postings">
          ${after === null ? "" : html`<a href="/postings">Newest</a>`}
          ${next === null ? "" : html`<a rel="next" href="/postings?after=${next.received}.${next.mail}">Older</a>`}
        </nav>`,
    );
  },
};

function page(body: Html): PageAnswer {
  return {
    kind: "page",
    title: "Postings",
    place: "mail",
    body: html`<h1>Postings</h1>
      ${body}`,
  };
}

/** `RECEIVED.MAIL`, as the link to the next page has it; null for anything else. */
function parsePlace(text: string | null): { readonly received: number; readonly mail: number } | null {
  const [, received, mail] = /^(-?\d{1,15})\.(\d{1,12})$/.exec(text ?? "") ?? [];
  return received === undefined ? null : { received: Number(received), mail: Number(mail) };
}

function posting(
  { root, title, revision, rfc, total, patches, answers }: RecentPosting,
  brought: ReadonlyMap<string, readonly BroughtPatch[]>,
  now: Date,
): Html {
  return html`<li>
    <h2 class="posting-title"><a href="${postingHref(root.messageId)}">${visibleText(title)}</a></h2>
    <p class="facts">
      <span class="badge">${revision}</span> ${rfc ? html`<span class="badge">RFC</span>` : ""}
      <a href="${authorHref(root.address)}">${visibleText(authorName(root.author))}</a>
      ${mailDay(root.sent, now)}
      <span>${countOf(patches.length, total)}</span>
      ${answers === 0 ? "" : html`<span>${answers} ${answers === 1 ? "reply" : "replies"}</span>`}
      ${inTree(patches, brought)}
    </p>
  </li>`;
}

function countOf(here: number, total: number): string {
  const patches = `${total} ${total === 1 ? "patch" : "patches"}`;
  return here === total ? patches : `${here} of ${patches} here`;
}

/** How many of its patches are where. */
function inTree(patches: readonly string[], brought: ReadonlyMap<string, readonly BroughtPatch[]>): Html {
  const places = new Map<string, number>();
  let [left, replaced] = [0, 0];
  for (const { known, isLast } of patches.flatMap((id) => brought.get(id) ?? [])) {
    if (known.row.gone !== null) left += 1;
    else if (!isLast) replaced += 1;
    else places.set(known.row.branch, (places.get(known.row.branch) ?? 0) + 1);
  }
  return html`${[...places].map(
    ([branch, count]) =>
      html`<span class="badge good">${count === patches.length ? "" : `${count} `}in</span>
        <a href="${branchHref(branch)}">${visibleText(branch)}</a>`,
  )}
  ${replaced === 0 ? "" : html`<span class="badge warn">${replaced} replaced by a later version</span>`}
  ${left === 0 ? "" : html`<span class="badge">${left} left</span>`}`;
}
