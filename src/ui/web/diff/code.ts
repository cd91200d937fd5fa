// One line of foreign code as HTML: words that changed are marked, and what cannot be seen is shown. Colours of the language are a
// script's; the text stays as it is, so that it can be copied.
import { html } from "hono/html";
import { visibleText, withoutEnd } from "#model/bytes";
import type { Html } from "../page.ts";
import type { ShownLine } from "./rows.ts";
import type { Span } from "./words.ts";

/** Characters of one line that are shown. */
const MAX_SHOWN = 2000;

/** The text of a line. White space at the end of an inserted line is marked: it is what reviewers ask to take away. */
export function codeOf({
  text: whole,
  unended,
  marks,
  kind,
}: Pick<ShownLine, "text" | "unended" | "marks" | "kind">): Html | string {
  const text = whole.slice(0, MAX_SHOWN);
  const end = text.slice(withoutEnd(text, " \t\r").length);
  const shows = kind === "insert" && end !== "" && text.length === whole.length;
  const body = shows || end.endsWith("\r") ? text.slice(0, text.length - end.length) : text;
  if (body === whole && marks.length === 0 && !unended) return visibleText(text);
  return html`${marked(body, marks)}${shows || end.endsWith("\r") ? blanks(end, shows) : ""}${
    text.length < whole.length ? html`<span class="aside">… ${whole.length - text.length} more characters</span>` : ""
  }${unended ? html`<span class="aside">no newline at end of file</span>` : ""}`;
}

function marked(text: string, marks: readonly Span[]): Html | string {
  if (marks.length === 0) return visibleText(text);
  const pieces: (Html | string)[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    if (start >= text.length) break;
    pieces.push(visibleText(text.slice(at, start)), html`<mark>${visibleText(text.slice(start, end))}</mark>`);
    at = Math.min(end, text.length);
  }
  return html`${[...pieces, visibleText(text.slice(at))]}`;
}

function blanks(end: string, isMarked: boolean): Html {
  const plain = end.replaceAll("\r", "");
  return html`${plain === "" ? "" : isMarked ? html`<span class="ws">${plain}</span>` : plain}${
    end.includes("\r") ? html`<span class="cr" title="carriage return">␍</span>` : ""
  }`;
}
