// One ledger event as a line for a person, the same in the terminal, in feeds and on pages.
import type { LedgerEvent } from "./event.ts";

/** What happened, without when and by whom. */
export function describeEvent(event: LedgerEvent): string {
  switch (event.kind) {
    case "created":
      return `tree made with preset ${event.preset} on ${event.base.slice(0, 12)}`;
    case "queued": {
      const { origin } = event;
      const from = origin.kind === "mail" ? `${origin.revision} ${origin.part} <${origin.messageId}>` : origin.path;
      const why = origin.kind === "mail" && origin.composed !== undefined ? ` (${origin.composed.reason})` : "";
      return `${event.patch} queued in ${event.branch}, from ${from}${why}`;
    }
    case "tagged": {
      const gone = event.replaced.length === 0 ? "" : `, in place of ${event.replaced.join(", ")}`;
      return `${event.patch} tagged: ${event.tags.map(({ tag }) => tag).join(", ")}${gone}`;
    }
    case "dropped":
      return `${event.patch} dropped from ${event.branch}: ${event.reason}${event.into ? ` ${event.into}` : ""}${event.note === null ? "" : ` (${event.note})`}`;
    case "moved":
    case "promoted":
      return event.from === event.to
        ? `${event.patch} moved inside ${event.to}`
        : `${event.patch} ${event.kind} from ${event.from} to ${event.to}`;
    case "reordered":
      return `${event.branch} put in order by ${event.order}`;
    case "renamed":
      return `${event.from} renamed to ${event.patch}`;
    case "updated": {
      const [from, to] = [event.from, event.origin].map((origin) =>
        origin.kind === "mail" ? origin.revision : origin.path,
      );
      const what = { same: "unchanged", log: "another log", diff: "another change" }[event.change];
      const lost = event.lost.length === 0 ? "" : `; lost: ${event.lost.join(", ")}`;
      return `${event.patch} updated from ${from ?? ""} to ${to ?? ""}, ${what}${lost}`;
    }
    case "folded":
      return `${event.fixes.join(", ")} folded into ${event.patch}`;
    case "held": {
      const ends = [
        ...(event.until === null ? [] : [`until ${event.until}`]),
        ...(event.tag === null ? [] : [`until it has ${event.tag}`]),
        ...(event.person === null ? [] : [`until ${event.person} agrees`]),
      ];
      return `${event.patch} held${ends.length === 0 ? "" : ` ${ends.join(", ")}`}: ${event.reason}`;
    }
    case "landed":
      return `${event.patch} seen in ${event.branch} as ${event.commit.slice(0, 12)}`;
    case "left":
      return `${event.patch} is no longer in ${event.branch}, where it was ${event.commit.slice(0, 12)}${event.revertedBy === null ? "" : `; reverted by ${event.revertedBy.slice(0, 12)}`}`;
    case "released":
      return `${event.patch} no longer held`;
    case "disabled":
      return `${event.patch} disabled${event.reason === null ? "" : `: ${event.reason}`}`;
    case "enabled":
      return `${event.patch} enabled`;
    case "noted":
      return `${event.patch} noted: ${event.text}`;
    case "checked":
      return `${event.patch} ${event.context}: ${event.state}${event.text === null ? "" : ` (${event.text})`}`;
    case "linked":
      return {
        revision: `<${event.newer}> is the next revision of <${event.older}>`,
        unrelated: `<${event.newer}> is no revision of <${event.older}>`,
        forgotten: `nothing is said any more of <${event.newer}> and <${event.older}>`,
      }[event.relation];
    case "announced":
      return `${event.patch} announced as ${event.notice}`;
    case "built":
      return `built ${Object.entries(event.branches)
        .map(([name, commit]) => `${name} ${commit.slice(0, 12)}`)
        .join(", ")}${event.rejected.length === 0 ? "" : `; rejected: ${event.rejected.join(", ")}`}`;
    case "rebased": {
      const left = event.dropped.length;
      const gone = left === 0 ? "" : `; ${left} ${left === 1 ? "patch" : "patches"} in it already`;
      return `rebased from ${event.from.slice(0, 12)} to ${event.to.slice(0, 12)}${gone}`;
    }
    case "refreshed": {
      const what = [
        ...(event.moved === 0 ? [] : [`${event.moved} ${event.moved === 1 ? "hunk" : "hunks"} moved`]),
        ...(event.fuzz === 0 ? [] : [`context taken from the file in ${event.fuzz}`]),
        ...(event.anew.length === 0 ? [] : [`hunks made anew in ${event.anew.join(", ")}`]),
      ];
      return `${event.patch} refreshed: ${what.join(", ")}`;
    }
    case "edited": {
      const broke = event.broke.length === 0 ? "" : `; does not apply any more: ${event.broke.join(", ")}`;
      return `${event.patch} edited in ${event.files.join(", ")}${broke}`;
    }
    case "resolved":
      return `${event.patch} resolved: ${event.conflicts.map(({ id, path }) => `${path} (${id.slice(0, 12)})`).join(", ")}`;
    case "merge-resolved":
      return `${event.merge} resolved at ${event.part}: ${event.conflicts.map(({ id, path }) => `${path} (${id.slice(0, 12)})`).join(", ")}`;
    case "fetched":
      return `tree ${event.tree} fetched: ${event.from === null ? "" : `${event.from.slice(0, 12)} to `}${event.to.slice(0, 12)}`;
    case "conflicted":
      return `${event.branch} conflicts with ${event.tree} in ${event.path}`;
    case "unconflicted":
      return `${event.branch} no longer conflicts with ${event.tree} in ${event.path}`;
    case "published": {
      const branches = Object.entries(event.branches).map(([name, commit]) => `${name} ${commit.slice(0, 12)}`);
      const mails =
        event.notices.length === 0
          ? ""
          : `; ${event.notices.length} ${event.notices.length === 1 ? "mail" : "mails"} may go`;
      return `published ${branches.length === 0 ? "the queue" : branches.join(", ")}${mails}`;
    }
    case "commanded": {
      const what = event.results.map(({ line, outcome }) => `${line === "" ? "mail" : line} (${outcome})`);
      return `${event.from} wrote ${what.join(", ")}`;
    }
    case "undone":
      return `operation ${event.undoes} undone`;
  }
}
