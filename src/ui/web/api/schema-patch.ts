// One patch with everything known about it, as a schema: the fields of `show --json`, docs/formats/answers.md, without private notes.
import * as v from "valibot";
import { Check, CommitId, Count, Disabling, Event, Gone, Hold, Moment, text } from "./schemas.ts";

const Origin = v.variant("kind", [
  v.strictObject({
    kind: v.literal("mail"),
    messageId: v.string(),
    posting: v.string(),
    revision: v.string(),
    part: v.string(),
    base: v.optional(v.string()),
    composed: v.optional(v.strictObject({ how: v.string(), revision: v.string(), reason: v.string() })),
  }),
  v.strictObject({ kind: v.literal("file"), path: v.string() }),
  v.strictObject({ kind: v.literal("quilt"), path: v.string() }),
]);
const Tag = v.strictObject({
  tag: v.string(),
  messageId: text("The mail that gave it, without `<>`; empty when it stood in the patch itself."),
  verdict: v.string(),
  revision: v.optional(v.string()),
  reason: v.optional(v.string()),
  at: Moment,
  taken: v.boolean(),
});

/** One patch, as `show --json`. */
export const Patch = v.strictObject({
  name: v.string(),
  names: v.pipe(v.array(v.string()), v.description("Names that it had before.")),
  queued: v.boolean(),
  branch: v.string(),
  position: v.nullable(Count),
  title: v.string(),
  author: v.string(),
  date: v.nullable(v.string()),
  description: v.string(),
  trailers: v.array(v.strictObject({ key: v.string(), value: v.string() })),
  files: v.array(v.strictObject({ path: v.string(), insertions: Count, deletions: Count })),
  patchId: v.nullable(v.string()),
  patchworkHash: v.nullable(v.string()),
  since: v.nullable(Moment),
  entered: v.nullable(Moment),
  gone: v.nullable(Gone),
  arrivals: v.array(
    v.strictObject({ origin: Origin, at: Moment, change: v.nullable(v.picklist(["same", "log", "diff"])) }),
  ),
  posted: v.nullable(
    v.array(
      v.strictObject({
        revision: v.string(),
        rfc: v.boolean(),
        messageId: v.string(),
        at: v.nullable(Moment),
        subject: v.string(),
      }),
    ),
  ),
  stays: v.array(
    v.strictObject({
      branch: v.string(),
      from: Moment,
      until: v.nullable(Moment),
      built: v.nullable(v.strictObject({ at: Moment, tip: CommitId })),
    }),
  ),
  commit: v.nullable(CommitId),
  commitsBefore: v.array(CommitId),
  lastBuilt: v.nullable(
    v.strictObject({
      at: Moment,
      rejected: v.boolean(),
      changedSince: v.nullable(v.picklist(["diff", "log"])),
    }),
  ),
  landings: v.array(v.strictObject({ branch: v.string(), commit: CommitId, at: Moment })),
  disabled: v.boolean(),
  disabling: v.nullable(Disabling),
  hold: v.nullable(Hold),
  checks: v.array(Check),
  tags: v.array(Tag),
  lost: v.array(v.strictObject({ tag: v.string(), at: Moment })),
  notes: v.array(v.strictObject({ text: v.string(), at: Moment, by: v.string() })),
  notices: v.array(v.strictObject({ notice: v.string(), messageId: v.string(), at: Moment })),
  lacking: v.nullable(
    v.strictObject({
      to: v.string(),
      missing: v.array(v.string()),
      waitsFor: v.array(v.string()),
      doubts: v.array(v.string()),
    }),
  ),
  base: v.nullable(v.strictObject({ ref: v.string(), commit: CommitId })),
  story: v.array(Event),
  text: v.nullable(text("The patch file as it is, or was when it left.")),
});
