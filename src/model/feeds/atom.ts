// An Atom document (RFC 4287) from plain values. What is in it is tree-feed.ts's task.
// Every text may be hostile: it ends up as text, never as markup, never as a character that XML 1.0 does not have, and what would
// turn or hide the words around it is shown.
import { visibleText } from "#model/bytes";

export interface FeedEntry {
  /** An IRI that never changes. */
  readonly id: string;
  readonly title: string;
  /** UTC: `2026-02-11T09:00:00Z`. */
  readonly updated: string;
  /** A name, without an address: feeds are read by robots that collect them. */
  readonly author: string;
  /** Plain text, several lines. */
  readonly content: string;
  /** The address of a page about it, where there is one. */
  readonly page?: string;
}

export interface Feed {
  readonly id: string;
  readonly title: string;
  readonly updated: string;
  /** Where the feed itself is; null where nobody knows. */
  readonly self: string | null;
  /** Newest first. */
  readonly entries: readonly FeedEntry[];
}

/** The document as text, to be written in UTF-8. The same feed gives the same bytes. */
export function printAtom({ id, title, updated, self, entries }: Feed): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `  <id>${escaped(id)}</id>`,
    `  <title>${shown(title)}</title>`,
    `  <updated>${escaped(updated)}</updated>`,
    ...(self === null ? [] : [`  <link rel="self" href="${escaped(self)}"/>`]),
    "  <generator>Longarm</generator>",
    ...entries.flatMap((entry) => [
      "  <entry>",
      `    <id>${escaped(entry.id)}</id>`,
      `    <title>${shown(entry.title)}</title>`,
      `    <updated>${escaped(entry.updated)}</updated>`,
      ...(entry.page === undefined
        ? []
        : [`    <link rel="alternate" type="text/html" href="${escaped(entry.page)}"/>`]),
      `    <author><name>${shown(entry.author)}</name></author>`,
      `    <content type="text">${shown(entry.content)}</content>`,
      "  </entry>",
    ]),
    "</feed>",
    "",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

/** What a person reads; ids and dates are for machines and stay as they are. */
function shown(text: string): string {
  return escaped(visibleText(text));
}

/** Characters that XML 1.0 cannot hold (its production 2), lone surrogates among them, become U+FFFD. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"\r]/g, (char) => ENTITIES[char] ?? char)
  );
}
