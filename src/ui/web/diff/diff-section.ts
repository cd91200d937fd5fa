// The whole diff of a patch: the list of its files, then each file, as many lines as a page should have.
import { html } from "hono/html";
import { readablePath } from "#model/bytes";
import type { FileDiff } from "#model/diff";
import { changedPath } from "#model/queue";
import type { Html } from "../page.ts";
import type { DiffView } from "./file-section.ts";
import { countsOf, fileSection, remarksOf } from "./file-section.ts";
import { rowCount } from "./rows.ts";

/** Rows that a page has at first: 5,000 lines of kernel code would be 300 kB compressed. */
const MAX_ROWS = 1500;
/** Files that are listed, each with a section; the patch file has them all. */
const MAX_FILES = 500;

/** The list of files, and their changes. */
export function diffSection(view: DiffView, files: readonly FileDiff[], fileHref: string): Html {
  let left = MAX_ROWS;
  const shown = files.slice(0, MAX_FILES);
  const sections = shown.map((file, index) => {
    const limit = Math.min(left, rowCount(file));
    left -= limit;
    return fileSection(view, file, index, limit);
  });
  const total = files.map(countsOf);
  const insertions = total.reduce((sum, one) => sum + one.insertions, 0);
  const deletions = total.reduce((sum, one) => sum + one.deletions, 0);
  const other = view.layout === "split" ? "unified" : "split";
  return html`<section class="changes" aria-labelledby="changes">
    <div class="changes-head">
      <h2 id="changes">Changes</h2>
      <p>
        ${files.length === 1 ? "1 file" : `${files.length} files`}, <span class="plus">+${insertions}</span>
        <span class="minus">−${deletions}</span>
      </p>
      <p class="switch">
        <a href="${view.page}${other === "split" ? "?view=split" : ""}#changes"
          >${other === "split" ? "Side by side" : "One below the other"}</a
        >
        · <a href="${fileHref}">Patch file</a>
      </p>
    </div>
    ${
      files.length < 2
        ? ""
        : html`<nav aria-label="Changed files" class="file-list">
            <ol class="plain-list">
              ${shown.map((file, index) => listed(file, index))}
            </ol>
          </nav>`
    }
    ${sections}
    ${
      files.length > MAX_FILES
        ? html`<p class="soft">
            ${files.length - MAX_FILES} more files are in the <a href="${fileHref}">patch file</a>.
          </p>`
        : ""
    }
  </section>`;
}

function listed(file: FileDiff, index: number): Html {
  const { insertions, deletions } = countsOf(file);
  const [remark] = remarksOf(file);
  return html`<li>
    <a href="#f${index + 1}"><code>${readablePath(changedPath(file))}</code></a>
    ${remark === undefined ? "" : html`<span class="badge">${remark}</span>`}
    <span class="counts"><span class="plus">+${insertions}</span> <span class="minus">−${deletions}</span></span>
  </li>`;
}
