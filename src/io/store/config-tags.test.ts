// The tree's rules for tags are laid over the preset's, key by key.
import { expect, test } from "vitest";
import { DEFAULT_TAG_SETTINGS } from "#model/postings";
import { tagSettings } from "./config-tags.ts";

test("a list replaces the one below it, what is not said stays", () => {
  expect(tagSettings(undefined, undefined)).toEqual(DEFAULT_TAG_SETTINGS);
  const preset = { robots: ["ci@example.org"], withdrawn: "keep" } as const;
  expect(tagSettings({ robots: [], trusted: ["Tested-by"] }, { ...preset, robots: [...preset.robots] })).toEqual({
    ...DEFAULT_TAG_SETTINGS,
    robots: [],
    trusted: ["Tested-by"],
    withdrawn: "keep",
  });
});
