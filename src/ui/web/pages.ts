// Every page of the site, in the order in which addresses are tried.
import type { Page } from "./page.ts";
import { conflictsPage } from "./pages/conflicts.ts";
import { patchPage } from "./pages/patch.ts";
import { queuePage } from "./pages/queue.ts";
import { treePage } from "./pages/tree.ts";

export const PAGES: readonly Page[] = [treePage, queuePage, patchPage, conflictsPage];
