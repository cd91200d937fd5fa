// What scripts of the source tree said of patches, in `.longarm/linted.json`: rebuildable, so damage to it means that they run again.
import { renameSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { bytesOf, textOf } from "#model/bytes";
import { readIfThere } from "./disk.ts";

/** Key to what a script printed, a byte string. */
export type LintMemory = ReadonlyMap<string, string>;

const NAME = "linted.json";
const FORMAT = 1;

export function readLintMemory(privateDir: string): LintMemory {
  const bytes = readIfThere(join(privateDir, NAME));
  if (bytes === null) return new Map();
  try {
    const memory = JSON.parse(textOf(bytes)) as { readonly format?: unknown; readonly said?: Record<string, string> };
    return new Map(memory.format === FORMAT ? Object.entries(memory.said ?? {}) : []);
  } catch {
    return new Map();
  }
}

/** Replaces the memory; a crash leaves the old one or the new one. */
export function writeLintMemory(privateDir: string, said: LintMemory): void {
  const temporary = join(privateDir, `${NAME}.new`);
  writeFileSync(temporary, bytesOf(JSON.stringify({ format: FORMAT, said: Object.fromEntries(said) })));
  renameSync(temporary, join(privateDir, NAME));
}

/** The key of what one run depends on: the scripts' files and settings, and the patch. */
export function lintKey(parts: readonly string[], patch: Bytes): string {
  return createHash("sha256").update(JSON.stringify(parts)).update(patch).digest("hex").slice(0, 32);
}
