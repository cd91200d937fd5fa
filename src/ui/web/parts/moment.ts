// A moment as people read it: how long ago, with the exact time behind it.
import { html } from "hono/html";
import type { Html } from "../page.ts";

const SPANS: readonly (readonly [number, string])[] = [
  [365 * 86_400, "year"],
  [30 * 86_400, "month"],
  [7 * 86_400, "week"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

/** `3 days ago`, or `in 2 hours`; `at` is a moment in ISO 8601, shown as it is when it is none. */
export function moment(at: string, now: Date): Html {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return html`<span>${at}</span>`;
  const exact = new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
  return html`<time datetime="${exact}" title="${exact}">${sinceThen(now.getTime() - time)}</time>`;
}

/** A length of time in its largest whole unit; milliseconds, negative for what is to come. */
export function sinceThen(passed: number): string {
  const seconds = Math.floor(Math.abs(passed) / 1000);
  const [length, unit] = SPANS.find(([span]) => seconds >= span) ?? [0, ""];
  if (length === 0) return passed < 0 ? "in a moment" : "just now";
  const count = Math.floor(seconds / length);
  const text = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return passed < 0 ? `in ${text}` : `${text} ago`;
}
