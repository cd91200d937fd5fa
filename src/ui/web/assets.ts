// Style sheet, scripts and pictures of the site, as tools/bundle.ts made them: read once, found under a name that changes with them.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

export interface Assets {
  /** The address of an asset by its file name, `style.css`; throws when there is none, which is a bug. */
  href(name: string): string;
  /** What is found at `/assets/NAME`; null for nothing. */
  find(name: string): { readonly type: string; readonly body: Uint8Array<ArrayBuffer> } | null;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Reads the directory; names of addresses hold a piece of the content's hash, so that browsers may keep them for ever. */
export function readAssets(dir: string): Assets {
  const hrefs = new Map<string, string>();
  const files = new Map<string, { readonly type: string; readonly body: Uint8Array<ArrayBuffer> }>();
  for (const name of readdirSync(dir)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const body = new Uint8Array(readFileSync(join(dir, name)));
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
    const hashed = name.replace(/(\.[a-z]+)$/, `.${hash}$1`);
    hrefs.set(name, `/assets/${hashed}`);
    files.set(hashed, { type, body });
  }
  return {
    href(name) {
      const href = hrefs.get(name);
      if (href === undefined) throw new Error(`no asset "${name}" in ${dir}`);
      return href;
    },
    find: (name) => files.get(name) ?? null,
  };
}
