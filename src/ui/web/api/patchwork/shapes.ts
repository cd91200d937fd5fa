// What patchwork's REST API (1.0 to 1.3) says of patches and checks, said of ours: field names are those of its documentation.
// Fields that we have nothing for are there and null, as clients expect them to be.
import { createHash } from "node:crypto";
import type { CheckState } from "#model/ledger";
import { hashOf } from "#app";
import type { TreeView } from "#app";
import type { Json } from "../document.ts";
import { patchHref } from "../../parts/patch-link.ts";
import { withoutAddress } from "../../parts/person.ts";
import type { Numbered } from "./numbered.ts";

/** Where this version of the API is: `https://tree.example.org/api/1.3`. */
export interface Place {
  readonly site: string;
  readonly root: string;
}

/** The one project that there is. */
export function projectOf({ root, site }: Place, title: string): Json {
  return {
    id: 1,
    url: `${root}/projects/1/`,
    name: title,
    link_name: title.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    list_id: "",
    list_email: "",
    web_url: site,
    scm_url: "",
    webscm_url: "",
    list_archive_url: `${site}/mail/`,
    list_archive_url_format: `${site}/mail/{}/`,
    commit_url_format: "",
  };
}

/** A patch in a list. */
export function patchOf(view: TreeView, place: Place, { id, known }: Numbered, project: Json): Json {
  const { row, life } = known;
  const url = `${place.root}/patches/${id}/`;
  return {
    id,
    url,
    web_url: `${place.site}${patchHref(row.name)}`,
    project,
    msgid: mailOf(known) === "" ? "" : `<${mailOf(known)}>`,
    list_archive_url: mailOf(known) === "" ? null : `${place.site}/mail/${encodeURIComponent(mailOf(known))}/`,
    date: (row.since ?? "").replace(/Z$/, ""),
    name: row.title,
    commit_ref: life.landings[0]?.commit ?? null,
    pull_url: null,
    state: stateOf(known),
    archived: row.gone !== null,
    hash: hashOf(view, known),
    submitter: submitterOf(place, row.author),
    delegate: null,
    mbox: `${url}mbox/`,
    series: [],
    comments: `${url}comments/`,
    check: worstOf(row.checks.map(({ state }) => state)),
    checks: `${url}checks/`,
    tags: {},
    related: [],
  };
}

/** The newest result of each context, oldest first. */
export function checksOf(view: TreeView, place: Place, { id, known }: Numbered): Json[] {
  const names = new Set([known.row.name, ...known.life.names]);
  const all = view.events.filter((event) => event.kind === "checked");
  return [...known.life.state.checks]
    .map(([context, { state, url, text, at, by }]) => {
      const number =
        all.findLastIndex((event) => names.has(event.patch) && event.context === context && event.at === at) + 1;
      return {
        id: number,
        url: `${place.root}/patches/${id}/checks/${number}/`,
        user: {
          ...submitterOf(place, by),
          username: withoutAddress(by),
          first_name: withoutAddress(by),
          last_name: "",
        },
        date: at.replace(/Z$/, ""),
        state,
        target_url: url,
        context,
        description: text,
      };
    })
    .sort((a, b) => a.id - b.id);
}

/** Of the version that is queued: what was found of a mail before it says nothing of this one. */
export function mailOf({ life }: Numbered["known"]): string {
  const origin = life.state.origin;
  return origin?.kind === "mail" ? origin.messageId : "";
}

/** The states that every patchwork has. */
export function stateOf({ row: { gone } }: Numbered["known"]): string {
  switch (gone?.reason) {
    case undefined:
      return "under-review";
    case "merged":
    case "folded":
      return "accepted";
    case "to-be-updated":
    case "alternative-merged":
      return "superseded";
    case "nacked":
    case "failures":
      return "rejected";
    default:
      return "not-applicable";
  }
}

function worstOf(states: readonly CheckState[]): CheckState {
  return (["fail", "warning", "pending", "success"] as const).find((state) => states.includes(state)) ?? "pending";
}

/** People have no numbers here; theirs comes from the address, and means the same for ever. */
function submitterOf({ root }: Place, person: string): Json {
  const email = addressOf(person);
  const id = createHash("sha256").update(email.toLowerCase()).digest().readUInt32BE() & 0x7fffffff;
  return { id, url: `${root}/people/${id}/`, name: withoutAddress(person), email };
}

function addressOf(person: string): string {
  return /<([^<>]*)>$/.exec(person)?.[1] ?? person;
}
