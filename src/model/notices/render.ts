// Fills a template's `{placeholders}`. No conditions, loops or nested templates: what a mail cannot do with these is code.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, UserError } from "#model/bytes";

/** What a placeholder looks like; braces around anything else are ordinary text. */
const PLACEHOLDER = /\{([a-z][a-z0-9-]{0,40})\}/g;

/**
 * The template as bytes, each `{key}` replaced by its value; values are not searched again.
 * A line of only one placeholder stands for whole lines: it vanishes with its line end when the value is empty,
 * and the value's own last line end is not doubled.
 * A key without value throws UserError; `checkTemplates` finds those beforehand.
 */
export function render(template: string, values: ReadonlyMap<string, ByteString>): ByteString {
  const lines = byteString(bytesOf(template)).split("\n");
  let text = "";
  lines.forEach((line, index) => {
    const end = index + 1 < lines.length ? "\n" : "";
    const filled = line.replace(PLACEHOLDER, (_, key: string) => valueOf(key, values));
    if (!isBlock(line)) text += filled + end;
    else if (filled !== "") text += filled.endsWith("\n") ? filled : filled + end;
  });
  return text;
}

/** The same with a `{patch}` on a line of its own, which may be large: its bytes are never made a string. */
export function renderAround(template: string, values: ReadonlyMap<string, ByteString>, patch: Bytes): Bytes {
  const lines = template.split("\n");
  const at = lines.indexOf("{patch}");
  if (at < 0 || lines.filter((line) => line.includes("{patch}")).length > 1)
    return fromByteString(render(template, new Map([...values, ["patch", byteString(patch)]])));
  const isEnded = patch.length === 0 || patch.at(-1) === 10 || at === lines.length - 1;
  return concatBytes([
    fromByteString(
      render(
        lines
          .slice(0, at)
          .map((line) => `${line}\n`)
          .join(""),
        values,
      ),
    ),
    patch,
    fromByteString(isEnded ? "" : "\n"),
    fromByteString(render(lines.slice(at + 1).join("\n"), values)),
  ]);
}

/** The keys that a template uses, each once, in order of first use. */
export function placeholdersOf(template: string): string[] {
  return [...new Set([...template.matchAll(PLACEHOLDER)].map((found) => found[1] ?? ""))];
}

function isBlock(line: string): boolean {
  return /^\{[a-z][a-z0-9-]{0,40}\}$/.test(line);
}

function valueOf(key: string, values: ReadonlyMap<string, ByteString>): ByteString {
  const value = values.get(key);
  if (value === undefined) {
    throw new UserError(`fill a notice: nothing is known for placeholder "{${key}}"`, {
      hint: `known here: ${[...values.keys()].map((known) => `{${known}}`).join(", ")}`,
    });
  }
  return value;
}
