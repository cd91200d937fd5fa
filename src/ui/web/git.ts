// git over HTTP, read-only: the source branches and the tree's own repository.
import type { Hono } from "hono";
import type { Env, SiteContext } from "./site.ts";

/** Adds the repositories to the site. */
export function registerGit(_app: Hono<Env>, _site: SiteContext): void {}
