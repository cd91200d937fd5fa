// What a mail says, as HTML: long quotes and signatures folded, a diff apart from the words, attachments to keep. No HTML of a mail is
// ever rendered: of one that has nothing else the words are shown.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { Message } from "#model/mail";
import { readableMail } from "#model/mail";
import type { Html } from "../page.ts";
import { linkedText } from "./linked-text.ts";
import type { MailBlock } from "./mail-blocks.ts";
import { mailBlocks } from "./mail-blocks.ts";
import { mailHref } from "./patch-link.ts";

/** How a mail is shown. */
export interface BodyStyle {
  /** Bytes of text that are shown; the rest is a link away. */
  readonly limit: number;
  /** The page on which its diff is shown better; null for none. */
  readonly patch: string | null;
  /** Whether the diff is on the page itself: `folded` where a patch page shows it, `open`, or only a `link`. */
  readonly diff: "open" | "folded" | "link";
}

/** Lines of a quote that are shown without asking. */
const MAX_QUOTE = 8;

/** The body. Where the mail has no Message-ID nothing in it is a link to its parts. */
export function mailBody(message: Message, style: BodyStyle): Html {
  const { text, from, cut, attachments } = readableMail(message, style.limit);
  const own = message.messageId === null ? null : mailHref(message.messageId);
  const raw = own === null ? "" : html` <a href="${own}raw">The mail as it came</a>.`;
  return html`${from === "html" ? html`<p class="note">It was sent as HTML only; these are its words.${raw}</p>` : ""}
  ${from === "nothing" ? html`<p class="note">It has no text.${raw}</p>` : ""}
  ${mailBlocks(text).map((block) => shownBlock(block, style, own))}
  ${cut ? html`<p class="note">There is more of it than is shown here.${raw}</p>` : ""}
  ${
    own === null || attachments.length === 0
      ? ""
      : html`<ul class="attachments plain-list" aria-label="Attachments">
          ${attachments.map(
            ({ number, fileName, type, size }) =>
              html`<li>
                <a href="${own}attachment/${number}">${visibleText(fileName ?? `part ${number}`)}</a>
                <span class="soft">${visibleText(type)}, ${sizeText(size)}</span>
              </li>`,
          )}
        </ul>`
  }`;
}

function shownBlock({ kind, lines }: MailBlock, style: BodyStyle, own: string | null): Html {
  const count = `${lines.length} ${lines.length === 1 ? "line" : "lines"}`;
  switch (kind) {
    case "text":
      return html`<pre class="mail-text">${linkedText(lines.join("\n"))}</pre>`;
    case "quote": {
      const quote = html`<pre class="mail-text quote">${linkedText(lines.join("\n"))}</pre>`;
      if (lines.length <= MAX_QUOTE) return quote;
      return html`<details class="fold">
        <summary>${count} quoted</summary>
        ${quote}
      </details>`;
    }
    case "signature":
      return html`<details class="fold">
        <summary>signature</summary>
        <pre class="mail-text soft">${linkedText(lines.join("\n"))}</pre>
      </details>`;
    case "diff":
      return shownDiff(lines, count, style, own);
  }
}

function shownDiff(lines: readonly string[], count: string, { patch, diff }: BodyStyle, own: string | null): Html {
  const better = patch === null ? "" : html`<a href="${patch}">The diff in the tree</a>`;
  if (diff === "link" && own !== null)
    return html`<p class="note">${patch === null ? html`<a href="${own}#diff">Diff</a>` : better}, ${count}.</p>`;
  return html`<details class="fold" id="diff" ${diff === "open" ? OPEN : ""}>
      <summary>diff, ${count}</summary>
      <pre class="mail-diff scroll" tabindex="0" aria-label="Diff">${lines.map(diffLine)}</pre>
    </details>
    ${patch === null ? "" : html`<p class="note">${better} is easier to read.</p>`}`;
}

const OPEN = html`open`;

function diffLine(line: string): Html {
  const text = visibleText(line);
  if (text.startsWith("@@")) return html`<span class="at">${text}</span> `;
  if (/^\+(?!\+\+ )/.test(text)) return html`<ins>${text}</ins> `;
  if (/^-(?!-- )/.test(text)) return html`<del>${text}</del> `;
  return html`${text} `;
}

/** Bytes, as people write them. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
