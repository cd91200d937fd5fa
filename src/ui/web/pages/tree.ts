// `/`: the tree at a glance: its branches side by side, how the queue grew, what changed today, what is published next.
import { html } from "hono/html";
import { queueSizes } from "#model/answers";
import type { QueueSize } from "#model/answers";
import { visibleText } from "#model/bytes";
import { operationsOf } from "#model/ledger";
import type { Operation } from "#model/ledger";
import { treeHealth } from "#app";
import type { BranchHealth, TreeView } from "#app";
import type { Asked, Html, Page } from "../page.ts";
import { branchFacts, branchMarks } from "../parts/branch-facts.ts";
import { moment } from "../parts/moment.ts";
import { operationList } from "../parts/operation-list.ts";
import { branchHref } from "../parts/patch-link.ts";
import { publishCard } from "../parts/publish-card.ts";
import { sizePlot } from "../parts/size-plot.ts";

const DAY = 86_400_000;
/** Operations of a day that are shown, and of the days before where there was none. */
const [MAX_TODAY, MAX_LATELY] = [30, 8];
/** Points of the plot. */
const MAX_SIZES = 160;

export const treePage: Page = {
  path: "/",
  uses: "tree",
  answer: (asked) => {
    const { view, world } = asked;
    const health = treeHealth(view);
    const count = health.branches.reduce((sum, { rows }) => sum + rows.length, 0);
    return {
      kind: "page",
      title: "Tree",
      place: "tree",
      feeds: [{ title: "Everything that happens", href: "/feed.atom" }],
      islands: ["sizes"],
      body: html`<h1>Branches</h1>
        ${branchList(health.branches, asked)}
        <div class="columns">
          <div>
            <section aria-labelledby="growth">
              <h2 id="growth">Size of the queue <span class="soft">${count.toLocaleString("en")}</span></h2>
              ${sizePlot(
                sizesUntilNow(view, health.branches, world.now()),
                health.branches.map(({ name }) => name),
              )}
            </section>
            ${today(view, world.now())}
          </div>
          <aside>${publishCard(health, world.now())} ${source(view, world.now())}</aside>
        </div>`,
    };
  },
};

/** Those with something in them as cards; an empty one is a line, unless all are. */
function branchList(all: readonly BranchHealth[], asked: Asked): Html {
  const [empty, full] = [all.filter(isEmpty), all.filter((branch) => !isEmpty(branch))];
  const list = html`<ul class="branches plain-list">
    ${(full.length === 0 ? empty : full).map((branch) => card(branch, asked))}
  </ul>`;
  if (full.length === 0 || empty.length === 0) return list;
  return html`${list}
    <section class="empty-branches" aria-labelledby="empty">
      <h2 id="empty">Empty</h2>
      <ul class="plain-list">
        ${empty.map(
          (branch) => html`<li><a href="${branchHref(branch.name)}">${branch.name}</a> ${remarkable(branch)}</li>`,
        )}
      </ul>
    </section>`;
}

/** Nothing is in it, and nothing is wrong with it. */
function isEmpty({ rows, parts, conflicts }: BranchHealth): boolean {
  return rows.length === 0 && parts === null && conflicts === 0;
}

/** Marks of one that something is still to be done with; that it is empty was said. */
function remarkable(branch: BranchHealth): Html | "" {
  const { stale, built, published } = branch;
  const isBehind = built !== null && published !== null && published !== built.commit;
  return stale || isBehind ? html`${branchMarks(branch)}` : "";
}

function card(branch: BranchHealth, { view, world }: Asked): Html {
  const { name, rows, parts } = branch;
  return html`<li class="card">
    <h2>
      <a href="${branchHref(name)}">${name}</a>
      ${parts === null ? html`<span class="count">${rows.length.toLocaleString("en")}</span>` : ""}
    </h2>
    <p class="marks">${branchMarks(branch)}</p>
    ${branchFacts(branch, view, world.now())}
  </li>`;
}

/** The sizes that the ledger knows, and the one that is seen: a series that was edited by hand has others. */
function sizesUntilNow({ events }: TreeView, branches: readonly BranchHealth[], now: Date): QueueSize[] {
  const sizes = queueSizes(events, MAX_SIZES);
  const counts = new Map(branches.map(({ name, rows }) => [name, rows.length]));
  if (sizes.length === 0 && [...counts.values()].every((count) => count === 0)) return [];
  const at = now.toISOString().replace(/\.\d+Z$/, "Z");
  return [...sizes.filter((size) => size.at < at), { at, counts }];
}

function today({ events }: TreeView, now: Date): Html {
  const all = operationsOf(events).toReversed();
  const day = all.filter(({ at }) => Date.parse(at) > now.getTime() - DAY);
  const shown = day.length > 0 ? day.slice(0, MAX_TODAY) : all.slice(0, MAX_LATELY);
  return html`<section aria-labelledby="today">
    <h2 id="today">${day.length > 0 ? "Today" : "Lately"}</h2>
    ${day.length > 0 ? html`<p class="soft">${summaryOf(day)}</p>` : ""} ${operationList(shown, now)}
    <p><a href="/log">Everything that happened</a></p>
  </section>`;
}

/** Words for what is counted of a day, in the order in which they are said. */
const COUNTED = ["queued", "updated", "promoted", "moved", "dropped", "held", "landed", "built", "published"] as const;

function summaryOf(operations: readonly Operation[]): string {
  const events = operations.flatMap((one) => (one.undoneBy === null ? one.events : []));
  const parts = COUNTED.flatMap((kind) => {
    const count = events.filter((event) => event.kind === kind).length;
    if (count === 0) return [];
    if (kind === "built" || kind === "published") return [`${kind} ${count === 1 ? "once" : `${count} times`}`];
    return [`${count} ${kind}`];
  });
  return parts.length === 0 ? `${operations.length} operations` : parts.join(", ");
}

function source({ tree, events }: TreeView, now: Date): Html {
  const { source: from, maintainer } = tree.config;
  const rebased = events.findLast(({ kind }) => kind === "rebased" || kind === "created");
  return html`<section class="card" aria-labelledby="source">
    <h2 id="source">Base</h2>
    <p>
      <code>${from.base.slice(0, 12)}</code>
      ${rebased === undefined ? "" : html`set ${moment(rebased.at, now)}`}
    </p>
    <p class="soft">Kept by ${visibleText(maintainer)}</p>
    <p><a href="/clone">How to get it</a></p>
  </section>`;
}
