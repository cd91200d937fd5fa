// What a maintainer who is signed in sees and does in Chromium: every form, the plans, and the way back.
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyboardProblems, listenTo, problemsOf } from "./checks.ts";
import { AS_BROWSER, crawl } from "./crawl.ts";
import type { BrowserStage } from "./stage.ts";
import { setTheStage, shots } from "./stage.ts";

let stage: BrowserStage;
let state: Awaited<ReturnType<BrowserContext["storageState"]>>;
/** Pages that only who is signed in has, or has more on. */
let pages: ReadonlyMap<string, string>;
let broken: readonly string[];
beforeAll(async () => {
  stage = await setTheStage();
  const context = await stage.browser.newContext({ baseURL: stage.address });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("Token").fill(stage.token);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  state = await context.storageState();
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  await context.close();
  const found = await crawl((path) => stage.example.get(path, { ...AS_BROWSER, cookie }), ["/"]);
  broken = found.broken;
  pages = new Map([...found.pages].filter(([kind]) => OWN.test(kind)));
});
afterAll(() => stage[Symbol.asyncDispose]());

const OWN = /^\/(?:do\/|inbox|outbox|operation\/|patch\/NAME$|posting\/NAME\/$|branch\/NAME$)/;

async function signedIn(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
  const viewport = { width: 1440, height: 900 };
  const context = await stage.browser.newContext({ baseURL: stage.address, storageState: state, viewport, ...options });
  return await context.newPage();
}

test("every link leads somewhere, and every operation is linked", () => {
  expect(broken).toEqual([]);
  const linked = [...pages.keys()].map((kind) => kind.replace(/\?.*/, ""));
  for (const kind of ["/inbox", "/outbox", "/operation/NAME", ...OPERATIONS.map((name) => `/do/${name}`)])
    expect(linked).toContain(kind);
});

const OPERATIONS =
  "add build disable drop fold hold move note promote redo release rename reorder tags undo update".split(" ");

const LOOKS = (["light", "dark"] as const).flatMap((scheme) => [360, 1440].map((width) => ({ scheme, width })));

test.each(LOOKS)("every page of a maintainer is in order, $scheme, $width wide", async ({ scheme, width }) => {
  const page = await signedIn({ colorScheme: scheme, viewport: { width, height: 900 } });
  const wrong: string[] = [];
  for (const [kind, path] of pages) {
    const said = listenTo(page);
    await page.goto(path, { waitUntil: "load" });
    const name = kind.replace(/^\//, "").replace(/[^a-z0-9]+/gi, "-") || "tree";
    await page.screenshot({ path: join(shots, `maintainer-${name}-${scheme}-${width}.png`), fullPage: true });
    for (const one of [...(await problemsOf(page)), ...said.end()]) wrong.push(`${path}: ${one}`);
  }
  await page.context().close();
  expect(wrong).toEqual([]);
});

test("every field and button of a maintainer is reached by the keyboard, and is there without script", async () => {
  const [page, plain] = [await signedIn(), await signedIn({ javaScriptEnabled: false })];
  const wrong: string[] = [];
  for (const path of pages.values()) {
    await page.goto(path);
    for (const one of await keyboardProblems(page)) wrong.push(`${path}: ${one}`);
    await plain.goto(path);
    if ((await plain.locator("main h1").count()) !== 1) wrong.push(`${path}: no heading without script`);
  }
  await page.context().close();
  await plain.context().close();
  expect(wrong).toEqual([]);
});

const PATCH = "/patch/greet-greet-everybody.patch";

test("a patch is held by form, plan and confirmation, without script, and the hold is undone", async () => {
  const page = await signedIn({ javaScriptEnabled: false });
  await page.goto(PATCH);
  await page.getByRole("link", { name: "Hold", exact: true }).click();
  await page.getByLabel("Why, for everybody to read").fill("waits for <b>Bob</b>");
  await page.getByRole("button", { name: "Show what would happen" }).click();
  const plan = page.getByRole("region", { name: "This would happen" });
  expect(await plan.innerText()).toContain("waits for <b>Bob</b>");
  expect((await stage.example.text(PATCH)).includes("Bob")).toBe(false);
  await plan.getByRole("button", { name: "Hold" }).click();
  await page.waitForURL(/\/operation\//);
  const held = await stage.example.text(PATCH);
  expect(held).toContain("waits for &lt;b&gt;Bob&lt;/b&gt;");
  expect(held).toMatch(/<span class="badge warn">held<\/span>/);
  await page.getByRole("link", { name: "Undo", exact: true }).click();
  await page.getByRole("main").getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(/\/operation\//);
  // What happened stays in the history, the hold does not.
  expect(await stage.example.text(PATCH)).not.toMatch(/<span class="badge warn">held<\/span>/);
  await page.context().close();
});

test("a plan is in order, too, on a telephone in the dark", async () => {
  const page = await signedIn({ colorScheme: "dark", viewport: { width: 360, height: 800 } });
  await page.goto("/do/drop?patch=greet-greet-everybody.patch");
  await page.getByLabel("Why", { exact: true }).selectOption("nacked");
  await page.getByRole("button", { name: "Show what would happen" }).click();
  await page.getByRole("region", { name: "This would happen" }).waitFor();
  await page.screenshot({ path: join(shots, "maintainer-plan-dark-360.png"), fullPage: true });
  expect(await problemsOf(page)).toEqual([]);
  await page.context().close();
});

/** The patches of the list in the order in which they stand. */
async function orderOn(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(
    `[...document.querySelectorAll("ol.order > li")].map((row) => row.dataset.name)`,
  );
}

async function plannedOrder(page: Page): Promise<readonly string[]> {
  await page.getByRole("region", { name: "The new order" }).first().waitFor();
  return await page.locator(".order-shown li").allInnerTexts();
}

test("a branch is put in another order by keyboard", async () => {
  const page = await signedIn();
  await page.goto("/do/reorder?branch=mm-unstable");
  const [first = "", second = "", ...others] = await orderOn(page);
  await page.getByRole("button", { name: `${first} down` }).focus();
  await page.keyboard.press("Enter");
  expect(await orderOn(page)).toEqual([second, first, ...others]);
  expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe(`${first} down`);
  await page.getByRole("button", { name: "Show what would happen" }).focus();
  await page.keyboard.press("Enter");
  expect(await plannedOrder(page)).toEqual([second, first, ...others]);
  await page.context().close();
});

test("a branch is put in another order by dragging", async () => {
  const page = await signedIn();
  await page.goto("/do/reorder?branch=mm-unstable");
  const before = await orderOn(page);
  const [top, grip] = [
    await page.locator("ol.order > li").first().boundingBox(),
    await page.locator("ol.order > li .grip").last().boundingBox(),
  ];
  if (top === null || grip === null) throw new Error("the list has no rows");
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(grip.x, top.y + 2, { steps: 12 });
  await page.mouse.up();
  const wanted = [before.at(-1), ...before.slice(0, -1)];
  expect(await orderOn(page)).toEqual(wanted);
  await page.getByRole("button", { name: "Show what would happen" }).click();
  expect(await plannedOrder(page)).toEqual(wanted);
  await page.context().close();
});
