// Operations about mails and postings: what the mail index knows of them. The mails themselves are at /mail/ID/raw.
import * as v from "valibot";
import { UserError } from "#model/bytes";
import { mailRecord } from "#model/export";
import { mailFacts, postingWithRevisions } from "#app";
import type { TreeView } from "#app";
import { problem, route } from "../route.ts";
import { Count, Mail, text } from "../schemas.ts";

const none = v.strictObject({});
const ID = v.strictObject({ id: text("Message-ID without `<>`, percent-encoded.") });

export const mailRoute = route({
  id: "getMail",
  method: "get",
  path: "/mails/{id}",
  tag: "Mails",
  summary: "A mail, its thread, and the patches that came of it",
  description: "",
  params: ID,
  query: none,
  request: null,
  response: v.strictObject({
    ...Mail.entries,
    patches: v.pipe(v.array(v.string()), v.description("Patches that it, or its posting, brought; queued or gone.")),
    thread: v.pipe(v.array(Mail), v.description("The mails of its thread, oldest first, itself included.")),
    page: text("Where people read it."),
  }),
  status: 200,
  paged: false,
  problems: [404],
  uses: "mail",
  right: null,
  answer: async ({ view, params, context: { site } }) => {
    const id = bare(params.id);
    try {
      const facts = await mailFacts(view.tree, id);
      if (facts === null) return unknown(id);
      return {
        body: {
          ...mailRecord(facts.mail),
          patches: patchesOf(view, id),
          thread: facts.thread.map(mailRecord),
          page: `${site}/mail/${encodeURIComponent(id)}/`,
        },
      };
    } catch (error) {
      if (error instanceof UserError) return problem(404, error.message, error.hint);
      throw error;
    }
  },
});

const Posting = v.looseObject({
  id: v.nullable(v.string()),
  thread: v.nullable(v.string()),
  subject: v.string(),
  author: v.string(),
  date: v.nullable(v.string()),
  time: v.nullable(v.string()),
  revision: v.string(),
  rfc: v.boolean(),
  total: Count,
  seen: Count,
  complete: v.boolean(),
  replies: Count,
  patches: v.array(v.looseObject({ part: Count, id: v.nullable(v.string()), subject: v.nullable(v.string()) })),
  revisions: v.array(v.looseObject({ id: v.nullable(v.string()), revision: v.string(), subject: v.string() })),
});

export const postingRoute = route({
  id: "getPosting",
  method: "get",
  path: "/postings/{id}",
  tag: "Mails",
  summary: "A posting: its patches with their tags, and all revisions of its series",
  description:
    "As `longarm mail show --json` tells it; docs/formats/postings.md has all its fields. Any mail of it names it.",
  params: ID,
  query: none,
  request: null,
  response: Posting,
  status: 200,
  paged: false,
  problems: [404],
  uses: "mail",
  right: null,
  answer: async ({ view, params }) => {
    const id = bare(params.id);
    // As the page has it: what was found is kept, and of a thread without end only so much is read.
    const found = await postingWithRevisions(view, id);
    if (found === "no index") return problem(404, "there is no mail index yet", "make it with: longarm mail sync");
    if (found === null) return problem(404, `no posting has the message "${id}"`, null);
    return { body: { ...found.shown } as unknown as v.InferOutput<typeof Posting> };
  },
});

function bare(id: string): string {
  return id.replace(/^<(.*)>$/, "$1");
}

function unknown(id: string) {
  return problem(404, `the mail index does not know "${id}"`, "look for it: /api/v1/search?q=");
}

function patchesOf({ patches }: TreeView, id: string): string[] {
  return patches
    .filter(({ life }) =>
      life.arrivals.some(({ origin }) => origin.kind === "mail" && (origin.messageId === id || origin.posting === id)),
    )
    .map(({ row }) => row.name);
}
