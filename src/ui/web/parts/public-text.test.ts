import { expect, test } from "vitest";
import { publicText } from "./public-text.ts";

test.each([
  ['"/srv/trees/mm/.longarm/tokens.json" is damaged', '"…/tokens.json" is damaged'],
  ["get it back with: git -C /srv/trees/mm checkout series", "get it back with: git -C …/mm checkout series"],
  ['no repository at "/srv/linux.git"', 'no repository at "…/linux.git"'],
  ['no patch "drivers/dax/super.c" in the queue', 'no patch "drivers/dax/super.c" in the queue'],
  ["see https://example.org/a/b", "see https://example.org/a/b"],
])("%s", (sentence, shown) => {
  expect(publicText(sentence)).toBe(shown);
});
