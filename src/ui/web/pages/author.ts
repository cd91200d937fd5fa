// `/author/ADDRESS`: the patches that might be from you, what of them waits, what left and why, the tags that you gave, and how to be
// told of news. Whoever never had a patch here has a page, too: mails link to it.
import { html } from "hono/html";
import { givenTags } from "#model/answers";
import type { GivenTag } from "#model/answers";
import { visibleText } from "#model/bytes";
import { postingTitles, treeHealth } from "#app";
import type { TreeView } from "#app";
import type { Html, Page } from "../page.ts";
import { moment } from "../parts/moment.ts";
import {
  authorHref,
  branchHref,
  mailHref,
  patchHref,
  postingHref,
  queueHref,
  searchHref,
} from "../parts/patch-link.ts";
import { newerPostings } from "../parts/newer-postings.ts";
import type { NewerPosting } from "../parts/newer-postings.ts";
import { patchList } from "../parts/patch-list.ts";
import type { Author } from "../parts/people.ts";
import { authorsOf, namesakes } from "../parts/people.ts";
import { verdictWords } from "../parts/verdict-words.ts";
import { waitingIn } from "../parts/waits-for.ts";

/** Milliseconds that a request waits for newer revisions. */
const PATIENCE = 30;
/** Patches that left, and tags, that are shown; the rest is a filter away. */
const [MAX_GONE, MAX_TAGS] = [30, 200];

export const authorPage: Page = {
  path: "/author/:address{.+}",
  uses: "mail",
  answer: async ({ view, world, params }) => {
    const address = (params["address"] ?? "").trim().toLowerCase();
    const found = authorsOf(view).get(address);
    if (found === undefined && !/^[^\s\p{Cc}@]+@[^\s\p{Cc}@]+$/u.test(address))
      return { kind: "missing", wanted: params["address"] ?? "" };
    const tags = tagsOf(view, address);
    const author = found ?? { address, name: address, queued: [], gone: [] };
    const others = namesakes(view, author);
    const newer = await newerPostings(
      view,
      author.queued.flatMap(({ row }) => view.byName.get(row.name) ?? []),
      PATIENCE,
    );
    return {
      kind: "page",
      ...(newer.isLate ? { passing: true } : {}),
      title: visibleText(author.name),
      place: "queue",
      feeds: [{ title: `What happens to patches by ${author.name}`, href: feedHref(address) }],
      body: html`<h1>${visibleText(author.name)}</h1>
        <p class="soft">${visibleText(address)} · <a href="${searchHref(`f:${address}`)}">Their mails</a></p>
        <div class="columns">
          <div>${inTree(view, author, others, world.now())} ${gone(view, author, world.now())} ${given(tags)}</div>
          <aside>${waiting(view, author, newer, world.now())} ${subscriptions(view, address)}</aside>
        </div>`,
    };
  },
};

function inTree(view: TreeView, { queued }: Author, others: readonly Author[], now: Date): Html {
  const branches = [...Map.groupBy(queued, ({ row }) => row.branch)];
  const more = others.filter((one) => one.queued.length > 0);
  return html`<section aria-labelledby="in-tree">
    <h2 id="in-tree">
      Patches currently in the tree which might be from you <span class="soft">${queued.length}</span>
    </h2>
    ${queued.length === 0 ? html`<p>None is in the queue.</p>` : ""}
    <div class="patches narrow">
      ${branches.map(
        ([branch, rows]) =>
          html`<h3 class="branch"><a href="${branchHref(branch)}">${branch}</a></h3>
            ${patchList(rows, postingTitles(view), now.getTime())}`,
      )}
    </div>
    ${
      more.length === 0
        ? ""
        : html`<p>
            Under the same name:
            ${more.map(
              (one, index) =>
                html`${index === 0 ? "" : ", "}<a href="${authorHref(one.address)}">${visibleText(one.address)}</a>
                  (${one.queued.length})`,
            )}
          </p>`
    }
  </section>`;
}

function gone(view: TreeView, { address, gone: rows }: Author, now: Date): Html {
  if (rows.length === 0) return html``;
  return html`<section class="gone" aria-labelledby="left">
    <h2 id="left">Left lately <span class="soft">${rows.length}</span></h2>
    <div class="patches narrow">${patchList(rows.slice(0, MAX_GONE), postingTitles(view), now.getTime())}</div>
    ${
      rows.length > MAX_GONE
        ? html`<p><a href="${queueHref(`author:${address} state:gone`)}">All ${rows.length} that left</a></p>`
        : ""
    }
  </section>`;
}

const lives = new WeakMap<TreeView, ReadonlyMap<string, readonly GivenTag[]>>();

/** Tags with that address in them, newest first; all of a view's are sorted by address once. */
function tagsOf(view: TreeView, address: string): readonly GivenTag[] {
  const found = lives.get(view) ?? tagsByAddress(view);
  lives.set(view, found);
  return found.get(address) ?? [];
}

function tagsByAddress({ patches }: TreeView): ReadonlyMap<string, readonly GivenTag[]> {
  const all = givenTags(
    patches.map(({ life }) => life),
    "@",
    new Map(),
  );
  return Map.groupBy(
    all.toSorted((a, b) => ((a.at ?? "") < (b.at ?? "") ? 1 : (a.at ?? "") > (b.at ?? "") ? -1 : 0)),
    ({ tag }) => (/<([^<>]+)>/.exec(tag)?.[1] ?? /\S+@\S+/.exec(tag)?.[0] ?? "").toLowerCase(),
  );
}

function given(tags: readonly GivenTag[]): Html {
  if (tags.length === 0) return html``;
  return html`<section aria-labelledby="tags">
    <h2 id="tags">Tags you gave <span class="soft">${tags.length}</span></h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Tags you gave">
      <table>
        <thead>
          <tr>
            <th scope="col">Tag</th>
            <th scope="col">Patch</th>
            <th scope="col">What became of it</th>
          </tr>
        </thead>
        <tbody>
          ${tags.slice(0, MAX_TAGS).map(
            ({ tag, patch, fate, why, messageId }) =>
              html`<tr>
                <th scope="row">
                  ${
                    messageId === ""
                      ? visibleText(tag.replace(/:.*$/s, ""))
                      : html`<a href="${mailHref(messageId)}">${visibleText(tag.replace(/:.*$/s, ""))}</a>`
                  }
                </th>
                <td><a href="${patchHref(patch)}">${visibleText(patch)}</a></td>
                <td>${fate}${fate === "taken" ? "" : `: ${visibleText(verdictWords(why))}`}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${tags.length > MAX_TAGS ? html`<p class="soft">The newest ${MAX_TAGS} are shown.</p>` : ""}
  </section>`;
}

type Newer = Awaited<ReturnType<typeof newerPostings>>;

function waiting(view: TreeView, { address, queued }: Author, { found, isLate }: Newer, now: Date): Html {
  const rows = queued.map(({ row }) => row);
  const waits = waitingIn(rows, treeHealth(view));
  return html`<section class="card" aria-labelledby="waits">
    <h2 id="waits">What waits</h2>
    ${
      waits.length + found.length === 0
        ? isLate
          ? ""
          : html`<p class="soft">Nothing: no newer revision was posted, nothing is held, rejected or noted.</p>`
        : html`<ul class="waits">
            ${found.map((one) => newerHtml(one, now))}
            ${waits.map(({ patch, what }) => html`<li><a href="${patchHref(patch)}">${visibleText(patch)}</a> ${visibleText(what)}</li>`)}
          </ul>`
    }
    ${
      isLate
        ? html`<p class="soft" role="status">
            Newer revisions are being looked for; <a href="${authorHref(address)}">ask again</a>.
          </p>`
        : ""
    }
  </section>`;
}

function newerHtml({ patch, queued, newer: { revision, messageId, at } }: NewerPosting, now: Date): Html {
  return html`<li>
    <a href="${patchHref(patch)}">${visibleText(patch)}</a> is queued as ${visibleText(queued)};
    <a href="${postingHref(messageId)}">${visibleText(revision)}</a> was
    posted${at === null ? "" : html` ${moment(at, now)}`}
  </li>`;
}

function subscriptions({ tree }: TreeView, address: string): Html {
  const { notices } = tree.config;
  return html`<section class="card" aria-labelledby="news">
    <h2 id="news">News</h2>
    <p><a href="${feedHref(address)}">Atom feed of your patches</a></p>
    ${
      notices === null
        ? html`<p class="soft">This tree sends no notices by mail.</p>`
        : html`<p class="soft">
            Notices go by mail to the author of a patch and to everybody whom its trailers
            name${notices.list === "" ? "" : html`, and to <span class="mono">${visibleText(notices.list)}</span>`}.
          </p>`
    }
  </section>`;
}

function feedHref(address: string): string {
  return `/feed.atom?author=${encodeURIComponent(address)}`;
}
