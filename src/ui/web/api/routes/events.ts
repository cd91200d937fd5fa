// Operations about the ledger: everything that happened, in pages. What happens now is told by stream.ts.
import * as v from "valibot";
import { namedEvents, namesEver } from "#model/ledger";
import { PAGE_FIELDS, pageOf } from "../paging.ts";
import { route } from "../route.ts";
import { Event, text } from "../schemas.ts";
import { OUTDATED } from "./tree.ts";

export const eventsRoute = route({
  id: "listEvents",
  method: "get",
  path: "/events",
  tag: "Events",
  summary: "Everything that happened, from the ledger",
  description:
    "Events are never changed and never go, so that a cursor is good for ever. Whoever wants to keep up asks with `order=oldest` and `after` the last id that was seen. Events of one operation have the same `op`; one that was undone stays, and an event `undone` tells of that.",
  params: v.strictObject({}),
  query: v.strictObject({
    order: v.optional(v.picklist(["newest", "oldest"], "must be newest or oldest"), "newest"),
    kind: v.optional(text("Only events of these kinds, with commas between them.")),
    patch: v.optional(text("Only events about the patch of that name, under all names that it had.")),
    after: v.optional(text("Only what the ledger has behind the event of that id.")),
    ...PAGE_FIELDS,
  }),
  request: null,
  response: v.strictObject({ events: v.array(Event), next: v.nullable(v.string()) }),
  status: 200,
  paged: true,
  problems: [410],
  uses: "tree",
  right: null,
  answer: ({ view, query }) => {
    const all = namedEvents(view.events);
    const from = query.after === undefined ? -1 : all.findIndex(({ id }) => id === query.after);
    if (query.after !== undefined && from < 0) return OUTDATED;
    const kinds = query.kind === undefined ? null : new Set(query.kind.split(","));
    const names = query.patch === undefined ? null : namesEver(view.events, query.patch);
    const found = all
      .slice(from + 1)
      .filter(
        ({ event }) =>
          (kinds === null || kinds.has(event.kind)) && (names === null || ("patch" in event && names.has(event.patch))),
      );
    const page = pageOf(query.order === "newest" ? found.toReversed() : found, ({ id }) => id, query);
    if (page === null) return OUTDATED;
    const events = page.items.map(({ id, event }) => ({ id, ...event }));
    return { body: { events, next: page.next }, next: page.next };
  },
});
