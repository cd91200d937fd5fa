// Every operation of the API, in the order in which addresses are tried and in which the document tells of them.
import type { ApiRoute } from "./route.ts";
import { listChecksRoute, postCheckRoute } from "./routes/checks.ts";
import { eventsRoute } from "./routes/events.ts";
import { mailRoute, postingRoute } from "./routes/mails.ts";
import { patchEventsRoute, patchesRoute, patchRoute } from "./routes/patches.ts";
import { authorRoute, searchRoute } from "./routes/search.ts";
import {
  branchesRoute,
  branchRoute,
  commitRoute,
  commitsRoute,
  indexRoute,
  lastBuildRoute,
  seriesRoute,
  treeRoute,
} from "./routes/tree.ts";

export const ROUTES: readonly ApiRoute[] = [
  indexRoute,
  treeRoute,
  branchesRoute,
  branchRoute,
  seriesRoute,
  patchesRoute,
  // Before the patch itself, whose name may hold a slash.
  listChecksRoute,
  postCheckRoute,
  patchEventsRoute,
  patchRoute,
  eventsRoute,
  lastBuildRoute,
  commitsRoute,
  commitRoute,
  mailRoute,
  postingRoute,
  searchRoute,
  authorRoute,
];
