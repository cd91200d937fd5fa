// The web: a tree's pages, its API and its feeds, as Request in and Response out, and the port that they are served at.

export type { Listening, ListenLimits } from "./serve.ts";
export { listen } from "./serve.ts";
export type { Site, SiteOutside } from "./site.ts";
export { openSite } from "./site.ts";
