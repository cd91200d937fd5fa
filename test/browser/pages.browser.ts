// Every page in Chromium: light and dark, on a telephone and a wide screen, by keyboard, without script; axe finds nothing, nothing
// is wider than the screen, nothing is refused by the policy. Screenshots are kept in examples/out/screenshots.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyboardProblems, listenTo, problemsOf } from "./checks.ts";
import type { Crawled } from "./crawl.ts";
import { AS_BROWSER, crawl } from "./crawl.ts";
import type { BrowserStage } from "./stage.ts";
import { setTheStage, shots } from "./stage.ts";

let stage: BrowserStage;
let pages: Crawled["pages"];
let broken: Crawled["broken"];
beforeAll(async () => {
  stage = await setTheStage();
  ({ pages, broken } = await crawl((path) => stage.example.get(path, AS_BROWSER), ["/"]));
});
afterAll(() => stage[Symbol.asyncDispose]());

test("every link leads somewhere", () => {
  expect(broken).toEqual([]);
});

test("what machines and makers of patches look for is linked", () => {
  for (const kind of ["/api", "/clone", "/author/NAME", "/posting/NAME/"]) expect([...pages.keys()]).toContain(kind);
});

const LOOKS = (["light", "dark"] as const).flatMap((scheme) => [360, 1440].map((width) => ({ scheme, width })));

test.each(LOOKS)("every page is in order, $scheme, $width wide", async ({ scheme, width }) => {
  const context = await stage.browser.newContext({
    baseURL: stage.address,
    colorScheme: scheme,
    viewport: { width, height: 900 },
    bypassCSP: false,
  });
  const page = await context.newPage();
  const wrong: string[] = [];
  for (const [kind, path] of [...pages, ["/404", "/there/is/nothing"] as const]) {
    const said = listenTo(page);
    await page.goto(path, { waitUntil: "load" });
    await page.evaluate("document.fonts.ready");
    const name = kind.replace(/^\//, "").replace(/[^a-z0-9]+/gi, "-") || "tree";
    await page.screenshot({ path: join(shots, `${name}-${scheme}-${width}.png`), fullPage: true });
    for (const one of await problemsOf(page)) wrong.push(`${path}: ${one}`);
    // A page that is not there is an error to the console.
    for (const one of said.end()) if (kind !== "/404") wrong.push(`${path}: ${one}`);
  }
  await context.close();
  expect(wrong).toEqual([]);
});

test("every page can be read without script, and says the same", async () => {
  const plain = await stage.browser.newContext({ baseURL: stage.address, javaScriptEnabled: false });
  const page = await plain.newPage();
  for (const path of pages.values()) {
    await page.goto(path);
    expect([path, (await page.locator("main h1").count()) === 1]).toEqual([path, true]);
    expect([path, (await page.locator("main").innerText()).length > 20]).toEqual([path, true]);
  }
  await plain.close();
});

test("every link, button and field is reached by the keyboard, in sight, with a mark around it", async () => {
  const context = await stage.browser.newContext({ baseURL: stage.address, viewport: { width: 1000, height: 800 } });
  const page = await context.newPage();
  const wrong: string[] = [];
  for (const path of pages.values()) {
    await page.goto(path);
    for (const one of await keyboardProblems(page)) wrong.push(`${path}: ${one}`);
  }
  await context.close();
  expect(wrong).toEqual([]);
});

test("a search is typed and sent by keyboard alone", async () => {
  const page = await stage.browser.newPage({ baseURL: stage.address });
  await page.goto("/");
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
  await page.locator("header input[type=search]").focus();
  await page.keyboard.type("polite");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=polite/);
  expect(await page.locator("main").innerText()).toContain("words: be polite");
  await page.close();
});
