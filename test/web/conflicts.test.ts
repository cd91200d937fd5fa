// `/conflicts`: what does not apply, with expected and found lines, as `build --check` says it.
import { expect, test } from "vitest";
import { fixtures } from "../cli/workplace.ts";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";

/** The page once the check has been made. */
async function checked(site: ExampleSite): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const page = await site.text("/conflicts");
    if (!page.includes("is being checked") || tries === 200) return page;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

test("a queue that applies has none; a patch that clashes is shown with what it expects and what is there", async () => {
  await using site = await openExampleSite([["add", "-C", "tree", `${fixtures}/greet-v1.mbox`]]);
  expect(await checked(site)).toContain("Every patch of the queue applies");
  expect((await site.workplace.longarm("add", "-C", "tree", `${fixtures}/clash.eml`)).stderr).not.toContain("longarm:");
  const page = await checked(site);
  expect(page).toContain("1 patch does");
  expect(page).toContain("Expected by the patch");
  expect(page).toMatch(/<td data-n="6"><\/td><td class="d">.*hello/);
  expect(page).toMatch(/<td data-n="6"><\/td><td class="i">.*good day/);
  expect(page).toContain('changed by <a href="/patch/words-be-polite.patch"');
  // The queue says what the last build said, not the check.
  const rejected = /<a href="\/patch\/[^"]+">[^<]*<\/a> <span class="badge bad">rejected<\/span>/g;
  expect((await site.text("/queue")).match(rejected)).toBeNull();
  await site.workplace.longarm("build", "-C", "tree", "--keep-going");
  expect((await site.text("/queue")).match(rejected)).toHaveLength(1);
}, 60_000);

test("the check is made again when a patch file is edited in place, or one is left out of the build", async () => {
  await using site = await openExampleSite([["add", "-C", "tree", `${fixtures}/greet-v1.mbox`]]);
  expect(await checked(site)).toContain("Every patch of the queue applies");
  await site.workplace.longarm("note", "-C", "tree", "words-be-polite", "-m", "nothing of it changed");
  expect(await checked(site)).toContain("Every patch of the queue applies");
  site.workplace.sh("sed -i 's/^-.*hello.*/-\\treturn \"howdy\";/' tree/patches/words-be-polite.patch");
  let page = await checked(site);
  for (let tries = 0; tries < 100 && !page.includes("1 patch does"); tries += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    page = await checked(site);
  }
  expect(page).toContain("howdy");
  await site.workplace.longarm("disable", "-C", "tree", "words-be-polite", "--keep-going");
  expect(await checked(site)).not.toContain("howdy");
}, 60_000);
