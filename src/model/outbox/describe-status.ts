// What a waiting mail waits for, in words: the same in the terminal and on pages.
import type { MailStatus } from "./mail-state.ts";

/** Without the mail; times are UTC. */
export function describeStatus(status: MailStatus): string {
  switch (status.kind) {
    case "ready":
      return "may go";
    case "unpublished":
      return "waits until its patch is public";
    case "held":
      return "held";
    case "later":
      return `tried again at ${new Date(status.until).toISOString().slice(0, 16).replace("T", " ")} (${status.answer})`;
    case "uncertain":
      return "uncertain: it may have arrived";
    case "cancelled":
      return `cancelled: ${status.why}`;
    case "done":
      return status.outcome;
  }
}
