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
  const isEmpty = branch.rows.length === 0 && branch.parts === null;
  return [
    ...countMark(rejected.length, "bad", "/conflicts", "rejected"),
    ...countMark(conflicts, "bad", "/conflicts", conflicts === 1 ? "conflict" : "conflicts"),
    ...countMark(failed, "bad", filteredHref(path, ["state:failed"]), "with failed checks"),
    ...countMark(held, "warn", filteredHref(path, ["state:held"]), "held"),
    ...countMark(disabled, "warn", filteredHref(path, ["state:disabled"]), "disabled"),
    ...(changed.length > 0
      ? stateMark(`${changed.length} changed since the build`, "warn")
      : stale
        ? stateMark("changed since the build", "warn")
        : []),
    ...(built === null ? (isEmpty ? stateMark("empty", "") : stateMark("not built", "warn")) : []),
    ...(built !== null && published !== null
      ? published === built.commit
        ? stateMark("published", "good")
        : stateMark("newer than what is published", "thread")
      : []),
    ...(built !== null && !stale && rejected.length + conflicts + failed === 0 ? stateMark("built", "good") : []),
  ];
}

function countMark(count: number, kind: string, href: string, what: string): Html[] {
  return count === 0 ? [] : [html`<a class="badge ${kind}" href="${href}">${count} ${what}</a> `];
}

function stateMark(text: string, kind: string): Html[] {
  return [html`<span class="badge ${kind}">${text}</span> `];
}

function branchLink(name: string): Html {
  return html`<a href="${branchHref(name)}">${name}</a>`;
}

/** How it is made: where it starts, what feeds it, its commit, whether it may change. */
export function branchFacts(branch: BranchHealth, view: TreeView, now: Date): Html {
  const { start, from, rebase, built, published, oldest, median, parts } = branch;
  const { base } = view.tree.config.source;
  const isOurs = new Set(view.tree.config.branches.map(({ name }) => name as string));
  const into = view.tree.config.branches.filter((one) => one.from === branch.name).map(({ name }) => branchLink(name));
  return html`<dl class="facts">
    ${
      oldest === null || median === null
        ? ""
        : html`<div>
            <dt>Age</dt>
            <dd>oldest ${moment(oldest, now)}, median ${moment(median, now)}</dd>
          </div>`
    }
    <div>
      <dt>Starts at</dt>
      <dd>${start === null ? html`base <code>${base.slice(0, 12)}</code>` : branchLink(start)}</dd>
    </div>
    ${
      parts === null
        ? ""
        : html`<div>
            <dt>Merged from</dt>
            <dd>
              ${parts.map((name, index) => html`${index === 0 ? "" : ", "}${isOurs.has(name) ? branchLink(name) : name}`)}
            </dd>
          </div>`
    }
    ${
      from === null
        ? ""
        : html`<div>
            <dt>Fed by</dt>
            <dd>${branchLink(from)}</dd>
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
