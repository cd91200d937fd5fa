// How mails are shown that stand on one page with others: less of each, and a diff only as a link.
import type { Message } from "#model/mail";
import type { TreeView } from "#app";
import { patchesByMail } from "#app";
import type { BodyStyle } from "./mail-body.ts";
import { patchHref } from "./patch-link.ts";

/** Mails of a thread on one page. */
export const MAX_IN_THREAD = 100;
/** Bytes of each of them. */
const MAX_TEXT = 32 * 1024;

/** The style of a mail on a page of many. */
export function threadStyle(view: TreeView, { messageId }: Message): BodyStyle {
  return { limit: MAX_TEXT, patch: patchPageOf(view, messageId), diff: "link" };
}

/** The page of the patch that a mail brought, when the tree has it as it was in that mail; null for none. */
export function patchPageOf(view: TreeView, messageId: string | null): string | null {
  const brought = messageId === null ? [] : (patchesByMail(view).get(messageId) ?? []);
  const here = brought.find(({ known, isLast }) => isLast && known.queued !== null);
  return here === undefined ? null : patchHref(here.known.row.name);
}
