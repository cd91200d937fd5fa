// `/build/N`: a build that was started from a page, while it runs and when it is done.
import type { Hono } from "hono";
import { html } from "hono/html";
import type { Html } from "../page.ts";
import { moment } from "../parts/moment.ts";
import type { Env, SiteContext } from "../site.ts";
import type { Builds, StartedBuild } from "./builds.ts";
import { maintainerOr } from "./gate.ts";
import { buildHref } from "./operations/building.ts";
import { buildWords } from "./words/outcome.ts";

/** Adds the page to the site. */
export function registerBuilds(app: Hono<Env>, site: SiteContext, builds: Builds): void {
  app.get("/build/:id{[0-9]{1,9}}", async (context) => {
    const request = context.req.raw;
    const view = await site.viewer.view();
    const person = await maintainerOr(site, request, site.personOf(request, context.env.remote, view), view);
    if (person instanceof Response) return person;
    const started = builds.find(Number(context.req.param("id")));
    if (started === null) return await context.notFound();
    const { state, by, at } = started;
    return await site.page(request, person, view, {
      kind: "page",
      title: "Build",
      place: "queue",
      islands: state.kind === "running" ? ["again"] : [],
      body: html`<h1>Build</h1>
        <p class="soft">Started by ${by}, ${moment(at, site.world.now())}</p>
        <section class="card" aria-label="Outcome">${stateHtml(started)}</section>`,
    });
  });
}

function stateHtml({ id, state }: StartedBuild): Html {
  switch (state.kind) {
    case "running":
      return html`<p data-again="yes">It is running. <a href="${buildHref(id)}">Look again</a></p>`;
    case "built":
      return buildWords(state.report);
    case "failed":
      return html`<p class="wrong"><strong>${state.message}</strong></p>
        <p>${state.hint ?? ""}</p>`;
  }
}
