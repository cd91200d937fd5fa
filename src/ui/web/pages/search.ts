// `/search?q=`: patches, files, commits and mails for one line of text, in the query languages of the command line.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { FoundInTree, KnownPatch, Listed } from "#app";
import { searchTree } from "#app";
import type { Html, Page } from "../page.ts";
import { authorName } from "../parts/mail-article.ts";
import { mailDay } from "../parts/mail-day.ts";
import { moment } from "../parts/moment.ts";
import { mailHref, patchHref, queueHref, searchHref } from "../parts/patch-link.ts";
import { patchState } from "../parts/patch-state.ts";
import { searchForm } from "../parts/search-form.ts";

/** What is shown of each kind; with `?more=KIND` that one is longer. */
const SHORT = { patches: 15, files: 10, mails: 20 };
const LONG = { patches: 500, files: 500, mails: 200 };
/** Longer lines are cut: they are no question. */
const MAX_QUERY = 1000;

export const searchPage: Page = {
  path: "/search",
  uses: "mail",
  answer: async ({ view, world, url, person }) => {
    const query = (url.searchParams.get("q") ?? "").slice(0, MAX_QUERY).trim();
    const more = url.searchParams.get("more") ?? "";
    const limit = { ...SHORT, ...(more in LONG ? { [more]: LONG[more as keyof typeof LONG] } : {}) };
    const body =
      query === ""
        ? html`<h1>Search</h1>
            ${searchForm("")} ${languages(true)}`
        : html`<h1>Search</h1>
            ${searchForm(query)}
            ${results(await searchTree(world, view, query, limit, person?.maintains === true), query, world.now())}`;
    return { kind: "page", title: query === "" ? "Search" : `${visibleText(query)} · search`, place: null, body };
  },
};

function results(found: FoundInTree, query: string, now: Date): Html {
  const { named, mail, patches, files, mails, problems } = found;
  const counts = [patches?.total ?? 0, files?.total ?? 0, mails === null || mails === "no index" ? 0 : mails.total];
  const isNothing = named === null && mail === null && counts.every((count) => count === 0);
  return html`${
    problems.length === 0
      ? ""
      : html`<ul class="card told" aria-label="What was not understood">
          ${problems.map((problem) => html`<li>${visibleText(problem)}</li>`)}
        </ul>`
  }
  ${
    named === null
      ? ""
      : html`<section class="card told" aria-label="Found by its ${named.by}">
          ${named.patches.slice(0, SHORT.patches).map((one) => patchLine(one, now))}
        </section>`
  }
  ${
    mail === null
      ? ""
      : html`<p class="card told">
          <span class="badge thread">mail</span> <a href="${mailHref(mail.messageId)}">${visibleText(mail.subject)}</a>
          <span class="soft">${visibleText(authorName(mail.author))}</span>
        </p>`
  }
  ${isNothing ? html`<p>Nothing was found.</p>` : ""}
  ${section("Patches", "patches", patches, query, (one) => patchLine(one, now))}
  ${section(
    "Files",
    "files",
    files,
    query,
    ({ path, patches: count }) =>
      html`<p>
        <a class="mono" href="${queueHref(`file:${path}`)}">${visibleText(path)}</a>
        <span class="soft">${count} ${count === 1 ? "patch" : "patches"}</span>
      </p>`,
  )}
  ${
    mails === "no index"
      ? html`<h2>Mails</h2>
          <p class="soft">This tree has no index of mails.</p>`
      : section(
          "Mails",
          "mails",
          mails,
          query,
          ({ messageId, subject, author, sent }) =>
            html`<p>
              ${mailLink(messageId, subject === "" ? "(no subject)" : subject)}
              <span class="soft">${visibleText(authorName(author))}</span>
              ${mailDay(sent, now)}
            </p>`,
        )
  }
  ${languages(isNothing)}`;
}

function section<T>(
  title: string,
  kind: keyof typeof LONG,
  list: Listed<T> | null,
  query: string,
  line: (one: T) => Html,
): Html | "" {
  if (list === null || list.total === 0) return "";
  const rest = list.total - list.found.length;
  return html`<section aria-labelledby="${kind}">
    <h2 id="${kind}">${title} <span class="soft">${list.total}</span></h2>
    <ol class="plain-list results">
      ${list.found.map((one) => html`<li>${line(one)}</li>`)}
    </ol>
    ${
      rest === 0
        ? ""
        : list.found.length < LONG[kind]
          ? html`<p><a href="${searchHref(query)}&amp;more=${kind}">${rest} more</a></p>`
          : html`<p class="soft">${rest} more; add a word to find less.</p>`
    }
  </section>`;
}

/** A mail without a Message-ID has no address. */
function mailLink(messageId: string, subject: string): Html {
  const shown = visibleText(subject);
  return messageId === "" ? html`${shown}` : html`<a href="${mailHref(messageId)}">${shown}</a>`;
}

function patchLine(one: KnownPatch, now: Date): Html {
  const { row } = one;
  return html`<p>
      <a href="${patchHref(row.name)}">${visibleText(row.title === "" ? row.name : row.title)}</a>
      <span class="soft">${visibleText(authorName(row.author))}</span>
      ${row.since === null ? "" : moment(row.since, now)}
    </p>
    <p class="facts">${patchState(one)}</p>`;
}

/** The words that mean something, folded unless somebody needs them. */
function languages(isOpen: boolean): Html {
  return html`<details class="fold" ${isOpen ? html`open` : ""}>
    <summary>What can be asked</summary>
    <dl class="words">
      <dt><code>aliasing cache</code></dt>
      <dd>patches, files and mails with these words</dd>
      <dt><code>some-name.patch</code>, <code>1a2b3c4d5e6f</code>, <code>ID@host</code></dt>
      <dd>the patch of that name, commit or Message-ID</dd>
      <dt>
        <code>author:ada</code> <code>file:mm/</code> <code>state:held</code> <code>tag:Reviewed-by</code>
        <code>branch:NAME</code> <code>older:7d</code> <code>not:…</code>
      </dt>
      <dd>patches, as <code>longarm list</code> takes it</dd>
      <dt>
        <code>s:subject</code> <code>f:from</code> <code>d:2026-01-01..</code> <code>dfn:path</code>
        <code>"a phrase"</code> <code>OR</code> <code>-not</code>
      </dt>
      <dd>mails, as lore.kernel.org and <code>longarm mail search</code> take it</dd>
    </dl>
  </details>`;
}
