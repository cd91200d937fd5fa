// A part of patchwork's REST API, so that CI clients that know it find our patches and post their results: patches by number,
// Message-ID, hash or words, their checks, and a mailbox of each. What else patchwork has is not here.
import { basename } from "node:path";
import type { Hono } from "hono";
import type * as v from "valibot";
import { hashOf, patchBytes, showInView } from "#app";
import type { TreeView } from "#app";
import { keptAnswer, respond } from "../../cache.ts";
import { attachment } from "../../headers.ts";
import type { Env, SiteContext } from "../../site.ts";
import { API_HEADERS, jsonText, told } from "../answer-route.ts";
import type { Json } from "../document.ts";
import { readBody } from "../read-request.ts";
import type { Problem } from "../route.ts";
import { NewCheck, post } from "../routes/checks.ts";
import type { Numbered } from "./numbered.ts";
import { numberedPatches } from "./numbered.ts";
import type { Place } from "./shapes.ts";
import { checksOf, mailOf, patchOf, projectOf, stateOf } from "./shapes.ts";

/** Versions of patchwork's API whose clients are served; what we have of them is the same in all. */
const VERSIONS = "1\\.[0-3]";
/** Patches of a page, as patchwork has it. */
const PER_PAGE = 30;
const MAX_PER_PAGE = 250;

/** What an answer is made of. */
interface Asking {
  readonly view: TreeView;
  readonly place: Place;
  readonly project: Json;
  readonly query: URLSearchParams;
  readonly id: number;
  readonly check: number;
}

type Answer = { readonly body: unknown; readonly link?: string } | null;

/** Adds it at `/api/1.0` to `/api/1.3`. */
export function registerPatchwork(app: Hono<Env>, site: SiteContext): void {
  const get = (path: string, answer: (asking: Asking) => Answer): void => {
    app.get(`/api/:version{${VERSIONS}}${path}`, ({ req }) =>
      told(site, req.raw, async () => {
        const view = await site.viewer.view();
        const address = new URL(req.url);
        const key = `${address.pathname}${address.search}`;
        const now = site.world.now().getTime();
        const found = site.cache.find(key, view.stamp, now);
        if (found !== null) return respond(req.raw, found);
        const made = answer(askingOf(site, view, address, req.param()));
        if (made === null) return refused(404, "Not found.");
        const link = made.link === undefined ? {} : { link: made.link };
        const kept = keptAnswer(view.stamp, 200, { ...JSON_HEADERS, ...link }, jsonText(made.body), now);
        site.cache.keep(key, kept);
        return respond(req.raw, kept);
      }),
    );
  };
  get("/", ({ place: { root } }) => ({ body: { projects: `${root}/projects/`, patches: `${root}/patches/` } }));
  get("/projects/", ({ project }) => ({ body: [project] }));
  get("/projects/:project/", ({ project }) => ({ body: project }));
  get("/patches/", listOf);
  get("/patches/:id{[0-9]+}/checks/", ({ view, place, id }) => {
    const one = numbered(view, id);
    return one && { body: checksOf(view, place, one) };
  });
  get("/patches/:id{[0-9]+}/checks/:check{[0-9]+}/", ({ view, place, id, check }) => {
    const one = numbered(view, id);
    const found = one && checksOf(view, place, one).find((each) => each["id"] === check);
    return found ? { body: found } : null;
  });
  get("/patches/:id{[0-9]+}/comments/", ({ view, id }) => numbered(view, id) && { body: [] });

  app.get(`/api/:version{${VERSIONS}}/patches/:id{[0-9]+}/`, ({ req }) =>
    told(site, req.raw, async () => {
      const view = await site.viewer.view();
      const { place, project, id } = askingOf(site, view, new URL(req.url), req.param());
      const one = numbered(view, id);
      if (one === null) return refused(404, "Not found.");
      const { text, description } = await showInView(site.world, view, one.known);
      const start = /^(?:diff |--- |Index: )/m.exec(text ?? "")?.index ?? 0;
      const body = {
        ...patchOf(view, place, one, project),
        headers: {},
        content: description,
        diff: text?.slice(start) ?? "",
        prefixes: [],
      };
      return respond(req.raw, keptAnswer(view.stamp, 200, JSON_HEADERS, jsonText(body), 0));
    }),
  );
  app.get(`/api/:version{${VERSIONS}}/patches/:id{[0-9]+}/mbox/`, ({ req }) =>
    told(site, req.raw, async () => {
      const view = await site.viewer.view();
      const one = numbered(view, Number(req.param("id")));
      const bytes = one && (await patchBytes(view.tree, one.known));
      if (one === null || bytes === null) return refused(404, "Not found.");
      const name = `${basename(one.known.row.name, ".patch")}.patch`;
      const headers = {
        ...API_HEADERS,
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": attachment(name),
      };
      return respond(req.raw, keptAnswer(view.stamp, 200, headers, new Uint8Array(bytes), 0));
    }),
  );
  app.post(`/api/:version{${VERSIONS}}/patches/:id{[0-9]+}/checks/`, ({ req, env }) =>
    told(site, req.raw, async () => {
      const view = await site.viewer.view();
      const person = site.personOf(req.raw, env.remote, view);
      if (person?.by !== "token") return refused(401, "Authentication credentials were not provided.", AUTHENTICATE);
      const one = numbered(view, Number(req.param("id")));
      if (one === null) return refused(404, "Not found.");
      const body = await readBody(NewCheck, req.raw);
      if ("problem" in body) return refusedFor(body);
      const given = body.value as v.InferOutput<typeof NewCheck>;
      const empty = { target_url: given.target_url === "" ? null : given.target_url };
      const posted = await post(site, view, one.known, { ...given, ...empty }, person);
      if ("problem" in posted) return refusedFor(posted);
      const fresh = await site.viewer.view();
      const { place } = askingOf(site, fresh, new URL(req.url), req.param());
      const now = numbered(fresh, one.id);
      const made = now && checksOf(fresh, place, now).find(({ context }) => context === posted.check.context);
      return new Response(jsonText(made), { status: 201, headers: { ...JSON_HEADERS, "cache-control": "no-store" } });
    }),
  );
}

const JSON_HEADERS = { ...API_HEADERS, "content-type": "application/json", "cache-control": "no-cache" };
const AUTHENTICATE = { "www-authenticate": 'Token realm="longarm"' };

function askingOf(site: SiteContext, view: TreeView, address: URL, params: Readonly<Record<string, string>>): Asking {
  const place = { site: site.site, root: `${site.site}/api/${params["version"] ?? ""}` };
  const project = projectOf(place, view.tree.config.web.title ?? basename(view.tree.dir));
  const { id, check } = params;
  return { view, place, project, query: address.searchParams, id: Number(id), check: Number(check) };
}

function numbered(view: TreeView, id: number): Numbered | null {
  return numberedPatches(view).find((one) => one.id === id) ?? null;
}

/** Patches that pass the filters, in pages by number: patchwork's clients know no other. */
function listOf({ view, place, project, query }: Asking): Answer {
  const found = numberedPatches(view).filter((one) => passes(view, one, query));
  const order = query.get("order") ?? "id";
  if (order.startsWith("-")) found.reverse();
  const size = Math.min(MAX_PER_PAGE, Math.max(1, Number(query.get("per_page")) || PER_PAGE));
  const page = Math.max(1, Math.floor(Number(query.get("page"))) || 1);
  const items = found.slice((page - 1) * size, page * size);
  const more = new URLSearchParams(query);
  more.set("page", String(page + 1));
  const link = `<${place.root}/patches/?${more.toString()}>; rel="next"`;
  const body = items.map((one) => patchOf(view, place, one, project));
  return page * size < found.length ? { body, link } : { body };
}

/** Values of one filter are alternatives; all filters must hold. One that we do not know lets everything through, as there. */
function passes(view: TreeView, { known }: Numbered, query: URLSearchParams): boolean {
  const holds = (name: string, test: (value: string) => boolean): boolean => {
    const values = query.getAll(name).filter((value) => value !== "");
    return values.length === 0 || values.some(test);
  };
  const { row } = known;
  return (
    holds("msgid", (value) => mailOf(known) === value.replace(/^<|>$/g, "")) &&
    holds("state", (value) => stateOf(known) === value) &&
    holds("archived", (value) => /^(?:true|1)$/i.test(value) || row.gone === null) &&
    holds("submitter", (value) => row.author.toLowerCase().includes(`<${value.toLowerCase()}>`)) &&
    holds("q", (value) => row.title.toLowerCase().includes(value.toLowerCase())) &&
    holds("since", (value) => (row.since ?? "") >= value) &&
    holds("before", (value) => (row.since ?? "") <= value) &&
    holds("hash", (value) => hashOf(view, known) === value)
  );
}

/** An error as patchwork tells it. */
function refused(status: number, detail: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(jsonText({ detail }), {
    status,
    headers: { ...JSON_HEADERS, "cache-control": "no-store", ...headers },
  });
}

/** Patchwork says 400 of what is not valid. */
function refusedFor({ problem: status, title, hint }: Problem): Response {
  return refused(status === 422 ? 400 : status, hint === null ? title : `${title}: ${hint}`);
}
