// What every page must stand in a browser: by the keyboard, on its screen, without a finding of axe or a word to the console.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is wrong with the page that is open: it is wider than the screen, or axe finds something. */
export async function problemsOf(page: Page): Promise<readonly string[]> {
  const wide = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  const tooWide = wide > 0 ? [`${wide} pixels wider than the screen: ${await widest(page)}`] : [];
  return [...tooWide, ...(await findingsOf(page))];
}

/** What the keyboard does not reach on the page that is open, or reaches without a mark. */
export async function keyboardProblems(page: Page): Promise<readonly string[]> {
  const wrong: string[] = [];
  const wanted = Math.min(await page.evaluate<number>(FOCUSABLE), MAX_STEPS);
  const reached = new Set<string>();
  const more = (await page.locator("input[type=date]:visible").count()) * DATE_STOPS;
  for (let step = 0; step < wanted + more; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate<{ readonly id: string; readonly marked: boolean } | null>(FOCUSED);
    if (at === null) break;
    reached.add(at.id);
    if (!at.marked) wrong.push(`no mark around ${at.id}`);
  }
  return reached.size < wanted * 0.9 ? [...wrong, `${reached.size} of ${wanted} can be reached`] : wrong;
}

/** A date is one field with three more stops of the keyboard in it. */
const DATE_STOPS = 3;

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
export function listenTo(page: Page): { end(): readonly string[] } {
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
