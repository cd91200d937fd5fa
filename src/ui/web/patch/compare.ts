// `/patch/NAME/diff`: what is another one between two versions of a patch, as `git range-diff` shows it: the difference of their logs
// and of their diffs, in which line numbers do not count.
import { html } from "hono/html";
import { bytesOf, concatBytes, textOf, visibleText } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { PatchFile } from "#model/queue";
import { changedPath, comparePatches } from "#model/queue";
import type { KnownPatch, PatchVersion } from "#app";
import { versionsInView } from "#app";
import { codeOf } from "../diff/code.ts";
import type { ShownLine } from "../diff/rows.ts";
import { rowsOf } from "../diff/rows.ts";
import type { Answer, Asked, Html } from "../page.ts";
import { moment } from "../parts/moment.ts";
import { mailHref, patchHref } from "../parts/patch-link.ts";

/** Rows of the comparison that are shown. */
const MAX_ROWS = 5000;

const KIND = {
  same: "Nothing is another one.",
  rebased: "The same change on other lines.",
  log: "Only the log is another one; the change is the same.",
  diff: "The change is another one; the log is the same.",
  both: "The change and the log are other ones.",
} as const;

export async function compareAnswer({ world, view, url }: Asked, known: KnownPatch): Promise<Answer> {
  const { name, title } = known.row;
  const versions = await versionsInView(world, view, known);
  const chosen = (key: string): PatchVersion | undefined => versions.find(({ id }) => id === url.searchParams.get(key));
  const to = chosen("to") ?? versions.at(-1);
  const from = chosen("from") ?? before(versions, to);
  return {
    kind: "page",
    title: `Versions of ${visibleText(name)}`,
    place: "queue",
    islands: ["diff"],
    body: html`<h1>Two versions compared</h1>
      <p><a href="${patchHref(name)}">${visibleText(title === "" ? name : title)}</a></p>
      ${
        versions.length < 2 || from === undefined || to === undefined
          ? html`<p>There is only one version of it that can be read here.</p>`
          : html`${chooser(name, versions, from, to)}
              <dl class="facts compared">
                ${described("From", from, world.now())} ${described("To", to, world.now())}
              </dl>
              ${comparison(from, to)}`
      }`,
  };
}

/** The version to compare with when none was named: the last that is another one. */
function before(versions: readonly PatchVersion[], to: PatchVersion | undefined): PatchVersion | undefined {
  if (to === undefined) return undefined;
  const earlier = versions.slice(0, Math.max(versions.indexOf(to), 1)).toReversed();
  return earlier.find((one) => one !== to && compared(one, to).kind !== "same") ?? earlier[0];
}

/** Files in the order of their names, because the tree and mails have them in different ones. */
function compared(from: PatchVersion, to: PatchVersion): ReturnType<typeof comparePatches> {
  return comparePatches(inOrder(from.file), inOrder(to.file));
}

function inOrder(file: PatchFile): PatchFile {
  const files = file.diff.files.toSorted((one, other) => (changedPath(one) < changedPath(other) ? -1 : 1));
  return { ...file, diff: { ...file.diff, files } };
}

function chooser(name: string, versions: readonly PatchVersion[], from: PatchVersion, to: PatchVersion): Html {
  const choice = (key: string, label: string, now: PatchVersion): Html =>
    html`<label
      >${label}
      <select name="${key}">
        ${versions.map((one) => html`<option value="${one.id}" ${one === now ? "selected" : ""}>${nameOf(one)}</option>`)}
      </select></label
    >`;
  return html`<form class="chooser" action="${patchHref(name)}/diff">
    ${choice("from", "From", from)} ${choice("to", "to", to)} <button type="submit">Compare</button>
  </form>`;
}

function nameOf({ kind, revision, at }: PatchVersion): string {
  if (kind === "now") return "as it is now";
  const day = at === null ? "" : `, ${at.slice(0, 10)}`;
  return visibleText(`${revision ?? "version"} as it was ${kind}${day}`);
}

function described(label: string, version: PatchVersion, now: Date): Html {
  const { messageId, at, file } = version;
  return html`<div>
    <dt>${label}</dt>
    <dd>
      ${nameOf(version)} ${at === null ? "" : moment(at, now)}
      ${messageId === null ? "" : html`<a class="evidence" href="${mailHref(messageId)}">mail</a>`}
      <br /><span class="soft">${visibleText(file.title ?? "")}</span>
    </dd>
  </div>`;
}

function comparison(from: PatchVersion, to: PatchVersion): Html {
  const { kind, hunks } = compared(from, to);
  const head = html`<h2>${KIND[kind]}</h2>`;
  const [file] = parseDiff(concatBytes([bytesOf("--- a/patch\n+++ b/patch\n"), hunks])).files;
  if (file === undefined) return head;
  const rows: Html[] = [];
  for (const row of rowsOf(file, "unified")) {
    if (rows.length === MAX_ROWS) break;
    if (row.kind === "hunk") {
      const heading =
        /^@@[^@]*@@ ?(.*)/su.exec(textOf(file.hunks[row.hunk]?.head ?? new Uint8Array()).trimEnd())?.[1] ?? "";
      rows.push(
        html`<tr class="h">
          <td>${visibleText(heading) || "…"}</td>
        </tr>`,
      );
    } else if (row.kind === "line") rows.push(comparedRow(row.line));
  }
  return html`${head}
    <div class="file">
      <div class="scroll" tabindex="0" role="group" aria-label="Comparison">
        <table class="diff compared">
          <thead class="unseen">
            <tr>
              <th scope="col">Text</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
    </div>
    ${rows.length === MAX_ROWS ? html`<p class="soft">More than ${MAX_ROWS} lines differ; the rest is not shown.</p>` : ""}`;
}

const OUTER = { same: "", delete: "d", insert: "i" } as const;

/** The colour behind a line says which version has it, the sign what the line does in that version. */
function comparedRow(line: ShownLine): Html {
  const inner = line.text.startsWith("+") ? "plus" : line.text.startsWith("-") ? "minus" : "";
  // prettier-ignore
  return html`<tr class="${OUTER[line.kind]}"><td class="${inner}">${codeOf(line)}</td></tr>`;
}
