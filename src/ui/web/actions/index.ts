// What a maintainer who is signed in can do from pages: the operations of the command line, each shown as a plan before it runs.
import type { Hono } from "hono";
import type { Env, SiteContext } from "../site.ts";
import { registerBuilds } from "./build-page.ts";
import { makeBuilds } from "./builds.ts";
import { registerDo } from "./do.ts";
import { registerInbox } from "./inbox.ts";
import { operationsOf } from "./operations/index.ts";
import { registerOutbox } from "./outbox.ts";
import { registerSignIn } from "./sign-in.ts";

/** Adds signing in and the forms to the site. */
export function registerActions(app: Hono<Env>, site: SiteContext): void {
  const builds = makeBuilds(site.world.tell);
  registerSignIn(app, site);
  registerInbox(app, site);
  registerOutbox(app, site);
  registerBuilds(app, site, builds);
  registerDo(app, site, operationsOf(builds));
}
