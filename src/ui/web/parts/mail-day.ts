// When a mail was sent, to the minute: of mails that are years old nobody wants to know how many.
import { html } from "hono/html";
import type { Html } from "../page.ts";
import { sinceThen } from "./moment.ts";

/** Milliseconds beyond which nothing is a date (ECMA-262, 21.4.1.1). */
const MAX_TIME = 8.64e15;

/** `2024-02-15 14:46`, in UTC, with how long ago that was behind it; milliseconds since 1970, null where the mail does not say. */
export function mailDay(time: number | null, now: Date): Html {
  if (time === null || Number.isNaN(time) || Math.abs(time) > MAX_TIME) return html`<span>without a date</span>`;
  const exact = new Date(time).toISOString();
  const shown = exact.replace(/^(.*)T(\d\d:\d\d).*$/, "$1 $2");
  return html`<time datetime="${exact}" title="${exact}, ${sinceThen(now.getTime() - time)}">${shown}</time>`;
}
