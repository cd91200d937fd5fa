// The base in the text of longarm.toml, replaced where it stands; the rest of the configuration is only read (config.ts).
import { parse } from "smol-toml";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, fromByteString, textOf, UserError } from "#model/bytes";
import type { Written } from "./config-schema.ts";
import { parseToml } from "./config-text.ts";

/** Places in a configuration that are tried for the base. */
const MAX_PLACES = 1000;

/**
 * The configuration with another base, every other byte as it is: of the texts in quotes that say the old base, the one whose
 * replacement changes `source.base` and nothing else. Throws UserError where there is none, such as a base with escapes in it.
 */
export function withBase(config: Bytes, file: string, base: string): Bytes {
  const written = byteString(config);
  const before = parseToml(textOf(config), file) as Written;
  const old = before.source?.base ?? "";
  const wanted = JSON.stringify({ ...before, source: { ...before.source, base } });
  let at = -1;
  for (let place = 0; place < MAX_PLACES; place++) {
    const quoted = ['"', "'"].map((quote) => `${quote}${byteString(bytesOf(old))}${quote}`);
    const places = quoted.map((text) => written.indexOf(text, at + 1)).filter((found) => found >= 0);
    if (places.length === 0) break;
    at = Math.min(...places);
    const end = at + 1 + bytesOf(old).length;
    const changed = fromByteString(written.slice(0, at + 1) + byteString(bytesOf(base)) + written.slice(end));
    if (JSON.stringify(tryToml(textOf(changed))) === wanted) return changed;
  }
  throw new UserError(`cannot find the base "${old}" in ${file} to replace it`, {
    hint: `write base = "${old}" on a line of its own below [source], then run the command again`,
  });
}

function tryToml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
