// What longarm.toml may hold, table by table, before it is laid over its preset. What the values mean is tree-config.ts.
import * as v from "valibot";
import { OutboxSchema, PublishSchema } from "./config-sending.ts";
import { WebSchema } from "./config-web.ts";
import { MailSchema } from "./mail-settings.ts";
import { WORDING_TABLES } from "./wording.ts";

const Line = v.pipe(v.string("must be text"), v.regex(/^[^\r\n]*$/, "must be one line"));

const Flag = v.optional(v.boolean("must be true or false"), false);
const Count = v.optional(
  v.pipe(
    v.number("must be a number"),
    v.integer("must be a whole number"),
    v.minValue(0, "must be 0 or more"),
    v.maxValue(10_000, "must be 10000 or less"),
  ),
  0,
);
const Branch = v.strictObject({
  name: Line,
  start: v.optional(Line),
  from: v.optional(Line),
  announce: v.optional(Line),
  lint: v.optional(v.record(Line, Line)),
  rebase: v.optional(v.boolean("must be true or false")),
  enter: v.optional(
    v.strictObject({
      "signed-off": Flag,
      reviews: Count,
      days: Count,
      folded: Flag,
      "tags-taken": Flag,
      "no-mismatch": Flag,
      lint: Flag,
      checks: v.optional(v.array(Line, "must be a list"), []),
    }),
  ),
});

const Merge = v.strictObject({
  name: Line,
  start: v.optional(Line),
  of: v.array(Line, "must be a list"),
});
const Other = v.strictObject({ name: Line, url: Line, branch: v.optional(Line, "master") });

/** The file as written: everything may be missing that a preset may give. */
export const Schema = v.strictObject({
  preset: v.optional(Line, "plain"),
  maintainer: v.optional(Line),
  source: v.optional(v.strictObject({ repository: Line, base: Line })),
  entry: v.optional(Line),
  apply: v.optional(
    v.strictObject({
      fuzz: v.optional(
        v.pipe(
          v.number("must be a number"),
          v.integer("must be a whole number"),
          v.minValue(0, "must be 0 or more"),
          v.maxValue(100, "must be 100 or less"),
        ),
      ),
      merge: v.optional(v.boolean("must be true or false")),
    }),
  ),
  branch: v.optional(v.array(Branch)),
  lint: v.optional(v.record(Line, Line)),
  watch: v.optional(v.array(v.strictObject({ ref: Line, remote: v.optional(Line) }), "must be a list")),
  merge: v.optional(v.array(Merge)),
  tree: v.optional(v.array(Other)),
  "merge-check": v.optional(
    v.strictObject({
      branches: v.optional(v.array(Line, "must be a list")),
      trees: v.optional(v.array(Line, "must be a list")),
      list: v.optional(Line),
    }),
  ),
  ...WORDING_TABLES,
  mail: v.optional(MailSchema),
  outbox: v.optional(OutboxSchema),
  publish: v.optional(PublishSchema),
  web: v.optional(WebSchema),
});
export type Written = v.InferOutput<typeof Schema>;
