// What a build makes of patches, in words: each one's outcome, and of a rejected one why.
import { html } from "hono/html";
import { readablePath } from "#model/bytes";
import type { AddPreview, BuildReport } from "#app";
import type { Html } from "../../page.ts";
import { patchHref } from "../../parts/patch-link.ts";

type Result = AddPreview["outcomes"][number];
type File = Result["files"][number];
type Hunk = File["hunks"][number];

const COLOUR: Readonly<Record<Result["outcome"], string>> = {
  applied: "good",
  offset: "good",
  fuzz: "warn",
  merged: "warn",
  empty: "warn",
  rejected: "bad",
  "not tried": "",
};

/** The outcome as a badge. */
export function outcomeBadge({ outcome }: Pick<Result, "outcome">): Html {
  return html`<span class="badge ${COLOUR[outcome]}">${WORDS[outcome]}</span>`;
}

const WORDS: Readonly<Record<Result["outcome"], string>> = {
  applied: "applies",
  offset: "applies with offset",
  fuzz: "applies with fuzz",
  merged: "merged three-way",
  empty: "changes nothing",
  rejected: "rejected",
  "not tried": "not tried",
};

/** Rejected hunks of one patch that are told. */
const MAX_HUNKS = 20;

/** Why it is not simply applied: a sentence for each hunk that did not fit as it was. */
export function outcomeReasons(result: Result): Html {
  const sentences = [
    ...(result.reason === null ? [] : [result.reason]),
    ...result.files.flatMap((file) => sentencesOf(file)),
  ];
  if (sentences.length === 0) return html``;
  const shown = sentences.slice(0, MAX_HUNKS);
  return html`<ul class="reasons">
    ${shown.map((sentence) => html`<li>${sentence}</li>`)}
    ${sentences.length > shown.length ? html`<li>and ${sentences.length - shown.length} more</li>` : ""}
  </ul>`;
}

function sentencesOf(file: File): string[] {
  const path = readablePath(file.path);
  if (file.kind === "merged") return [`${path}: merged three-way`];
  if (file.kind === "left out") return [`${path}: ${file.reason}`];
  const hunks = file.hunks.flatMap((hunk, index) => {
    const words = hunkWords(hunk);
    return words === null ? [] : [`${path}, hunk ${index + 1}: ${words}`];
  });
  return file.kind === "rejected" && hunks.length === 0 ? [`${path}: ${file.reason}`] : hunks;
}

/** Null for a hunk that applies where it says. */
function hunkWords(hunk: Hunk): string | null {
  if (hunk.kind === "rejected") {
    if (hunk.alreadyAt !== null) return `already applied at line ${hunk.alreadyAt}`;
    if (hunk.fuzzNeeded !== null) return `rejected at line ${hunk.line}, would apply with fuzz ${hunk.fuzzNeeded}`;
    return `rejected at line ${hunk.line}, the file has other lines there`;
  }
  if (hunk.offset === 0 && hunk.fuzz === 0) return null;
  const how = [
    ...(hunk.offset === 0 ? [] : [`offset ${hunk.offset}`]),
    ...(hunk.fuzz === 0 ? [] : [`fuzz ${hunk.fuzz}`]),
  ];
  return `applies at line ${hunk.line}, ${how.join(", ")}`;
}

/** Patches of a build that are listed with their reasons; the others are counted. */
const MAX_LISTED = 100;

/** A build, or what one would be: how many patches ended how, the rejected ones, and where the branches are. */
export function buildWords(report: BuildReport): Html {
  const counts = [...Map.groupBy(report.results, ({ outcome }) => outcome)];
  const told = report.results.filter(({ outcome }) => ["rejected", "empty", "merged", "fuzz"].includes(outcome));
  return html`<p>
      ${report.results.length === 1 ? "1 patch" : `${report.results.length} patches`} on
      <code>${report.base.slice(0, 12)}</code>:
      ${counts.map(([outcome, { length }]) => html`<span class="badge ${COLOUR[outcome]}">${length} ${outcome}</span> `)}
    </p>
    ${
      told.length === 0
        ? ""
        : html`<ul class="plain-list outcomes">
            ${told.slice(0, MAX_LISTED).map((result) => {
              const name = readablePath(result.name);
              return html`<li>
                <a class="mono" href="${patchHref(name)}">${name}</a> ${outcomeBadge(result)}${outcomeReasons(result)}
              </li>`;
            })}
            ${told.length > MAX_LISTED ? html`<li>and ${told.length - MAX_LISTED} more</li>` : ""}
          </ul>`
    }
    ${report.written ? branchTable(report) : ""}`;
}

function branchTable({ branches, merges }: BuildReport): Html {
  const rows = [
    ...branches.map(({ name, commit, before, applied, patches }) => ({
      name,
      commit,
      before,
      count: `${applied} of ${patches}`,
    })),
    ...merges.map(({ name, commit, before }) => ({ name, commit, before, count: "merge" })),
  ];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Where the branches are">
    <table>
      <thead>
        <tr>
          <th scope="col">Branch</th>
          <th scope="col">Patches</th>
          <th scope="col">Is at</th>
          <th scope="col">Was at</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ name, commit, before, count }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${count}</td>
              <td class="mono">${commit?.slice(0, 12) ?? "nowhere"}</td>
              <td class="mono soft">${before === commit ? "the same" : (before?.slice(0, 12) ?? "nowhere")}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
