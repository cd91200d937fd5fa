// `/conflicts`: every patch that does not apply to what is below it, with the lines that each hunk expects beside those that the file
// has, and who made the difference; and the merges that cannot be made. The same as `longarm build --check` says.
import { html, raw } from "hono/html";
import type { Blame, DiagnosisRow, FileDiagnosis, HunkDiagnosis, RejectedGroup, RowText } from "#model/branches";
import { describeBlame, describeFileBlame, describeHunk, isThereAlready, rejectedGroups } from "#model/branches";
import { readablePath, UserError, visibleText } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { standingEvents } from "#model/ledger";
import { showName } from "#model/queue";
import type { BuildReport, TreeView } from "#app";
import { checkInView } from "#app";
import type { Answer, Asked, Html, Page, PageAnswer } from "../page.ts";
import { sideCells, SPLIT_COLUMNS } from "../diff/file-section.ts";
import type { Span } from "../diff/words.ts";
import { changedWords } from "../diff/words.ts";
import { moment } from "../parts/moment.ts";
import { publicText } from "../parts/public-text.ts";
import { branchHref, patchHref, searchHref } from "../parts/patch-link.ts";

type Result = BuildReport["results"][number];
type Group = RejectedGroup<Result>;

/** Milliseconds that a request waits for the check of the queue. */
const PATIENCE = 50;
/** Rejected patches that are shown whole, and rows of one hunk; the rest is a line. */
const MAX_WHOLE = 100;
const MAX_ROWS = 60;

export const conflictsPage: Page = {
  path: "/conflicts",
  uses: "tree",
  async answer(asked) {
    const { view } = asked;
    try {
      const report = await checkInView(view, PATIENCE);
      return report === null ? waiting(asked) : page(asked, report);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return passing(
        asked,
        html`<p>The queue cannot be checked: ${visibleText(publicText(error.message))}</p>
          <p class="soft">${visibleText(publicText(error.hint ?? ""))}</p>`,
      );
    }
  },
};

const FINISHED = new WeakMap<TreeView, Html>();

function waiting(asked: Asked): Answer {
  return passing(
    asked,
    html`<p role="status" data-again>
        The queue is being checked. This page asks <a href="/conflicts">again</a> in a moment.
      </p>
      <noscript><meta http-equiv="refresh" content="1" /></noscript>`,
  );
}

/** What is said while the check runs, or while something is away, must not be kept. */
function passing(asked: Asked, body: Html): Answer {
  return { ...answerWith(asked, body), passing: true };
}

function page(asked: Asked, report: BuildReport): Answer {
  const made = FINISHED.get(asked.view) ?? reportHtml(report);
  FINISHED.set(asked.view, made);
  return answerWith(asked, made);
}

function answerWith({ view, world }: Asked, body: Html): PageAnswer {
  return {
    kind: "page",
    title: "Conflicts",
    place: "conflicts",
    islands: ["diff"],
    body: html`<h1>Conflicts</h1>
      ${body} ${mergesHtml(view.events, world.now())}`,
  };
}

function reportHtml(report: BuildReport): Html {
  const groups = rejectedGroups(report);
  if (groups.size === 0)
    return html`<p>Every patch of the queue applies. <span class="badge good">nothing rejected</span></p>`;
  const rejected = report.results.filter(({ outcome }) => outcome === "rejected").length;
  const victims = rejected - groups.size;
  const list = [...groups];
  return html`<p>
      ${groups.size === 1 ? "1 patch does" : `${groups.size} patches do`} not
      apply${victims === 0 ? "" : `, ${victims} more because of ${groups.size === 1 ? "it" : "them"}`};
      ${report.results.length - rejected} do, on <code>${report.base.slice(0, 12)}</code>.
    </p>
    ${list.slice(0, MAX_WHOLE).map(([result, group]) => groupHtml(result, group))}
    ${
      list.length <= MAX_WHOLE
        ? ""
        : html`<h2>${list.length - MAX_WHOLE} more</h2>
            <ul>
              ${list.slice(MAX_WHOLE).map(([{ name }]) => html`<li>${patchLink(showName(name))}</li>`)}
            </ul>`
    }`;
}

function groupHtml(result: Result, { diagnosis, others }: Group): Html {
  const name = showName(result.name);
  const known = [...(diagnosis?.files ?? [])];
  const files = result.files.flatMap((file) => (file.kind === "rejected" ? [{ file, why: known.shift() }] : []));
  const fine = result.files.length - files.length;
  return html`<section class="card conflict" id="${encodeURIComponent(name)}">
    <h2>
      ${patchLink(name)} <span class="badge bad">rejected</span>
      <a class="soft" href="${branchHref(result.branch)}">${visibleText(result.branch)}</a>
    </h2>
    ${result.reason === null ? "" : html`<p>${visibleText(result.reason)}</p>`}
    ${files.map(({ file, why }) => fileHtml(file, why))}
    ${fine === 0 ? "" : html`<p class="soft">${fine === 1 ? "1 other file applies" : `${fine} other files apply`}.</p>`}
    <p>
      ${
        isThereAlready(result)
          ? html`All of it is there already: <code>longarm drop ${visibleText(name)}</code>`
          : html`Mend it with <code>longarm resolve ${visibleText(name)}</code>`
      }
    </p>
    ${
      diagnosis?.searched?.cut
        ? html`<p class="soft">
            Not all commits since <code>${diagnosis.searched.oldBase.slice(0, 12)}</code> were looked at
            (${visibleText(diagnosis.searched.cut)}).
          </p>`
        : ""
    }
    ${
      others.length === 0
        ? ""
        : html`<h3>${others.length} more only because of it</h3>
            <ul class="victims">
              ${others.map((one) => victimHtml(one, name))}
            </ul>`
    }
  </section>`;
}

function victimHtml({ result, diagnosis }: Group["others"][number], cause: string): Html {
  const places = diagnosis.files.map(({ path, hunks }) => {
    const numbers = hunks.map(({ hunk }) => hunk);
    return numbers.length === 0 ? path : `${path} ${numbers.length === 1 ? "hunk" : "hunks"} ${numbers.join(", ")}`;
  });
  const more = diagnosis.because.filter((other) => other !== cause);
  return html`<li>
    ${patchLink(showName(result.name))}
    <span class="soft">${visibleText(result.branch)}; ${visibleText(places.join("; "))}</span>
    ${more.length === 0 ? "" : html`, and because of ${more.map((other, index) => html`${index === 0 ? "" : ", "}${patchLink(other)}`)}`}
  </li>`;
}

function fileHtml(file: Result["files"][number] & { readonly kind: "rejected" }, why: FileDiagnosis | undefined): Html {
  const path = readablePath(file.path);
  return html`<h3><code>${path}</code> ${visibleText(file.reason)}</h3>
    ${
      why !== undefined && why.hunks.length === 0
        ? html`<ul class="blame">
            ${blameHtml(why.blame, describeFileBlame(file.reason, why.movedTo))}${becauseHtml(why.because)}
          </ul>`
        : ""
    }
    ${file.hunks.map((hunk, index) => {
      const found = why?.hunks.find((one) => one.hunk === index + 1);
      const words = describeHunk(hunk, found?.rows[0] !== undefined, found?.onlyWhiteSpace ?? false);
      if (hunk.kind === "applied") return html`<p class="soft">Hunk ${index + 1} ${words}.</p>`;
      return html`<p>Hunk ${index + 1} ${words}.</p>
        ${found === undefined ? "" : hunkHtml(found, path)}`;
    })}`;
}

function hunkHtml({ rows, blame, because }: HunkDiagnosis, path: string): Html {
  const rest = rows.length - MAX_ROWS;
  return html`${
      rows.length === 0
        ? ""
        : html`<div class="file" data-path="${path}">
            <div class="scroll" tabindex="0" role="group" aria-label="Expected and found lines of ${path}">
              <table class="diff split expected">
                ${SPLIT_COLUMNS}
                <thead>
                  <tr>
                    <th scope="col"><span class="unseen">Line</span></th>
                    <th scope="col">Expected by the patch</th>
                    <th scope="col"><span class="unseen">Line</span></th>
                    <th scope="col">Found in the file</th>
                  </tr>
                </thead>
                <tbody>
                  ${rows.slice(0, MAX_ROWS).map(rowHtml)}
                  ${
                    rest > 0
                      ? html`<tr class="more">
                          <td colspan="4">… ${rest} more lines</td>
                        </tr>`
                      : ""
                  }
                </tbody>
              </table>
            </div>
          </div>`
    }
    <ul class="blame">
      ${blameHtml(blame)}${becauseHtml(because)}
    </ul>`;
}

function rowHtml({ expected, found, same }: DiagnosisRow): Html {
  const words = !same && expected !== null && found !== null ? changedWords(expected.text, found.text) : null;
  const side = (text: RowText | null, tone: "d" | "i", marks: readonly Span[]): Html =>
    sideCells(text === null ? null : { ...text, kind: "same", marks }, text?.line ?? null, same ? "" : tone);
  return html`<tr>
    ${side(expected, "d", words?.old ?? [])}${side(found, "i", words?.made ?? [])}
  </tr>`;
}

function blameHtml({ patches, commits }: Blame, whole?: string): Html {
  return html`${patches.map((one) => html`<li>${whole ?? describeBlame(one)} ${patchLink(one.patch)}</li>`)}
  ${commits.map(
    (one) =>
      html`<li>
        ${whole ?? describeBlame(one)} commit
        <a href="${searchHref(one.id)}"><code>${one.id.slice(0, 12)}</code></a> ${visibleText(one.subject)}
        <span class="soft"
          >(${visibleText(one.author.name)},
          ${new Date(one.date * 1000).toISOString().slice(0, 10)})${one.side === "old" ? ", which this base does not have" : ""}</span
        >
      </li>`,
  )}`;
}

function becauseHtml(because: readonly string[]): Html {
  return html`${because.map((name) => html`<li>${patchLink(name)}, rejected, would have changed that</li>`)}`;
}

function patchLink(name: string): Html {
  return html`<a href="${patchHref(name)}">${visibleText(name)}</a>`;
}

/** Merges with other trees that cannot be made, each with the day since when. */
function mergesHtml(events: readonly LedgerEvent[], now: Date): Html {
  const open = new Map<string, LedgerEvent & { readonly kind: "conflicted" | "unconflicted" }>();
  for (const event of standingEvents(events)) {
    if (event.kind !== "conflicted" && event.kind !== "unconflicted") continue;
    const key = JSON.stringify([event.branch, event.tree, event.path]);
    if (event.kind === "unconflicted") open.delete(key);
    else if (!open.has(key)) open.set(key, event);
  }
  if (open.size === 0) return html`${raw("")}`;
  return html`<h2>With other trees</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Conflicts with other trees">
      <table>
        <thead>
          <tr>
            <th scope="col">Branch</th>
            <th scope="col">Tree</th>
            <th scope="col">File</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          ${[...open.values()].map(
            ({ branch, tree, path, at }) =>
              html`<tr>
                <td><a href="${branchHref(branch)}">${visibleText(branch)}</a></td>
                <td>${visibleText(tree)}</td>
                <td><code>${visibleText(path)}</code></td>
                <td>${moment(at, now)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
