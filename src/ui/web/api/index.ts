// The API under /api: what pages show, for machines, and what machines may post.
import type { Hono } from "hono";
import type { Env, SiteContext } from "../site.ts";

/** Adds the API to the site. */
export function registerApi(_app: Hono<Env>, _site: SiteContext): void {}
