// Every page of the site, in the order in which addresses are tried.
import type { Page } from "./page.ts";
import { authorPage } from "./pages/author.ts";
import { authorsPage } from "./pages/authors.ts";
import { branchPage } from "./pages/branch.ts";
import { clonePage } from "./pages/clone.ts";
import { conflictsPage } from "./pages/conflicts.ts";
import { feedPage, robotsPage } from "./pages/feeds.ts";
import { logPage } from "./pages/log.ts";
import { mailPage } from "./pages/mail.ts";
import { operationPage } from "./pages/operation.ts";
import { patchPage } from "./pages/patch.ts";
import { patchesPage, patchFilesPage, seriesPage } from "./pages/plain-files.ts";
import { postingPage } from "./pages/posting.ts";
import { postingsPage } from "./pages/postings.ts";
import { queuePage } from "./pages/queue.ts";
import { searchPage } from "./pages/search.ts";
import { treePage } from "./pages/tree.ts";

export const PAGES: readonly Page[] = [
  treePage,
  queuePage,
  clonePage,
  branchPage,
  authorsPage,
  authorPage,
  logPage,
  operationPage,
  postingsPage,
  postingPage,
  mailPage,
  searchPage,
  patchesPage,
  patchFilesPage,
  seriesPage,
  feedPage,
  robotsPage,
  patchPage,
  conflictsPage,
];
