// `/posting/MESSAGE-ID/`: one version of a series: what of it is in the tree, which tags were given and taken, its other revisions, how
// to get it, and the discussion.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { Message } from "#model/mail";
import type { Posting } from "#model/postings";
import { printRevision, threadEntries } from "#model/postings";
import type { PostingWithRevisions, TreeView } from "#app";
import { mailThread, patchesByMail, postingWithRevisions } from "#app";
import type { Answer, Asked, Html, Page, PageAnswer } from "../page.ts";
import { postingActions } from "../parts/actions.ts";
import { parseMailAddress } from "../parts/mail-address.ts";
import { mailArticle, personLink } from "../parts/mail-article.ts";
import { mailDay } from "../parts/mail-day.ts";
import { noIndex } from "../parts/no-index.ts";
import { pageLinks, pageNumber } from "../parts/page-links.ts";
import { mailHref, postingHref } from "../parts/patch-link.ts";
import { patchState } from "../parts/patch-state.ts";
import { lostTags, postingPatches } from "../parts/posting-patches.ts";
import { shellWord } from "../parts/shell-word.ts";
import { MAX_IN_THREAD, threadStyle } from "../parts/thread-style.ts";

export const postingPage: Page = {
  path: "/posting/*",
  uses: "mail",
  answer: async (asked) => {
    const address = parseMailAddress(asked.url.pathname, "/posting/");
    if (address === null) return { kind: "missing", wanted: "" };
    const { messageId, part } = address;
    if (part.kind !== "page" && part.kind !== "unfinished") return { kind: "missing", wanted: messageId };
    const found = await postingWithRevisions(asked.view, messageId);
    if (found === "no index") return { ...page("No mails", noIndex()), status: 404 };
    if (found === null) return await mailOf(asked, messageId);
    const { id } = found.posting;
    // One posting, one address: that of its root.
    if (id !== null && (id !== messageId || part.kind === "unfinished")) return { kind: "moved", to: postingHref(id) };
    return shownPosting(asked, found);
  },
};

/** A mail that belongs to no posting has a page of its own. */
async function mailOf({ view }: Asked, messageId: string): Promise<Answer> {
  const found = await mailThread(view, messageId);
  if (found === null || found === "no index") return { kind: "missing", wanted: messageId };
  return { kind: "moved", to: mailHref(messageId) };
}

function page(title: string, body: Html): PageAnswer {
  return { kind: "page", title: visibleText(title), place: "mail", body };
}

function shownPosting(asked: Asked, { posting, chain, shown }: PostingWithRevisions): PageAnswer {
  const { view, world, url } = asked;
  const now = world.now();
  const id = posting.id ?? "";
  const entries = threadEntries(messagesOf(posting), view.tree.config.mail.preferLists);
  const number = pageNumber(url, entries.length, MAX_IN_THREAD);
  const first = (number - 1) * MAX_IN_THREAD;
  const pages = pageLinks(postingHref(id), number, entries.length, MAX_IN_THREAD);
  const body = html`<h1>${visibleText(shown.subject)}</h1>
    <p class="facts">
      <span class="badge thread">${shown.revision}</span> ${shown.rfc ? html`<span class="badge">RFC</span>` : ""}
      ${shown.resend ? html`<span class="badge">resent</span>` : ""} ${personLink(posting.sender ?? undefined)}
      ${mailDay(posting.date?.time ?? null, now)}
      <span
        >${shown.seen === shown.total ? "" : `${shown.seen} of `}${shown.total}
        ${shown.total === 1 ? "patch" : "patches"}</span
      >
      <span>${shown.replies} ${shown.replies === 1 ? "reply" : "replies"}</span>
    </p>
    ${postingActions(asked.person, id, queuedOf(view, posting, chain.postings))}
    ${otherRevisions(view, posting, chain.postings)}
    <div class="columns">
      <div>
        <section aria-labelledby="patches">
          <h2 id="patches" class="first">Patches</h2>
          ${postingPatches(view, shown)} ${lostTags(shown.lost, "Tags of patches that are gone")}
        </section>
        <section aria-labelledby="discussion">
          <h2 id="discussion">Discussion</h2>
          ${pages}
          <div class="thread-mails">
            ${entries
              .slice(first, first + MAX_IN_THREAD)
              .map((entry) => mailArticle(entry, now, threadStyle(view, entry.message)))}
          </div>
          ${pages}
        </section>
      </div>
      <aside aria-label="About this posting">
        ${revisions(shown.revisions, id, now)} ${getIt(asked, id)} ${aboutBase(shown)}
      </aside>
    </div>`;
  return { ...page(shown.subject, body), islands: ["copy"] };
}

/** Whether this posting is in the queue, or another version of it. */
function queuedOf(view: TreeView, posting: Posting, all: readonly Posting[]): "no" | "older" | "this" {
  const brought = patchesByMail(view);
  const isQueued = ({ slots }: Posting): boolean =>
    slots.some((slot) =>
      (brought.get(slot?.message.messageId ?? "") ?? []).some(({ known, isLast }) => isLast && known.queued !== null),
    );
  if (isQueued(posting)) return "this";
  return all.some(isQueued) ? "older" : "no";
}

/** What must not be overlooked: a newer revision, or another one in the tree. */
function otherRevisions(view: TreeView, posting: Posting, all: readonly Posting[]): Html {
  const brought = patchesByMail(view);
  const next = all[all.indexOf(posting) + 1];
  const others = all.filter((one) => one !== posting);
  const queued = others.flatMap((one) => {
    const here = one.slots.flatMap((slot) => brought.get(slot?.message.messageId ?? "") ?? []);
    const now = here.filter(({ known, isLast }) => isLast && known.queued !== null);
    return now.length === 0 ? [] : [{ one, now }];
  });
  return html`${
    next === undefined
      ? ""
      : html`<p class="card told">
          <span class="badge warn">newer</span> ${revisionLink(all.at(-1) ?? next)} was posted since.
        </p>`
  }
  ${queued.map(
    ({ one, now }) =>
      html`<p class="card told">
        <span class="badge good">${printRevision(one.revision)}</span> In the tree is ${revisionLink(one)}:
        ${now.slice(0, MAX_TOLD).map(({ known }, index) => html`${index === 0 ? "" : ", "}${patchState(known)}`)}${
          now.length > MAX_TOLD ? ` and ${now.length - MAX_TOLD} more` : ""
        }.
      </p>`,
  )}`;
}

/** Patches of another revision that are named. */
const MAX_TOLD = 3;

function revisionLink({ id, revision }: Posting): Html {
  const name = printRevision(revision);
  return id === null ? html`${name}` : html`<a href="${postingHref(id)}">${name}</a>`;
}

function messagesOf({ cover, slots, extras, replies }: Posting): Message[] {
  return [
    ...(cover === null ? [] : [cover.message]),
    ...slots.flatMap((slot) => (slot === null ? [] : [slot.message])),
    ...extras.map(({ patch }) => patch.message),
    ...replies.map(({ message }) => message),
  ];
}

function revisions(all: PostingWithRevisions["shown"]["revisions"], here: string, now: Date): Html {
  return html`<section aria-labelledby="revisions">
    <h2 id="revisions" class="first">Revisions</h2>
    <ol class="plain-list revisions">
      ${all
        .toReversed()
        .map(
          ({ id, revision, rfc, time, link }) =>
            html`<li>
              ${
                id === null || id === here
                  ? html`<strong aria-current="${id === here}">${revision}</strong>`
                  : html`<a href="${postingHref(id)}">${revision}</a>`
              }
              ${rfc ? html`<span class="badge">RFC</span>` : ""}
              ${mailDay(time === null ? null : Date.parse(time), now)}
              ${link === null || link.confidence === "certain" ? "" : html`<span class="soft" title="${link.reasons.join(", ")}">${link.confidence}</span>`}
            </li>`,
        )}
    </ol>
  </section>`;
}

/** Commands to copy; a Message-ID is foreign and stays one word of a shell. */
function getIt({ site }: Asked, id: string): Html {
  const mailbox = `${mailHref(id)}t.mbox.gz`;
  const commands = [
    ["b4", `b4 am ${shellWord(id)}`],
    ["longarm", `longarm mail am ${shellWord(id)}`],
    ["mbox", `curl -sS ${shellWord(`${site}${mailbox}`)} | gunzip > thread.mbox`],
  ] as const;
  return html`<section aria-labelledby="get-it">
    <h2 id="get-it">Get it</h2>
    <ul class="plain-list commands">
      ${commands.map(
        ([name, command]) =>
          html`<li>
            <code id="get-${name}" tabindex="0">${command}</code>
            <button type="button" data-copy="get-${name}" hidden>Copy</button>
          </li>`,
      )}
    </ul>
    <p><a href="${mailbox}">Thread as mbox</a></p>
  </section>`;
}

function aboutBase({ base, basedOn, dependsOn, changeId }: PostingWithRevisions["shown"]): Html | "" {
  if (base === null && basedOn === null && dependsOn.length === 0 && changeId === null) return "";
  return html`<section aria-labelledby="base">
    <h2 id="base">What it says of itself</h2>
    <dl class="mail-head">
      ${
        base === null
          ? ""
          : html`<dt>Base</dt>
              <dd><code>${visibleText(base)}</code></dd>`
      }
      ${
        basedOn === null
          ? ""
          : html`<dt>Based on</dt>
              <dd>${visibleText(basedOn)}</dd>`
      }
      ${
        changeId === null
          ? ""
          : html`<dt>Change-id</dt>
              <dd><code>${visibleText(changeId)}</code></dd>`
      }
      ${
        dependsOn.length === 0
          ? ""
          : html`<dt>Needs</dt>
              <dd>${dependsOn.length} other ${dependsOn.length === 1 ? "posting" : "postings"}</dd>`
      }
    </dl>
  </section>`;
}
