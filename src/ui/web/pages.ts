// Every page of the site, in the order in which addresses are tried.
import type { Page } from "./page.ts";
import { authorPage } from "./pages/author.ts";
import { authorsPage } from "./pages/authors.ts";
import { branchPage } from "./pages/branch.ts";
import { logPage } from "./pages/log.ts";
import { queuePage } from "./pages/queue.ts";
import { treePage } from "./pages/tree.ts";

export const PAGES: readonly Page[] = [treePage, queuePage, branchPage, authorsPage, authorPage, logPage];
