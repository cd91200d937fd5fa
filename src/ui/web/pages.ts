// Every page of the site, in the order in which addresses are tried.
import type { Page } from "./page.ts";
import { authorPage } from "./pages/author.ts";
import { authorsPage } from "./pages/authors.ts";
import { branchPage } from "./pages/branch.ts";
import { clonePage } from "./pages/clone.ts";
import { logPage } from "./pages/log.ts";
import { operationPage } from "./pages/operation.ts";
import { queuePage } from "./pages/queue.ts";
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
];
