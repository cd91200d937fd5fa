// What the last build made of each patch, in `.longarm/built.json`: rebuildable, so damage to it means that nothing is remembered.
// A patch is known again by a key over everything that its commit depends on: base, settings, and every patch below it.
import { hash } from "node:crypto";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PatchResult } from "#model/branches";
import type { Bytes } from "#model/bytes";
import { bytesOf, textOf } from "#model/bytes";
import type { QueuedPatch } from "#model/queue";
import { readIfThere } from "./disk.ts";

/** One patch of the last build. */
export interface BuiltPatch {
  readonly key: string;
  /** Of the patch file's bytes, see {@link contentHash}. */
  readonly content: string;
  /** The file's stamp when its bytes were read, by which it need not be read again; null when that was not sure. */
  readonly stamp: string | null;
  /** Its `tip` is a commit id. */
  readonly result: PatchResult;
}

/** Branch name to its patches in series order, all or the first of them. */
export type BuildMemory = Readonly<Record<string, readonly BuiltPatch[]>>;

const NAME = "built.json";
const FORMAT = 2;

/** The last build; null when there was none, or its memory is of no use. */
export function readBuildMemory(privateDir: string): BuildMemory | null {
  const bytes = readIfThere(join(privateDir, NAME));
  if (bytes === null) return null;
  try {
    const memory = JSON.parse(textOf(bytes)) as { readonly format?: unknown; readonly branches?: BuildMemory };
    return memory.format === FORMAT ? (memory.branches ?? null) : null;
  } catch {
    return null;
  }
}

/** Whether there is something to read, of use or not. */
export function hasBuildMemory(privateDir: string): boolean {
  return existsSync(join(privateDir, NAME));
}

/** The memory as {@link writeBuildMemory} takes it. */
export function printBuildMemory(branches: BuildMemory): Bytes {
  return bytesOf(JSON.stringify({ format: FORMAT, branches }));
}

/** Replaces the memory; a crash leaves the old one or the new one. */
export function writeBuildMemory(privateDir: string, printed: Bytes): void {
  const temporary = join(privateDir, `${NAME}.new`);
  writeFileSync(temporary, printed);
  renameSync(temporary, join(privateDir, NAME));
}

/** The key of what a branch begins with: `parts` are all that its commits depend on besides its patches. */
export function firstKey(parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex");
}

/** By which the bytes of a patch file are known again. */
export function contentHash(bytes: Bytes): string {
  return hash("sha256", bytes, "hex");
}

/** The key of a patch on what `below` is the key of; `content` is the hash of its bytes. */
export function nextKey(below: string, { name, strip, reverse }: QueuedPatch, content: string): string {
  return hash("sha256", JSON.stringify([below, name, strip, reverse, content]), "hex");
}
