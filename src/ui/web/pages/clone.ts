// `/clone`: what there is to fetch, and the commands for it. Which refs are served is the app's (serve-git.ts).
import { html } from "hono/html";
import { BELOW } from "#model/branches";
import type { Asked, Html, Page } from "../page.ts";
import { branchHref, patchFileHref } from "../parts/patch-link.ts";

export const clonePage: Page = {
  path: "/clone",
  uses: "tree",
  answer: (asked) => ({
    kind: "page",
    title: "Clone",
    place: null,
    islands: ["copy"],
    body: html`<h1>Clone</h1>
      <p>Everything can be read by everybody. Changes come by mail; nobody pushes here.</p>
      <div class="clone">${branches(asked)} ${queue(asked)} ${patchFiles(asked)} ${newWork(asked)}</div>`,
  }),
};

function branches({ view: { tree, patches }, site }: Asked): Html {
  const { config } = tree;
  const rows = [
    ...config.branches.map(({ name, start }) => ({
      name,
      what: start === null ? "starts at the base" : html`starts at <a href="${branchHref(start)}">${start}</a>`,
      count: patches.filter(({ queued, row }) => queued !== null && row.branch === name).length,
    })),
    ...config.merges.map(({ name, parts }) => ({
      name,
      what: `merges ${parts.map((part) => (part.kind === "branch" ? part.name : part.tree.name)).join(", ")}`,
      count: null,
    })),
  ];
  return html`<section class="card" aria-labelledby="source">
    <h2 id="source">The branches</h2>
    <p>Patches applied on their base, a commit each. A branch is written anew when its queue changes.</p>
    ${command("clone-source", "Clone all branches", `git clone ${site}/source.git`)}
    ${command("add-remote", "Or fetch into a clone that you have", `git remote add queue ${site}/source.git\ngit fetch queue`)}
    ${command("partial", "Or without the files of its history", `git clone --filter=blob:none ${site}/source.git`)}
    <div class="scroll" tabindex="0" role="region" aria-label="Branches">
      <table>
        <thead>
          <tr>
            <th scope="col">Branch</th>
            <th scope="col">Patches</th>
            <th scope="col">What it is</th>
            <th scope="col">Only this one</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ name, what, count }) =>
              html`<tr>
                <th scope="row"><a href="${branchHref(name)}">${name}</a></th>
                <td>${count ?? "–"}</td>
                <td>${what}</td>
                <td class="nowrap"><code>git fetch ${site}/source.git ${name}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p>
      The base is <code>${config.source.base}</code>. <code>refs/longarm/folded/BRANCH</code>, where it was built, is a
      branch with every fix inside its patch, to bisect.
    </p>
  </section>`;
}

function queue({ site }: Asked): Html {
  return html`<section class="card" aria-labelledby="queue">
    <h2 id="queue">The queue itself</h2>
    <p>A git repository with the quilt series, the patch files and the ledger of what happened to them.</p>
    ${command("clone-tree", "Clone it", `git clone ${site}/tree.git`)}
  </section>`;
}

function patchFiles({ view, site }: Asked): Html {
  const first = view.patches.find(({ queued }) => queued !== null)?.row.name;
  const lines = [`curl -sSO ${site}/series`, "mkdir -p patches", "mv series patches/"];
  const each = `while read -r name rest; do
  case $name in ''|'#'*) continue;; esac
  curl -sS --create-dirs -o "patches/$name" "${site}/patches/$name"
done <patches/series`;
  return html`<section class="card tall" aria-labelledby="quilt">
    <h2 id="quilt">With quilt</h2>
    <p>
      <a href="/series">The series</a> and <a href="/patches/">the patch files</a> are plain files at addresses that
      stay${first === undefined ? "." : html`, such as <a href="${patchFileHref(first)}">${first}</a>.`}
    </p>
    ${command("quilt", "In the source at the base", [...lines, each, "quilt push -a"].join("\n"))}
  </section>`;
}

function newWork({ view, site }: Asked): Html {
  const entry = view.tree.config.entry;
  const below = BELOW.replace(/^refs\//, "");
  return html`<section class="card" aria-labelledby="base">
    <h2 id="base">Base your work on it</h2>
    ${command(
      "new-work",
      "A new series, on the branch where new patches go",
      `git fetch ${site}/source.git ${entry}\ngit switch -c mine FETCH_HEAD\ngit format-patch --base=FETCH_HEAD FETCH_HEAD`,
    )}
    <p>
      A new version of what is queued belongs on what is <em>below</em> its patches: for every posting there is a ref
      <code>${below}NAME</code>, named after its lowest patch. The page of a patch names it.
    </p>
    ${command("below", "See them all", `git ls-remote ${site}/source.git '${BELOW}*'`)}
  </section>`;
}

/** Lines to be copied; the button is there for those with script. */
function command(id: string, what: string, lines: string): Html {
  return html`<div class="command">
    <div class="what">
      <p id="${id}-what">${what}</p>
      <button type="button" data-copy="${id}" hidden>Copy</button>
    </div>
    <pre id="${id}" tabindex="0" role="region" aria-labelledby="${id}-what">${lines}</pre>
  </div>`;
}
