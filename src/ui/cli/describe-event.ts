// One ledger event as a line for a person.
import type { LedgerEvent } from "#model/ledger";

/** What happened, without when and by whom. */
export function describeEvent(event: LedgerEvent): string {
  switch (event.kind) {
    case "created":
      return `tree made with preset ${event.preset} on ${event.base.slice(0, 12)}`;
    case "queued": {
      const { origin } = event;
      const from = origin.kind === "mail" ? `${origin.revision} ${origin.part} <${origin.messageId}>` : origin.path;
      return `${event.patch} queued in ${event.branch}, from ${from}`;
    }
    case "dropped":
      return `${event.patch} dropped from ${event.branch}: ${event.reason}${event.into ? ` ${event.into}` : ""}${event.note === null ? "" : ` (${event.note})`}`;
    case "announced":
      return `${event.patch} announced as ${event.notice}`;
    case "built":
      return `built ${Object.entries(event.branches)
        .map(([name, commit]) => `${name} ${commit.slice(0, 12)}`)
        .join(", ")}${event.rejected.length === 0 ? "" : `; rejected: ${event.rejected.join(", ")}`}`;
    case "undone":
      return `operation ${event.undoes} undone`;
  }
}
