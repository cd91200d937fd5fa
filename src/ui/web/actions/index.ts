// What a maintainer who is signed in can do from pages: the operations of the command line, each shown as a plan before it runs.
import type { Hono } from "hono";
import type { Env, SiteContext } from "../site.ts";

/** Adds signing in and the forms to the site. */
export function registerActions(_app: Hono<Env>, _site: SiteContext): void {}
