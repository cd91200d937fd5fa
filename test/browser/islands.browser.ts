// What scripts add to pages in Chromium: lines around hunks, colours of code, a plot that can be pointed at.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BrowserStage } from "./stage.ts";
import { setTheStage } from "./stage.ts";

let stage: BrowserStage;
beforeAll(async () => {
  stage = await setTheStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const PATCH = "/patch/words-be-polite.patch";

test("lines around a hunk come into the page, which stays where it is, and the keyboard too", async () => {
  const page = await stage.browser.newPage({ baseURL: stage.address });
  await page.goto(PATCH);
  const rows = page.locator("table.diff tbody tr");
  const before = await rows.count();
  await page.locator("table.diff a[data-load]").first().focus();
  await page.keyboard.press("Enter");
  await page.getByText('#include "words.h"').waitFor();
  expect(await rows.count()).toBeGreaterThan(before);
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(PATCH);
  expect(await page.evaluate("document.activeElement !== document.body")).toBe(true);
  await page.close();
});

test("code has colours, and its text is as it was", async () => {
  const page = await stage.browser.newPage({ baseURL: stage.address });
  await page.goto(PATCH);
  await page.locator("table.diff").first().scrollIntoViewIfNeeded();
  await expect.poll(() => page.evaluate("CSS.highlights.size")).toBeGreaterThan(0);
  expect(await page.evaluate("[...CSS.highlights.keys()]")).toContain("code-string");
  expect(await page.locator("table.diff").first().innerText()).toContain('return "good day";');
  await page.close();
});

test("the plot says what was when, where it is pointed at", async () => {
  const page = await stage.browser.newPage({ baseURL: stage.address, viewport: { width: 1440, height: 900 } });
  await page.goto("/");
  const plot = await page.locator(".uplot .u-over").boundingBox();
  if (plot === null) throw new Error("there is no plot");
  const values = page.locator(".uplot .u-legend .u-value");
  await page.mouse.move(plot.x + 5, plot.y + plot.height / 2);
  const first = await values.allInnerTexts();
  await page.mouse.move(plot.x + plot.width - 5, plot.y + plot.height / 2);
  const last = await values.allInnerTexts();
  expect(first[0]).toMatch(/\d{1,2} \w{3}, \d\d:\d\d/);
  expect(last[1]).toMatch(/^\d+$/);
  await page.close();
});
