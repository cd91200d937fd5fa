// A branch in a few facts: what is out of the ordinary as marks, how it is made as a list. The same on its card and on its page.
import { html } from "hono/html";
import type { BranchHealth, TreeView } from "#app";
import type { Html } from "../page.ts";
import { moment } from "./moment.ts";
import { branchHref } from "./patch-link.ts";
import { filteredHref } from "./filter-query.ts";

/** What somebody should look at; nothing where all is well. */
export function branchMarks(branch: BranchHealth): Html[] {
  const { rejected, changed, stale, built, held, disabled, failed, conflicts, published } = branch;
  const path = branchHref(branch.name);
  const some = (count: number, kind: string, href: string, what: string): Html[] =>
    count === 0 ? [] : [html`<a class="badge ${kind}" href="${href}">${count} ${what}</a> `];
  const state = (text: string, kind: string): Html[] => [html`<span class="badge ${kind}">${text}</span> `];
  const isEmpty = branch.rows.length === 0 && branch.parts === null;
  return [
    ...some(rejected.length, "bad", "/conflicts", "rejected"),
    ...some(conflicts, "bad", "/conflicts", conflicts === 1 ? "conflict" : "conflicts"),
    ...some(failed, "bad", filteredHref(path, ["state:failed"]), "with failed checks"),
    ...some(held, "warn", filteredHref(path, ["state:held"]), "held"),
    ...some(disabled, "warn", filteredHref(path, ["state:disabled"]), "disabled"),
    ...(changed.length > 0
      ? state(`${changed.length} changed since the build`, "warn")
      : stale
        ? state("changed since the build", "warn")
        : []),
    ...(built === null ? (isEmpty ? state("empty", "") : state("not built", "warn")) : []),
    ...(built !== null && published !== null
      ? published === built.commit
        ? state("published", "good")
        : state("newer than what is published", "thread")
      : []),
    ...(built !== null && !stale && rejected.length + conflicts + failed === 0 ? state("built", "good") : []),
  ];
}

/** How it is made: where it starts, what feeds it, its commit, whether it may change. */
export function branchFacts(branch: BranchHealth, view: TreeView, now: Date): Html {
  const { start, from, rebase, built, published, oldest, median, parts } = branch;
  const { base } = view.tree.config.source;
  const link = (name: string): Html => html`<a href="${branchHref(name)}">${name}</a>`;
  const isOurs = new Set(view.tree.config.branches.map(({ name }) => name as string));
  const into = view.tree.config.branches.filter((one) => one.from === branch.name).map(({ name }) => link(name));
  return html`<dl class="facts">
    ${
      oldest === null || median === null
        ? ""
        : html`<div>
            <dt>Age</dt>
            <dd>oldest ${moment(oldest, now)}, half of it before ${moment(median, now)}</dd>
          </div>`
    }
    <div>
      <dt>Starts at</dt>
      <dd>${start === null ? html`base <code>${base.slice(0, 12)}</code>` : link(start)}</dd>
    </div>
    ${
      parts === null
        ? ""
        : html`<div>
            <dt>Merged from</dt>
            <dd>
              ${parts.map((name, index) => html`${index === 0 ? "" : ", "}${isOurs.has(name) ? link(name) : name}`)}
            </dd>
          </div>`
    }
    ${
      from === null
        ? ""
        : html`<div>
            <dt>Fed by</dt>
            <dd>${link(from)}</dd>
          </div>`
    }
    ${
      into.length === 0
        ? ""
        : html`<div>
            <dt>Feeds</dt>
            <dd>${into.map((one, index) => html`${index === 0 ? "" : ", "}${one}`)}</dd>
          </div>`
    }
    <div>
      <dt>Built</dt>
      <dd>${built === null ? "not yet" : html`<code>${built.commit.slice(0, 12)}</code> ${moment(built.at, now)}`}</dd>
    </div>
    ${
      published === null || published === built?.commit
        ? ""
        : html`<div>
            <dt>Published</dt>
            <dd><code>${published.slice(0, 12)}</code></dd>
          </div>`
    }
    ${
      rebase
        ? ""
        : html`<div>
            <dt>Promise</dt>
            <dd>never rewritten once it is public</dd>
          </div>`
    }
  </dl>`;
}
