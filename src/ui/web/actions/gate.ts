// Who may do something, and with which request: every form goes through here. What it does is the operations'.
import { html } from "hono/html";
import type { TreeView } from "#app";
import type { Person } from "../access.ts";
import { SAFE_HEADERS } from "../headers.ts";
import type { PageAnswer } from "../page.ts";
import type { SiteContext } from "../site.ts";
import type { Form } from "./form.ts";
import type { Limiter } from "./limiter.ts";
import { isForeign, readForm } from "./read-form.ts";

/** A request that may go on. */
export interface Admitted {
  readonly view: TreeView;
  readonly person: Person;
  readonly form: Form;
}

/** A form of a maintainer, or the answer to who is none or sent something else. */
export async function admit(
  site: SiteContext,
  request: Request,
  remote: string,
  limiter: Limiter,
): Promise<Admitted | Response> {
  const view = await site.viewer.view();
  const person = site.personOf(request, remote, view);
  const wait = limiter.take(clientOf(request, remote, view));
  if (wait > 0) return await tooOften(site, request, person, view, wait);
  const maintainer = await maintainerOr(site, request, person, view);
  if (maintainer instanceof Response) return maintainer;
  if (maintainer.by !== "token" && isForeign(request, site.site))
    return await refuse(site, request, person, view, 403, "This form was sent by another site.");
  const read = await readForm(request);
  if (read.kind === "refused") return await refuse(site, request, person, view, read.status, read.why);
  // A token is in a header that no page of another site can make a browser send.
  if (maintainer.by !== "token" && !site.access.isProof(maintainer, read.form.line("proof"))) {
    const why = "This form is not one of yours, or you signed in anew since it was made. Open it again.";
    return await refuse(site, request, person, view, 403, why);
  }
  return { view, person: maintainer, form: read.form };
}

/** The person, when it may change the tree; else where to sign in, or that it may not. */
export async function maintainerOr(
  site: SiteContext,
  request: Request,
  person: Person | null,
  view: TreeView,
): Promise<Person | Response> {
  if (person === null) {
    const { pathname, search } = new URL(request.url);
    return seeOther(`/sign-in?to=${encodeURIComponent(`${pathname}${search}`)}`);
  }
  if (person.maintains) return person;
  return await refuse(site, request, person, view, 403, "This token may post results of checks, nothing else.");
}

/** A page that says why nothing was done. */
export async function refuse(
  site: SiteContext,
  request: Request,
  person: Person | null,
  view: TreeView,
  status: NonNullable<PageAnswer["status"]>,
  why: string,
): Promise<Response> {
  return await site.page(request, person, view, {
    kind: "page",
    title: "Nothing was done",
    place: null,
    status,
    body: html`<h1>Nothing was done</h1>
      <p>${why}</p>`,
  });
}

/** The same for who asks too often; `wait` in seconds (RFC 9110, 10.2.3). */
export async function tooOften(
  site: SiteContext,
  request: Request,
  person: Person | null,
  view: TreeView,
  wait: number,
): Promise<Response> {
  const why = `That was too often. Wait ${wait} ${wait === 1 ? "second" : "seconds"}, then do it again.`;
  const response = await refuse(site, request, person, view, 429, why);
  response.headers.set("retry-after", String(wait));
  return response;
}

/** A POST ends with a GET, so that to look again does not do it again. */
export function seeOther(to: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, {
    status: 303,
    headers: { ...SAFE_HEADERS, "cache-control": "no-store", ...headers, location: to },
  });
}

/** The address that a request came from; behind a proxy that is trusted, the one that the proxy saw. */
export function clientOf(request: Request, remote: string, { tree }: TreeView): string {
  const proxies = tree.config.web.identity?.proxies ?? [];
  if (!proxies.includes(remote.replace(/^::ffff:(?=\d+\.)/i, ""))) return remote;
  // The proxy adds what it saw at the end; what stands before that anybody may have written.
  return request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || remote;
}
