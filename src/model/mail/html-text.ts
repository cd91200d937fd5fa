// The text that a person typed into an HTML mail, for mails that have no plain part. Not a renderer: no tables, styles or links.
import type { ByteString, Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import { toUtf8 } from "./decode-text.ts";

/** Bytes of an HTML part that are looked at. */
export const MAX_HTML = 1_000_000;

/** Elements that end a line where they begin and where they end. */
const BLOCKS = /^(?:address|article|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|td|th|tr|ul)$/;
/** Elements whose content nobody reads. */
const HIDDEN = /^(?:head|script|style|title)$/;

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: "\u00a0" };

/**
 * Text in UTF-8 with a line for each block. What stands in `blockquote` is quoted, so its lines begin with `> ` as in plain
 * mails. Linear in its length, whatever the markup looks like.
 */
export function htmlText(html: Bytes, charset: string | null): ByteString {
  const source = byteString(toUtf8(html.subarray(0, MAX_HTML), charset).bytes);
  const lines: ByteString[] = [];
  let line = "";
  let depth = 0;
  let hidden: string | null = null;
  let isPre = false;
  const end = (): void => {
    if (line.trim() !== "") lines.push(`${"> ".repeat(Math.min(depth, MAX_QUOTES))}${line.trim()}`);
    line = "";
  };
  // Comments, tags, and the text between them.
  for (const [piece] of source.matchAll(/<!--.*?(?:-->|$)|<[/!?a-zA-Z][^<>]*>?|[^<]+|</gs)) {
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)/.exec(piece);
    if (tag === null) {
      if (hidden !== null || piece.startsWith("<!") || piece.startsWith("<?")) continue;
      const text = entities(piece);
      if (isPre) {
        const [first = "", ...rest] = text.split("\n");
        line += first;
        for (const next of rest) {
          end();
          line = next;
        }
      } else line += text.replace(/[ \t\r\n]+/g, " ");
      continue;
    }
    const closes = tag[1] === "/";
    const name = (tag[2] ?? "").toLowerCase();
    if (HIDDEN.test(name)) hidden = closes ? null : (hidden ?? name);
    if (!BLOCKS.test(name)) continue;
    end();
    if (name === "pre") isPre = !closes;
    if (name === "blockquote") depth = Math.max(0, depth + (closes ? -1 : 1));
  }
  end();
  return lines.map((text) => `${text}\n`).join("");
}

/** Deeper quotes look the same. */
const MAX_QUOTES = 5;

function entities(html: ByteString): ByteString {
  return html.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name: string) => {
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    const text =
      name === undefined
        ? code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
          ? String.fromCodePoint(code)
          : undefined
        : ENTITIES[name.toLowerCase()];
    return text === undefined ? whole : byteString(new TextEncoder().encode(text));
  });
}
