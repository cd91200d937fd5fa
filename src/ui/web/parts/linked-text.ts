// Foreign text with its web addresses as links. Nothing but http and https ever becomes one.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { Html } from "../page.ts";

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\\^{|}]{1,2000}/gi;

/** Text with links; controls are made visible. */
export function linkedText(text: string): Html {
  const shown = visibleText(text);
  const pieces: (string | Html)[] = [];
  let from = 0;
  for (const { 0: found, index } of shown.matchAll(ADDRESS)) {
    const address = withoutEnd(found);
    const href = hrefOf(address);
    if (href === null) continue;
    pieces.push(shown.slice(from, index), html`<a href="${href}" rel="nofollow noreferrer">${address}</a>`);
    from = index + address.length;
  }
  pieces.push(shown.slice(from));
  return html`${pieces}`;
}

/** Punctuation behind an address is the sentence's, and so is a parenthesis that it did not open. Linear: the text is foreign. */
function withoutEnd(address: string): string {
  // A parenthesis that is opened is not taken off, so that nothing taken off opens one.
  const marks = address.includes("(") ? MARKS : `${MARKS})`;
  let end = address.length;
  while (end > 0 && marks.includes(address.charAt(end - 1))) end -= 1;
  return address.slice(0, end);
}

const MARKS = ".,;:!?*_";

function hrefOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return protocol === "http:" || protocol === "https:" ? href : null;
}
