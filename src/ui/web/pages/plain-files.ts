// `/patches/NAME.patch`, `/patches/` and `/series`: the queue as plain files at addresses that stay. Names are looked up in the queue,
// never on the disk, so that no address leads out of it.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { KnownPatch } from "#app";
import { patchFile, seriesFile } from "#app";
import type { Answer, Asked, Page, PageAnswer } from "../page.ts";
import { moment } from "../parts/moment.ts";
import { patchFileHref, patchHref } from "../parts/patch-link.ts";
import { patchState } from "../parts/patch-state.ts";

const TEXT = "text/plain; charset=utf-8";

export const patchFilesPage: Page = {
  path: "/patches/*",
  uses: "tree",
  answer: (asked) => {
    const { view, url } = asked;
    const name = nameIn(url.pathname);
    if (name === null) return { kind: "missing", wanted: "" };
    if (name === "" || name.endsWith("/")) return listing(asked, name);
    const bytes = patchFile(view, name);
    if (bytes !== null) return { kind: "file", type: TEXT, body: new Uint8Array(bytes), foreign: true };
    if (view.byName.get(`${name}.patch`)?.queued) return { kind: "moved", to: patchFileHref(`${name}.patch`) };
    const known = view.byName.get(name) ?? view.patches.find(({ life }) => life.names.includes(name));
    if (known === undefined) return { kind: "missing", wanted: name };
    return known.queued === null ? gone(asked, known) : { kind: "moved", to: patchFileHref(known.row.name) };
  },
};

/** Browsers ask for a directory without its slash. */
export const patchesPage: Page = {
  path: "/patches",
  uses: "tree",
  answer: () => ({ kind: "moved", to: "/patches/" }),
};

export const seriesPage: Page = {
  path: "/series",
  uses: "tree",
  answer: ({ view }) => ({ kind: "file", type: TEXT, body: new Uint8Array(seriesFile(view)), foreign: true }),
};

/** The name that a path has below `/patches/`; null when it is no UTF-8, which no shown name is. */
function nameIn(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname.slice("/patches/".length));
  } catch {
    return null;
  }
}

/** The patches of the queue in order, or those below a directory of it. */
function listing({ view }: Asked, directory: string): Answer {
  const here = view.patches.filter(({ row, queued }) => queued !== null && row.name.startsWith(directory));
  if (here.length === 0 && directory !== "") return { kind: "missing", wanted: directory };
  return {
    kind: "page",
    title: "Patch files",
    place: null,
    body: html`<h1>Patch files${directory === "" ? "" : ` in ${visibleText(directory)}`}</h1>
      <p>
        ${here.length} ${here.length === 1 ? "file" : "files"} in the order in which they are applied; the
        <a href="/series">series file</a> names them for quilt.
      </p>
      <ol class="patch-files plain-list">
        ${here.map(({ row }) => html`<li><a class="mono" href="${patchFileHref(row.name)}">${visibleText(row.name)}</a></li>`)}
      </ol>`,
  };
}

/** Where a patch was that left: why, and where its story is. */
function gone({ world }: Asked, known: KnownPatch): PageAnswer {
  const { row } = known;
  return {
    kind: "page",
    title: "The patch left the queue",
    place: null,
    status: 410,
    body: html`<h1>${visibleText(row.name)} left the queue</h1>
      <p class="facts">${patchState(known)} ${row.gone === null ? "" : moment(row.gone.at, world.now())}</p>
      ${row.gone?.note === null || row.gone === null ? "" : html`<p>${visibleText(row.gone.note)}</p>`}
      <p><a href="${patchHref(row.name)}">Its story</a>, with the mail that brought it.</p>`,
  };
}
