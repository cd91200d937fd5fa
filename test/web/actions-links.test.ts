// Pages offer a maintainer who is signed in what can be done with what they show, and nobody else anything.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixtures } from "../cli/workplace.ts";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";
import type { Maintainer } from "./maintainer.ts";
import { signIn } from "./maintainer.ts";

let site: ExampleSite;
let rita: Maintainer;
beforeAll(async () => {
  site = await openExampleSite([["add", "-C", "tree", `${fixtures}/greet-v1.mbox`]]);
  site.workplace.sh(
    `mkdir lists && cat "$FIXTURES"/greet-v1.mbox "$FIXTURES"/greet-v2.mbox "$FIXTURES"/docs.eml > lists/list.mbox`,
  );
  site.workplace.sh(
    `printf '\\n[mail]\\narchives = ["../lists/list.mbox"]\\n' >> tree/longarm.toml && git -C tree commit -qam list`,
  );
  await site.workplace.longarm("mail", "sync", "-C", "tree");
  rita = await signIn(site);
});
afterAll(() => site[Symbol.asyncDispose]());

test.each([
  ["/queue", "/do/build"],
  ["/branch/mm-unstable", "/do/reorder?branch=mm-unstable"],
  ["/patch/words-be-polite.patch", "/do/hold?patch=words-be-polite.patch"],
  ["/posting/greet-v2-0%40example.org/", "/do/update?patch=greet-v2-0%40example.org"],
])("%s leads a maintainer to %s", async (page, form) => {
  expect(await rita.text(page)).toContain(`href="${form}"`);
  expect(await site.text(page)).not.toContain("/do/");
  expect((await rita.get(form)).status).toBe(200);
});

test("what is in the queue already is not offered again", async () => {
  expect(await rita.text("/posting/greet-v1-0%40example.org/")).not.toContain("/do/add");
});
