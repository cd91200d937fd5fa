// `/branch/NAME`: one branch, how it is made and how it is, with its patches in order; or what a merge is merged from.
import { html } from "hono/html";
import { treeHealth } from "#app";
import type { BranchHealth } from "#app";
import type { Asked, Html, Page } from "../page.ts";
import { queueActions } from "../parts/actions.ts";
import { branchFacts, branchMarks } from "../parts/branch-facts.ts";
import { filteredList } from "../parts/filtered-list.ts";
import { branchHref } from "../parts/patch-link.ts";

export const branchPage: Page = {
  path: "/branch/:name{.+}",
  uses: "tree",
  answer: (asked) => {
    const name = asked.params["name"] ?? "";
    const branch = treeHealth(asked.view).branches.find((one) => one.name === name);
    if (branch === undefined) return { kind: "missing", wanted: name };
    const list = branch.parts === null ? filteredList(asked, { path: branchHref(name), branch: name }) : null;
    if (list?.kind === "moved") return list;
    return {
      kind: "page",
      title: name,
      place: "queue",
      status: list?.status ?? 200,
      feeds: [{ title: `What happens in ${name}`, href: `/feed.atom?branch=${encodeURIComponent(name)}` }],
      body: html`<h1>${name}</h1>
        ${branch.parts === null ? queueActions(asked.person, name) : ""} ${head(branch, asked)}
        ${
          list === null
            ? ""
            : html`<h2>Patches</h2>
                ${list.body}`
        }`,
    };
  },
};

function head(branch: BranchHealth, { view, world }: Asked): Html {
  return html`<div class="about">
    <p class="marks">${branchMarks(branch)}</p>
    ${branchFacts(branch, view, world.now())}
  </div>`;
}
