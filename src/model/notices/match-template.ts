// Reads a text back with the template it was written from: the opposite of render.ts, as far as a line at a time goes.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";

/** What placeholders may stand for when they are read; others are any text of one line. */
const SHAPES: Readonly<Record<string, string>> = {
  name: "\\S+",
  stem: "\\S+",
  branch: "\\S+",
  line: "\\S+",
  author: "\\S*",
  tag: "[^\\]]+",
  stamp: "\\S+",
  base: "\\S+?",
};
/** Longer lines are not read: a template's own lines are short. */
const MAX_LINE = 4000;

/** The values of the template's placeholders in a text that it fits as a whole, `known` filled in; null when it does not fit. */
export function matchTemplate(
  template: string,
  text: ByteString,
  known: ReadonlyMap<string, ByteString>,
): ReadonlyMap<string, ByteString> | null {
  if (text.length > MAX_LINE) return null;
  const keys: string[] = [];
  let pattern = "";
  let from = 0;
  for (const found of template.matchAll(/\{([a-z][a-z0-9-]{0,40})\}/g)) {
    const key = found[1] ?? "";
    pattern += escape(template.slice(from, found.index));
    from = found.index + found[0].length;
    const value = known.get(key);
    const seen = keys.indexOf(key);
    if (value !== undefined) pattern += escapeBytes(value);
    else if (seen >= 0) pattern += `\\${seen + 1}`;
    else {
      keys.push(key);
      pattern += `(${SHAPES[key] ?? ".*?"})`;
    }
  }
  const match = new RegExp(`^${pattern}${escape(template.slice(from))}$`, "s").exec(text);
  return match === null ? null : new Map(keys.map((key, index) => [key, match[index + 1] ?? ""]));
}

/** The values of those placeholders in `wanted` that some line of the template gives in some line of the text, the earliest first. */
export function matchLines(
  template: string,
  text: ByteString,
  known: ReadonlyMap<string, ByteString>,
  wanted: readonly string[],
): ReadonlyMap<string, ByteString> {
  const found = new Map(known);
  const lines = text.split("\n");
  const shapes = template.split("\n");
  for (const [index, shape] of shapes.entries()) {
    const keys = wanted.filter((key) => shape.includes(`{${key}}`) && !found.has(key));
    if (keys.length === 0 || /^\{[^{}]*\}$/.test(shape)) continue;
    // A line of blanks and a placeholder is known by the line above it.
    const above = shapes[index - 1] ?? "";
    const at = lines.findIndex(
      (line, place) =>
        matchTemplate(shape, line, found) !== null &&
        (!/^\s*\{[^{}]*\}$/.test(shape) || matchTemplate(above, lines[place - 1] ?? "", found) !== null),
    );
    if (at < 0) continue;
    for (const [key, value] of matchTemplate(shape, lines[at] ?? "", found) ?? []) found.set(key, value);
  }
  return found;
}

function escape(text: string): string {
  return escapeBytes(byteString(bytesOf(text)));
}

function escapeBytes(text: ByteString): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
