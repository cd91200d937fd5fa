// `[mail.tags]` of longarm.toml: which tags of replies count. What the keys do is in model/postings/tag-rules.ts.
import * as v from "valibot";
import { DEFAULT_TAG_SETTINGS, type TagSettings } from "#model/postings";

const Line = v.pipe(v.string("must be text"), v.regex(/^[^\r\n]*$/, "must be one line"));
const Key = v.pipe(v.string("must be text"), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, "must be a trailer's key"));

/** The table as written. */
export const TagsSchema = v.strictObject({
  robots: v.optional(v.array(Line, "must be a list")),
  trusted: v.optional(v.array(Key, "must be a list")),
  suggestions: v.optional(v.array(Key, "must be a list")),
  ignore: v.optional(v.array(Line, "must be a list")),
  withdrawn: v.optional(v.picklist(["refuse", "keep"], 'must be "refuse" or "keep"')),
});
type Written = v.InferOutput<typeof TagsSchema>;

/** What a tree says, laid over its preset and that over what always holds; a list replaces the one below it. */
export function tagSettings(written: Written | undefined, preset: Written | undefined): TagSettings {
  return { ...DEFAULT_TAG_SETTINGS, ...definedOf(preset), ...definedOf(written) };
}

function definedOf(table: Written | undefined): Partial<TagSettings> {
  return Object.fromEntries(Object.entries(table ?? {}).filter(([, value]) => value !== undefined));
}
