// The site: Request in, Response out. Which page answers is in pages.ts; here is what all of them share: one look at the tree,
// finished answers kept, validators, headers, errors as pages. It opens no port; serve.ts does.
import { basename } from "node:path";
import { Hono } from "hono";
import { html } from "hono/html";
import { UserError, visibleText } from "#model/bytes";
import { openViewer, startWebhooks, watchNews } from "#app";
import type { News, TreeView, Viewer, World } from "#app";
import type { Access, Person } from "./access.ts";
import { makeAccess } from "./access.ts";
import { readAssets } from "./assets.ts";
import type { Cache, Kept } from "./cache.ts";
import { keptAnswer, makeCache, respond } from "./cache.ts";
import { attachment, FOREIGN_POLICY, SAFE_HEADERS } from "./headers.ts";
import type { Frame } from "./layout.ts";
import { layout } from "./layout.ts";
import { makeOutgoing } from "./outgoing.ts";
import type { Answer, Asked, Html, Page, PageAnswer } from "./page.ts";
import { registerActions } from "./actions/index.ts";
import { registerApi } from "./api/index.ts";
import { registerGit } from "./git.ts";
import { PAGES } from "./pages.ts";
import { publicText } from "./parts/public-text.ts";
import { missingPage } from "./pages/missing.ts";

/** What the site needs from the outside. */
export interface SiteOutside {
  readonly world: World;
  readonly version: string;
  /** Directory of the bundled style sheet and scripts. */
  readonly assetsDir: string;
  /** Where the site is found when neither `url` nor the tree's configuration says it. */
  readonly site: string;
  /** Where others find it, before what the configuration says. */
  readonly url?: string | undefined;
}

export interface Site extends AsyncDisposable {
  /** Answers one request; never throws. `remote` is the address that the connection came from. */
  fetch(request: Request, remote: string): Promise<Response>;
  /** Ends the answers that would go on for ever; to be called before the port is closed. */
  end(): void;
}

/** What hono hands from one handler to the next. */
export interface Env {
  readonly Bindings: { readonly remote: string };
}

/** What the parts of the site that are no pages have in hand: the API, forms that do something, git. */
export interface SiteContext {
  readonly world: World;
  readonly viewer: Viewer;
  readonly access: Access;
  /** Finished answers by address, the same as those of pages. */
  readonly cache: Cache;
  readonly version: string;
  /** What enters the ledger. */
  readonly news: News;
  /** Ends when the site is asked for no more: what goes on for long has to stop. */
  readonly ending: AbortSignal;
  readonly site: string;
  /** Calls `work` when the site is closed, before the tree is. */
  atEnd(work: () => Promise<void>): void;
  /** Who made a request. */
  personOf(request: Request, remote: string, view: TreeView): Person | null;
  /** A page of the site, in its frame; not kept. */
  page(request: Request, person: Person | null, view: TreeView, page: PageAnswer): Promise<Response>;
}

/** Reads the tree that `world.cwd` is in and keeps it at hand. Throws UserError when that is not possible. */
export async function openSite(outside: SiteOutside): Promise<Site> {
  const { world } = outside;
  const viewer = await openViewer(world);
  const { web } = (await viewer.view()).tree.config;
  const place = (outside.url ?? web.url ?? outside.site).replace(/\/+$/, "");
  const assets = readAssets(outside.assetsDir);
  const cache = makeCache();
  const outgoing = makeOutgoing();
  const news = watchNews(viewer, world.tell);
  const ending = new AbortController();
  const webhooks = startWebhooks(world, viewer, place);
  const frameOf = ({ tree }: TreeView, person: Person | null): Frame => ({
    assets,
    version: outside.version,
    title: visibleText(tree.config.web.title ?? basename(tree.dir)),
    account: person === null ? html`<a href="/sign-in">Sign in</a>` : accountOf(person),
  });

  const access = makeAccess(world.now, place.startsWith("https:"));

  const finished = async (answer: Answer, asked: Asked, stamp: string): Promise<Kept> => {
    const now = world.now().getTime();
    switch (answer.kind) {
      case "page": {
        const text = String(await layout(frameOf(asked.view, asked.person), asked, answer));
        return keptAnswer(stamp, answer.status ?? 200, pageHeaders(asked.person), text, now);
      }
      case "file": {
        const headers = {
          ...SAFE_HEADERS,
          "content-type": answer.type,
          "cache-control": "no-cache",
          ...(answer.foreign === true ? { "content-security-policy": FOREIGN_POLICY } : {}),
          ...(answer.download === undefined ? {} : { "content-disposition": attachment(answer.download) }),
        };
        return keptAnswer(stamp, 200, headers, answer.body, now);
      }
      case "moved":
        return keptAnswer(stamp, 302, { ...SAFE_HEADERS, location: answer.to }, "", now);
      case "missing":
        return await finished(missingPage(asked, answer.wanted), asked, stamp);
    }
  };

  /** Answers that are being made: whoever asks for one meanwhile gets the same. */
  const underWay = new Map<string, Promise<Kept>>();

  const answerPage = async (
    page: Page,
    request: Request,
    remote: string,
    params: Readonly<Record<string, string>>,
  ): Promise<Response> => {
    const view = await viewer.view();
    const url = new URL(request.url);
    const person = access.personOf(request, remote, view);
    const stamp = page.uses === "mail" ? `${view.stamp} ${viewer.mailStamp()}` : view.stamp;
    const address = `${url.pathname}${url.search}`;
    const keep = page.uses !== "nothing" && person === null;
    const found = keep ? cache.find(address, stamp, world.now().getTime()) : null;
    if (found !== null) return respond(request, found);
    const asked: Asked = { view, world, url, params, person, site: place };
    const began = performance.now();
    const send = (made: Kept): Response => {
      const response = respond(request, made, timing(began));
      return request.method === "HEAD" ? response : outgoing(response, made.body.length);
    };
    const make = async (): Promise<Kept> => {
      const answer = await page.answer(asked);
      const answered = await finished(answer, asked, stamp);
      const passes = answer.kind === "page" && answer.passing === true;
      if (keep && answered.status === 200 && !passes) cache.keep(address, answered);
      return answered;
    };
    if (!keep) return send(await make());
    const key = `${stamp} ${address}`;
    const making = underWay.get(key) ?? make().finally(() => underWay.delete(key));
    underWay.set(key, making);
    return send(await making);
  };

  /** An error as a page: what a person can mend is said, what is a bug is written to the log and only its kind is told. */
  const failed = async (error: unknown, request: Request): Promise<Response> => {
    const known = error instanceof UserError;
    if (!known) world.tell(`a bug: ${request.method} ${new URL(request.url).pathname}: ${stackOf(error)}`);
    const page: PageAnswer = {
      kind: "page",
      title: known ? "That does not work" : "Something is broken here",
      place: null,
      status: known ? 400 : 500,
      body: html`<h1>${known ? publicText(error.message) : "Something is broken here"}</h1>
        <p>
          ${known ? publicText(error.hint ?? "") : "It is written down in the server's log. Other pages may work."}
        </p>`,
    };
    const view = await viewer.view().catch(() => null);
    if (view === null) return new Response("The tree cannot be read now.\n", { status: 503, headers: SAFE_HEADERS });
    const asked = { view, world, url: new URL(request.url), params: {}, person: null, site: place };
    return respond(request, await finished(page, asked, ""));
  };

  const app = new Hono<Env>();
  app.onError((error, context) => failed(error, context.req.raw));
  app.get("/assets/:name", (context) => {
    const asset = assets.find(context.req.param("name"));
    if (asset === null) return new Response("no such asset\n", { status: 404, headers: SAFE_HEADERS });
    const headers = {
      ...SAFE_HEADERS,
      "content-type": asset.type,
      "cache-control": "public, max-age=31536000, immutable",
    };
    const address = `/assets/${context.req.param("name")}`;
    const found = cache.find(address, "", 0) ?? keptAnswer("", 200, headers, asset.body, 0);
    cache.keep(address, found);
    return respond(context.req.raw, found);
  });
  // Browsers ask for it whatever a page says.
  app.get("/favicon.ico", (context) => {
    const headers = { ...SAFE_HEADERS, location: assets.href("icon.svg"), "cache-control": "no-cache" };
    return context.body(null, 302, headers);
  });
  const endings: (() => Promise<void>)[] = [];
  const site: SiteContext = {
    world,
    atEnd: (work) => void endings.push(work),
    viewer,
    access,
    cache,
    version: outside.version,
    news,
    ending: ending.signal,
    site: place,
    personOf: (request, remote, view) => access.personOf(request, remote, view),
    async page(request, person, view, page) {
      const asked = { view, world, url: new URL(request.url), params: {}, person, site: place };
      return respond(request, await finished(page, asked, ""));
    },
  };
  for (const register of [registerApi, registerActions, registerGit]) register(app, site);
  for (const page of PAGES)
    app.get(page.path, (context) => answerPage(page, context.req.raw, context.env.remote, context.req.param()));
  app.notFound((context) => {
    const methods = methodsOf(app, context.req.path);
    // A route that takes the method may find nothing all the same.
    if (methods.length > 0 && !methods.includes(context.req.method)) {
      const headers = { ...SAFE_HEADERS, "content-type": "text/plain; charset=utf-8", allow: methods.join(", ") };
      return new Response(`this address takes ${methods.join(", ")}\n`, { status: 405, headers });
    }
    return answerPage(
      {
        path: "*",
        uses: "nothing",
        answer: ({ url }) => ({ kind: "missing", wanted: wordsOf(url.pathname) }),
      },
      context.req.raw,
      context.env.remote,
      {},
    );
  });
  return {
    fetch: async (request, remote) => await app.fetch(request, { remote }),
    end: () => ending.abort(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      news[Symbol.dispose]();
      await webhooks[Symbol.asyncDispose]();
      for (const end of endings) await end();
      await viewer[Symbol.asyncDispose]();
    },
  };
}

/** The methods by which something is at that path (RFC 9110, 10.2.1). */
function methodsOf({ router }: Hono<Env>, path: string): string[] {
  const known = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) =>
    // What is there for all methods only looks at what goes by.
    router.match(method, path)[0].some(([[, route]]) => route.method === method),
  );
  return known.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

/** Who is signed in, and the way out for whom a session knows. */
function accountOf({ name, by, proof }: Person): Html {
  const shown = name.replace(/ <[^<>]*>$/, "");
  if (by !== "session") return html`<span>${shown}</span>`;
  return html`<form method="post" action="/sign-out">
    <span>${shown}</span><input type="hidden" name="proof" value="${proof}" /> <button type="submit">Sign out</button>
  </form>`;
}

/** What making an answer took, since a moment of `performance.now()` (Server Timing, W3C). */
function timing(began: number): Readonly<Record<string, string>> {
  return { "server-timing": `made;dur=${(performance.now() - began).toFixed(1)}` };
}

function pageHeaders(person: Person | null): Readonly<Record<string, string>> {
  return {
    ...SAFE_HEADERS,
    "content-type": "text/html; charset=utf-8",
    "cache-control": person === null ? "no-cache" : "private, no-store",
  };
}

/** What somebody may have looked for who asked for an address that is none. */
function wordsOf(pathname: string): string {
  let text = pathname;
  try {
    text = decodeURIComponent(pathname);
  } catch {
    // Bytes that are no UTF-8 are shown as they were asked for.
  }
  return text.replace(/^\/+|\/+$/g, "").slice(0, 500);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
