// Every page in Chromium: light and dark, on a telephone and a wide screen, by keyboard, without script; axe finds nothing, nothing
// is wider than the screen, nothing is refused by the policy. Screenshots are kept in examples/out/screenshots.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Crawled } from "./crawl.ts";
import { crawl } from "./crawl.ts";
import type { BrowserStage } from "./stage.ts";
import { setTheStage, shots } from "./stage.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let stage: BrowserStage;
let pages: Crawled["pages"];
let broken: Crawled["broken"];
beforeAll(async () => {
  stage = await setTheStage();
  ({ pages, broken } = await crawl((path) => stage.example.get(path), ["/"]));
});
afterAll(() => stage[Symbol.asyncDispose]());

test("every link leads somewhere", () => {
  expect(broken).toEqual([]);
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
    const wide = await page.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    if (wide > 0) wrong.push(`${path}: ${wide} pixels wider than the screen: ${await widest(page)}`);
    for (const one of await findingsOf(page)) wrong.push(`${path}: ${one}`);
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
    const wanted = await page.evaluate<number>(FOCUSABLE);
    const reached = new Set<string>();
    for (let step = 0; step < Math.min(wanted, MAX_STEPS); step += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate<{ readonly id: string; readonly marked: boolean } | null>(FOCUSED);
      if (at === null) break;
      reached.add(at.id);
      if (!at.marked) wrong.push(`${path}: no mark around ${at.id}`);
    }
    if (reached.size < Math.min(wanted, MAX_STEPS) * 0.9)
      wrong.push(`${path}: ${reached.size} of ${wanted} can be reached`);
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

/** Tab is pressed this often on one page. */
const MAX_STEPS = 60;

/** How many elements can have the focus and are shown. */
const FOCUSABLE = `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true })).length`;

/** Which element has it, and whether that can be seen. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return null;
  window.numbers ??= new Map();
  if (!window.numbers.has(one)) window.numbers.set(one, window.numbers.size);
  const style = getComputedStyle(one);
  return {
    id: window.numbers.get(one) + " " + one.tagName + " " + (one.textContent ?? "").trim().slice(0, 30),
    marked: style.outlineStyle !== "none" || one.matches(".skip"),
  };
})()`;

/** What a page says to the console, refuses by its policy, or fails to load. */
function listenTo(page: Page): { end(): readonly string[] } {
  const said: string[] = [];
  const onConsole = (message: { type(): string; text(): string }): void => {
    if (["error", "warning"].includes(message.type())) said.push(`console: ${message.text()}`);
  };
  const onError = (error: Error): void => void said.push(`script: ${error.message}`);
  const onFailed = (request: { url(): string }): void => void said.push(`not loaded: ${request.url()}`);
  page.on("console", onConsole).on("pageerror", onError).on("requestfailed", onFailed);
  return {
    end() {
      page.off("console", onConsole).off("pageerror", onError).off("requestfailed", onFailed);
      return said;
    },
  };
}

/** What axe finds, a sentence each. */
async function findingsOf(page: Page): Promise<readonly string[]> {
  // By the debugger's protocol: the page's own policy keeps its scripts out, not ours.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
  }>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** The element that sticks out farthest. */
async function widest(page: Page): Promise<string> {
  return await page.evaluate<string>(`[...document.querySelectorAll("main *, header *, footer *")]
    .map((one) => [one.getBoundingClientRect().right, one.outerHTML.slice(0, 120)])
    .sort((a, b) => b[0] - a[0])[0]?.[1] ?? ""`);
}
