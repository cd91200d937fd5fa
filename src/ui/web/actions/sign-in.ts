// `/sign-in` and `/sign-out`: a token against a session, and back.
import type { Hono } from "hono";
import { html } from "hono/html";
import type { Person } from "../access.ts";
import type { PageAnswer } from "../page.ts";
import type { Env, SiteContext } from "../site.ts";
import { clientOf, refuse, seeOther, tooOften } from "./gate.ts";
import { formOf } from "./form.ts";
import type { Rate } from "./limiter.ts";
import { makeLimiter } from "./limiter.ts";
import { localPath } from "./local-path.ts";
import { isForeign, readForm } from "./read-form.ts";

/** Tokens that an address may try. */
const TRIES: Rate = { burst: 10, perMinute: 10 };

/** Adds signing in and out to the site. */
export function registerSignIn(app: Hono<Env>, site: SiteContext): void {
  const limiter = makeLimiter(TRIES);
  app.get("/sign-in", async (context) => {
    const request = context.req.raw;
    const view = await site.viewer.view();
    const person = site.personOf(request, context.env.remote, view);
    const to = localPath(formOf(new URL(request.url).searchParams).line("to") || "/");
    return await site.page(request, person, view, person === null ? signInPage(to, null) : signedInPage(person, to));
  });
  app.post("/sign-in", async (context) => {
    const request = context.req.raw;
    const view = await site.viewer.view();
    const wait = limiter.take(clientOf(request, context.env.remote, view));
    if (wait > 0) return await tooOften(site, request, null, view, wait);
    if (isForeign(request, site.site))
      return await refuse(site, request, null, view, 403, "This form was sent by another site.");
    const read = await readForm(request);
    if (read.kind === "refused") return await refuse(site, request, null, view, read.status, read.why);
    const to = localPath(read.form.line("to") || "/");
    const cookie = site.access.signIn(read.form.line("token"), view);
    if (cookie === null) return await site.page(request, null, view, signInPage(to, "That is nobody's token."));
    return seeOther(to, { "set-cookie": cookie });
  });
  app.post("/sign-out", async (context) => {
    const request = context.req.raw;
    const view = await site.viewer.view();
    const person = site.personOf(request, context.env.remote, view);
    if (person === null) return seeOther("/", { "set-cookie": site.access.signOut(request) });
    if (isForeign(request, site.site))
      return await refuse(site, request, person, view, 403, "This form was sent by another site.");
    const read = await readForm(request);
    if (read.kind === "refused") return await refuse(site, request, person, view, read.status, read.why);
    if (!site.access.isProof(person, read.form.line("proof")))
      return await refuse(site, request, person, view, 403, "This form is not one of yours. Open a page again.");
    return seeOther("/", { "set-cookie": site.access.signOut(request) });
  });
}

function signInPage(to: string, wrong: string | null): PageAnswer {
  return {
    kind: "page",
    title: "Sign in",
    place: null,
    status: wrong === null ? 200 : 403,
    body: html`<h1>Sign in</h1>
      ${wrong === null ? "" : html`<p class="wrong" role="alert">${wrong}</p>`}
      <form class="asking card" method="post" action="/sign-in">
        <input type="hidden" name="to" value="${to}" />
        <p>
          <label for="token">Token</label>
          <input
            id="token"
            name="token"
            type="password"
            required
            autocomplete="current-password"
            spellcheck="false"
            maxlength="200"
            aria-describedby="token-hint"
          />
        </p>
        <p class="soft" id="token-hint">
          Whoever runs the tree makes one with <code>longarm token add "Name &lt;address&gt;"</code>. Reading needs
          none.
        </p>
        <p><button class="main" type="submit">Sign in</button></p>
      </form>`,
  };
}

function signedInPage({ name, by, maintains }: Person, to: string): PageAnswer {
  const how = {
    session: "with a token",
    proxy: "by the proxy before this site",
    token: "by the token of this request",
  };
  return {
    kind: "page",
    title: "Signed in",
    place: null,
    body: html`<h1>You are signed in</h1>
      <p>
        As <strong>${name}</strong>, ${how[by]}.
        ${maintains ? "" : "That token may post results of checks, nothing else."}
      </p>
      <p><a href="${to}">Go on</a></p>`,
  };
}
