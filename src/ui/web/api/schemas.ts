// What the API's answers consist of: schemas with names, which the document refers to. The fields are those of the commands' `--json`
// (docs/formats/answers.md), but for private notes, which the API never tells.
import * as v from "valibot";

/** Text with what it means. */
export function text(description: string) {
  return v.pipe(v.string(), v.description(description));
}

export const Moment = v.pipe(
  v.string(),
  v.description("A moment in UTC: `2026-02-11T09:00:00Z`."),
  v.regex(/^\d{4,}-\d{2}-\d{2}T/),
);
export const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const CommitId = v.pipe(v.string(), v.description("A commit id of git."), v.regex(/^[0-9a-f]{40,64}$/));
const State = v.picklist(["success", "warning", "fail", "pending"]);

export const Hold = v.strictObject({
  reason: v.string(),
  until: v.nullable(text("A day in UTC that ends it.")),
  tag: v.nullable(text("A tag that ends it: `Acked-by`.")),
  person: v.nullable(text("Whose word ends it.")),
  at: Moment,
  by: v.string(),
});

export const Disabling = v.strictObject({ reason: v.nullable(v.string()), at: Moment, by: v.string() });

export const Gone = v.strictObject({
  at: Moment,
  by: v.string(),
  op: text("The operation that dropped it."),
  branch: v.string(),
  reason: v.string(),
  into: v.nullable(text("The branch or patch that it became part of.")),
  note: v.nullable(v.string()),
});

export const Check = v.strictObject({
  context: text("What was checked, one word: `build/x86_64`."),
  state: State,
  url: v.nullable(text("Where more is to be read.")),
  text: v.nullable(text("The result in a sentence.")),
  at: Moment,
  by: text("Who posted it, `Name <address>`."),
});

export const Row = v.strictObject({
  name: text("File name, by which it is asked for."),
  title: v.string(),
  author: text("`Name <address>`."),
  branch: text("Where it is, or was last."),
  revision: v.nullable(text("Revision of its posting, `v2`.")),
  since: v.nullable(Moment),
  entered: v.nullable(Moment),
  disabled: v.boolean(),
  disabling: v.nullable(Disabling),
  hold: v.nullable(Hold),
  notes: v.array(v.string()),
  files: v.pipe(v.array(v.string()), v.description("Paths that it changes; none for one that left.")),
  tags: v.array(v.string()),
  checks: v.array(v.strictObject({ context: v.string(), state: State })),
  landed: v.pipe(v.array(v.string()), v.description("Watched branches of others that have it.")),
  gone: v.nullable(Gone),
});

/** Kinds add fields of their own, and there will be more of them: docs/formats/ledger.md. */
export const Event = v.pipe(
  v.looseObject({
    id: text("Names the event for ever: the operation, a dot, its place in it."),
    op: text("The operation, 12 hex digits."),
    at: Moment,
    by: v.string(),
    kind: text("`queued`, `updated`, `dropped`, `checked`, `built`, and others; pass over those that you do not know."),
    patch: v.optional(text("Which patch it is about, where it is about one.")),
  }),
  v.description("Something that happened. Its kind says what else it has."),
);

export const Branch = v.strictObject({
  name: v.string(),
  start: text("The branch that it begins at the end of, or `base`."),
  from: v.nullable(text("The branch that its patches are promoted from.")),
  patches: v.pipe(Count, v.description("How many patches of the queue are in it.")),
  held: Count,
  disabled: Count,
  commit: v.nullable(CommitId),
  base: v.nullable(CommitId),
  built: v.nullable(Moment),
});

export const Mail = v.strictObject({
  id: text("Message-ID without `<>`."),
  subject: v.string(),
  from: v.string(),
  date: v.nullable(v.string()),
  received: v.nullable(v.string()),
  archives: v.pipe(v.array(v.string()), v.description("Archives that have it.")),
});

export const Problem = v.strictObject({
  type: v.literal("about:blank"),
  title: text("What is wrong."),
  status: v.pipe(v.number(), v.integer()),
  hint: v.nullable(text("What to do about it.")),
  instance: text("The path that was asked for."),
});

/** Schemas that the document names. */
export const COMPONENTS = {
  Hold,
  Disabling,
  Gone,
  Check,
  Row,
  Event,
  Branch,
  Mail,
  Problem,
  Moment,
  CommitId,
} as const;
