// `/patch/NAME`: everything that the tree knows of one patch. Asked for by anything else that names a patch it leads to the patch's
// own address, or lists those that are meant. Below it are `/file`, `/context` and `/diff`, pieces of its diff and of its versions.
import { html } from "hono/html";
import { bytesOf, UserError, visibleText } from "#model/bytes";
import type { PatchFile } from "#model/queue";
import { parsePatchFile } from "#model/queue";
import type { AskedPatches, KnownPatch, ShownPatch } from "#app";
import { askedInView, lintInView, patchFileInView, revisionsSoon, showInView } from "#app";
import { diffSection } from "../diff/diff-section.ts";
import type { Answer, Asked, Page } from "../page.ts";
import { patchActions } from "../parts/actions.ts";
import { authorHref, patchFileHref, patchHref } from "../parts/patch-link.ts";
import { compareAnswer } from "../patch/compare.ts";
import { descriptionHtml, trailersHtml } from "../patch/description.ts";
import { diffViewOf, lastResult } from "../patch/diff-view.ts";
import { factsHtml, newerHtml, stateBadges } from "../patch/facts.ts";
import { contextAnswer, fileAnswer } from "../patch/pieces.ts";
import { getHtml, historyHtml, notesHtml, versionsHtml } from "../patch/story.ts";

/** Milliseconds that a request waits for the revisions that were posted. */
const PATIENCE = 30;

export const patchPage: Page = {
  path: "/patch/:asked{.+}",
  uses: "mail",
  async answer(asked) {
    const { view, params } = asked;
    const text = params["asked"] ?? "";
    const known = view.byName.get(text);
    if (known !== undefined) return await wholePage(asked, known);
    const [, name, piece] = /^(.+)\/(file|context|diff)$/.exec(text) ?? [];
    const whole = name === undefined ? undefined : view.byName.get(name);
    if (whole !== undefined) return await pieceOf(asked, whole, piece ?? "");
    return await led(asked, text);
  },
};

async function pieceOf(asked: Asked, known: KnownPatch, piece: string): Promise<Answer> {
  if (piece === "diff") return await compareAnswer(asked, known);
  const file = await fileOf(asked, known);
  if (file === null) return { kind: "missing", wanted: known.row.name };
  return piece === "file" ? await fileAnswer(asked, known, file) : await contextAnswer(asked, known, file);
}

/** The patch file, or what it was when it left. */
async function fileOf({ world, view }: Asked, known: KnownPatch): Promise<PatchFile | null> {
  const queued = patchFileInView(view, known);
  if (queued !== null) return queued;
  const { text } = await showInView(world, view, known);
  return text === null ? null : parsePatchFile(bytesOf(text));
}

async function wholePage(asked: Asked, known: KnownPatch): Promise<Answer> {
  const { view, world, site, person } = asked;
  const posted = await revisionsSoon(view, known.life, PATIENCE);
  const patch = await showInView(world, view, known, posted === "late" ? null : posted);
  const file = patchFileInView(view, known) ?? (patch.text === null ? null : parsePatchFile(bytesOf(patch.text)));
  const result = lastResult(view, patch);
  const findings = file === null ? [] : lintInView(view, known, file);
  const now = world.now();
  return {
    kind: "page",
    title: visibleText(patch.title === "" ? patch.name : patch.title),
    place: "queue",
    islands: ["copy", "diff"],
    ...(posted === "late" ? { passing: true } : {}),
    body: html`<header class="patch-head">
        <h1>${visibleText(patch.title === "" ? patch.name : patch.title)}</h1>
        <p>
          ${authorHtml(patch)} ${patch.date === null ? "" : html`<span class="soft">${visibleText(patch.date)}</span>`}
        </p>
        <p><code>${visibleText(patch.name)}</code> ${stateBadges(patch)}</p>
        ${newerHtml(patch, now)} ${patchActions(person, known.row)}
      </header>
      <div class="columns patch-columns">
        <div>
          <section aria-label="Description">${descriptionHtml(patch)} ${await trailersHtml(view, patch)}</section>
          ${notesHtml(patch, person?.maintains === true, now)} ${versionsHtml(patch, now, posted === "late")}
        </div>
        <aside aria-label="Facts">
          <div class="card">${factsHtml(patch, result, findings, now)}</div>
          ${getHtml(patch, site)}
        </aside>
      </div>
      ${
        file === null
          ? html`<p class="soft">The patch file is not to be had any more.</p>`
          : file.diff.files.length === 0
            ? html`<p class="soft">
                It changes no
                file${file.mergeOf.length > 0 ? html`: it is the cover letter of ${file.mergeOf.length} patches` : ""}.
              </p>`
            : diffSection(await diffViewOf(asked, known, file, result), file.diff.files, patchFileHref(patch.name))
      }
      ${historyHtml(patch, now)}`,
  };
}

function authorHtml({ author }: ShownPatch): ReturnType<typeof html> | string {
  const [, name = author, address] = /^(.*?)\s*<([^<>]*)>$/.exec(author) ?? [];
  if (address === undefined) return visibleText(author);
  return html`<a href="${authorHref(address)}">${visibleText(name === "" ? address : name)}</a>`;
}

/** Asked for by a Message-ID, a commit or a subject. */
async function led({ view }: Asked, text: string): Promise<Answer> {
  let found: AskedPatches;
  try {
    found = await askedInView(view, text);
  } catch (error) {
    if (error instanceof UserError) return { kind: "missing", wanted: text };
    throw error;
  }
  const [only, ...others] = found.patches;
  if (only !== undefined && others.length === 0) return { kind: "moved", to: patchHref(only.row.name) };
  return {
    kind: "page",
    title: "Several patches",
    place: "queue",
    body: html`<h1>${found.patches.length} patches are meant</h1>
      <p>by <code>${visibleText(text)}</code></p>
      <ul class="plain-list several">
        ${found.patches.map(
          ({ row }) =>
            html`<li class="card">
              <a href="${patchHref(row.name)}">${visibleText(row.title === "" ? row.name : row.title)}</a>
              <p class="soft">
                ${visibleText(row.author)} · ${visibleText(row.gone === null ? row.branch : `left: ${row.gone.reason}`)}
              </p>
            </li>`,
        )}
      </ul>`,
  };
}
