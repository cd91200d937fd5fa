// Operations about patches: lists of them, one with everything known about it, its story.
import * as v from "valibot";
import { matches } from "#model/answers";
import { namedEvents, storyOf } from "#model/ledger";
import { filterOf, revisionsInView, showInView } from "#app";
import type { LedgerEvent } from "#model/ledger";
import type { TreeView } from "#app";
import { asked, onePatch, tellRow, toldRow } from "../one-patch.ts";
import { PAGE_FIELDS, pageOf } from "../paging.ts";
import type { Told } from "../route.ts";
import { route } from "../route.ts";
import { Patch } from "../schema-patch.ts";
import { Count, Event, Row, text } from "../schemas.ts";
import { OUTDATED } from "./tree.ts";

const none = v.strictObject({});
/** How a patch is named in an address. */
export const PATCH = v.strictObject({
  name: text("File name, Message-ID, commit id or subject, percent-encoded; the first of these that finds a patch."),
});

/** Words of a filter, `author:ada "title:use after free"`: a quote keeps spaces in a word. */
export function wordsOf(text_: string): string[] {
  return (text_.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

export const patchesRoute = route({
  id: "listPatches",
  method: "get",
  path: "/patches",
  tag: "Patches",
  summary: "The queue in its order, or what of it passes a filter",
  description:
    "Patches that left are given where the filter asks for them, behind those of the queue, newest first. A patch that is moved while you read may come twice or not at all; every other one comes once.",
  params: none,
  query: v.strictObject({
    q: v.optional(
      v.pipe(
        text("Filter words, those of `longarm list`: `author:ada state:held older:7d`."),
        v.maxLength(2000, "must have at most 2000 characters"),
      ),
      "",
    ),
    branch: v.optional(text("Only this branch.")),
    ...PAGE_FIELDS,
  }),
  request: null,
  response: v.strictObject({
    patches: v.array(Row),
    total: v.pipe(Count, v.description("How many pass the filter.")),
    next: v.nullable(text("Cursor of the next page.")),
  }),
  status: 200,
  paged: true,
  problems: [410],
  uses: "tree",
  right: null,
  answer: ({ view, world, query }) => {
    const filter = filterOf(view.tree, wordsOf(query.q), view.events);
    const now = world.now().getTime();
    const found = view.patches.filter(
      ({ row }) => (query.branch === undefined || row.branch === query.branch) && matches(toldRow(row), filter, now),
    );
    // A name may be one of the queue and one that left; the cursor must tell them apart.
    const page = pageOf(
      found,
      ({ row, queued }) => `${queued === null ? (row.gone?.op ?? "") : "+"} ${row.name}`,
      query,
    );
    if (page === null) return OUTDATED;
    return { body: { patches: page.items.map(tellRow), total: found.length, next: page.next }, next: page.next };
  },
});

const Several = v.strictObject({
  asked: v.string(),
  by: text("What it was taken for: `name`, `message`, `commit`, `subject`, `piece`."),
  several: v.array(Row),
});

export const patchRoute = route({
  id: "getPatch",
  method: "get",
  path: "/patches/{name}",
  tag: "Patches",
  summary: "Everything known about one patch",
  description:
    "As `longarm show --json` tells it. Where several patches are meant, as by the Message-ID of a cover letter, the status is 300 and `several` has their rows.",
  params: PATCH,
  query: none,
  request: null,
  response: v.union([Patch, Several]),
  status: 200,
  paged: false,
  problems: [404],
  // The revisions that were posted come from the mail index.
  uses: "mail",
  right: null,
  answer: async ({ view, world, params: { name } }) => {
    const found = await asked(view, name);
    if ("problem" in found) return found;
    const [only, ...others] = found.patches;
    if (only === undefined || others.length > 0)
      return { body: { asked: name, by: found.by, several: found.patches.map(tellRow) }, status: 300 };
    const { privateNotes: _, ...patch } = await showInView(world, view, only, await revisionsInView(view, only.life));
    const story = new Set(patch.story);
    return { body: { ...patch, story: tellEvents(view, (event) => story.has(event)) } };
  },
});

export const patchEventsRoute = route({
  id: "listPatchEvents",
  method: "get",
  path: "/patches/{name}/events",
  tag: "Patches",
  summary: "What happened to a patch, oldest first",
  description: "Under every name that it had; what was undone, and the undos, too.",
  params: PATCH,
  query: none,
  request: null,
  response: v.strictObject({ patch: v.string(), events: v.array(Event) }),
  status: 200,
  paged: false,
  problems: [404, 409],
  uses: "tree",
  right: null,
  answer: async ({ view, params: { name } }) => {
    const found = await onePatch(view, name);
    if ("problem" in found) return found;
    const about = new Set<LedgerEvent>(storyOf(view.events, found.row.name));
    return { body: { patch: found.row.name, events: tellEvents(view, (event) => about.has(event)) } };
  },
});

/** The events that pass, with their names. */
function tellEvents(view: TreeView, passes: (event: LedgerEvent) => boolean): Told<typeof Event>[] {
  return namedEvents(view.events)
    .filter(({ event }) => passes(event))
    .map(({ id, event }) => ({ id, ...event }));
}
