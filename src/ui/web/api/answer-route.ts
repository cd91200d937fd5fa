// Carries operations of the API out: checks what was asked, answers from what is kept, and tells problems as problems.
// What is answered is in routes/.
import { publicText } from "../parts/public-text.ts";
import type { Hono } from "hono";
import { UserError } from "#model/bytes";
import { keptAnswer, respond } from "../cache.ts";
import { SAFE_HEADERS } from "../headers.ts";
import type { Env, SiteContext } from "../site.ts";
import { readBody, readFields } from "./read-request.ts";
import type { ApiAsked, ApiRoute, Problem, Schema, Success } from "./route.ts";
import { problem } from "./route.ts";

/** Where the API is. */
export const ROOT = "/api/v1";

/** What every answer of the API has: scripts of any page may read it, as everybody may (Fetch, CORS), but nobody's name goes along. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  ...SAFE_HEADERS,
  "cross-origin-resource-policy": "cross-origin",
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "etag, link, location, retry-after",
};

/** Adds the operations in this order, and refuses every other method of their addresses. */
export function registerRoutes(app: Hono<Env>, site: SiteContext, routes: readonly ApiRoute[]): void {
  for (const one of routes) {
    const path = honoPath(one.path);
    app.on(one.method.toUpperCase(), path, (context) =>
      told(site, context.req.raw, () => answer(one, site, context.req.raw, context.env.remote, context.req.param())),
    );
  }
  for (const path of new Set(routes.map((one) => one.path))) {
    const methods = routes.filter((one) => one.path === path).map(({ method }) => method.toUpperCase());
    const allow = [...(methods.includes("GET") ? ["HEAD"] : []), ...methods, "OPTIONS"].sort().join(", ");
    app.on(["POST", "PUT", "PATCH", "DELETE"], honoPath(path), ({ req }) =>
      problemResponse(req.raw, problem(405, `${req.method} is not for this address`, `it takes ${allow}`), { allow }),
    );
  }
}

/** The same at `/api/v1`, as hono writes it. A patch's name, or a Message-ID, may hold a slash that nobody encoded. */
function honoPath(path: string): string {
  return `${ROOT}${path.replace(/\{(\w+)\}/g, ":$1{.+}")}`;
}

/** What `work` answers; an error is told as a problem, and a bug goes to the log besides. */
export async function told(site: SiteContext, request: Request, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError)
      return problemResponse(
        request,
        problem(400, publicText(error.message), error.hint === null ? null : publicText(error.hint)),
      );
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    site.world.tell(`a bug: ${request.method} ${new URL(request.url).pathname}: ${stack}`);
    return problemResponse(request, problem(500, "something is broken here", "it is written down in the server's log"));
  }
}

async function answer(
  row: ApiRoute,
  site: SiteContext,
  request: Request,
  remote: string,
  given: Readonly<Record<string, string>>,
): Promise<Response> {
  const view = await site.viewer.view();
  const url = new URL(request.url);
  const stamp = row.uses === "mail" ? `${view.stamp} ${site.viewer.mailStamp()}` : view.stamp;
  const address = `${url.pathname}${url.search}`;
  const keep = row.method === "get" && row.uses !== "nothing";
  const now = site.world.now().getTime();
  const found = keep ? site.cache.find(address, stamp, now) : null;
  if (found !== null) return respond(request, found);
  const params = readFields(row.params, Object.entries(given));
  if ("problem" in params) return problemResponse(request, params);
  const query = readFields(row.query, url.searchParams);
  if ("problem" in query) return problemResponse(request, query);
  const person = site.personOf(request, remote, view);
  if (row.right !== null) {
    const refused = refusal(request, person);
    if (refused !== null) return problemResponse(request, refused, { "www-authenticate": 'Bearer realm="longarm"' });
  }
  const body = row.request === null ? { value: null } : await readBody(row.request, request);
  if ("problem" in body) return problemResponse(request, body);
  const asked = {
    view,
    world: site.world,
    context: site,
    params: params.values,
    query: query.values,
    body: body.value,
    person,
  };
  const result = await row.answer(asked as unknown as ApiAsked<never, never, never>);
  if ("problem" in result) return problemResponse(request, result);
  const made = keptAnswer(stamp, result.status ?? row.status, headersOf(site, url, result), jsonText(result.body), now);
  if (keep && made.status === 200) site.cache.keep(address, made);
  return respond(request, made);
}

/** Only a token is good for changing something here: a browser sends cookies and a proxy's names by itself, whoever made the request. */
function refusal(request: Request, person: ReturnType<SiteContext["personOf"]>): Problem | null {
  if (person?.by === "token") return null;
  if (person !== null) return problem(403, "a session is no good here", "send a token: Authorization: Bearer TOKEN");
  const given = request.headers.has("authorization");
  return given
    ? problem(401, "the token is nobody's", 'make one with: longarm token add "Name <address>"')
    : problem(401, "this needs a token", "send one: Authorization: Bearer TOKEN");
}

function headersOf(site: SiteContext, url: URL, { headers, next }: Success<Schema>): Record<string, string> {
  const more = new URLSearchParams(url.searchParams);
  if (next !== null && next !== undefined) more.set("cursor", next);
  return {
    ...API_HEADERS,
    "content-type": "application/json",
    "cache-control": "no-cache",
    // RFC 8288.
    ...(next === null || next === undefined
      ? {}
      : { link: `<${site.site}${url.pathname}?${more.toString()}>; rel="next"` }),
    ...headers,
  };
}

/** A problem as RFC 9457 writes it. */
export function problemResponse(
  request: Request,
  { problem: status, title, hint }: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = { type: "about:blank", title, status, hint, instance: new URL(request.url).pathname };
  return new Response(jsonText(body), {
    status,
    headers: { ...API_HEADERS, "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}

export function jsonText(body: unknown): string {
  return `${JSON.stringify(body)}\n`;
}
