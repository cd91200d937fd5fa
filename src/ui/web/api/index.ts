// The API under /api: what pages show, for machines, and what machines may post.
import type { Hono } from "hono";
import { keptAnswer, respond } from "../cache.ts";
import type { Env, SiteContext } from "../site.ts";
import { API_HEADERS, jsonText, problemResponse, registerRoutes, ROOT, told } from "./answer-route.ts";
import { docsPage } from "./docs-page.ts";
import { openApiDocument } from "./document.ts";
import { registerPatchwork } from "./patchwork/index.ts";
import { problem } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { makeStreams } from "./stream.ts";

/** Adds the API to the site. */
export function registerApi(app: Hono<Env>, site: SiteContext): void {
  const describe = once(() => openApiDocument(ROUTES, site.site, site.version));
  const described = once(() => keptAnswer("", 200, JSON_HEADERS, jsonText(describe()), 0));
  app.get(`${ROOT}/openapi.json`, ({ req }) => respond(req.raw, described()));
  const stream = makeStreams(site);
  app.get(`${ROOT}/stream`, ({ req }) => told(site, req.raw, () => stream(req.raw)));
  app.get("/api", async ({ req, env }) => {
    if (!/text\/html/.test(req.header("accept") ?? "")) return respond(req.raw, rootOf(site));
    const view = await site.viewer.view();
    const person = site.personOf(req.raw, env.remote, view);
    const page = await site.page(req.raw, person, view, docsPage(describe(), site.site));
    page.headers.append("vary", "accept");
    return page;
  });
  // A script of another page may ask with these (Fetch, 3.2.2), but nothing in anybody's name.
  app.options("/api/*", () => new Response(null, { status: 204, headers: { ...API_HEADERS, ...PREFLIGHT } }));
  app.get(
    `${ROOT}/`,
    ({ req }) =>
      new Response(null, { status: 308, headers: { ...API_HEADERS, location: `${ROOT}${new URL(req.url).search}` } }),
  );
  registerRoutes(app, site, ROUTES);
  registerPatchwork(app, site);
  app.all("/api/*", ({ req }) =>
    problemResponse(req.raw, problem(404, "nothing is at this address", "what there is: /api/v1, and /api for people")),
  );
}

const JSON_HEADERS = { ...API_HEADERS, "content-type": "application/json", "cache-control": "no-cache" };

const PREFLIGHT = {
  "access-control-allow-methods": "GET, HEAD",
  "access-control-allow-headers": "if-none-match, last-event-id, cache-control",
  "access-control-max-age": "86400",
};

/** Where both APIs are. Its keys are those by which clients of patchwork find their way. */
function rootOf({ site }: SiteContext): ReturnType<typeof keptAnswer> {
  const body = { longarm: `${site}${ROOT}`, documentation: `${site}/api`, patchwork: `${site}/api/1.3/` };
  return keptAnswer("", 200, JSON_HEADERS, jsonText(body), 0);
}

/** Made when somebody first asks: the site's first page need not wait for it. */
function once<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}
