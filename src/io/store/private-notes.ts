// Remarks of the maintainer that never leave this machine, in `.longarm/notes.jsonl`: no cache, nobody else has them.
import { appendFileSync, closeSync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, textOf } from "#model/bytes";
import { readIfThere } from "./disk.ts";

export interface PrivateNote {
  /** UTC. */
  readonly at: string;
  /** `Name <address>`. */
  readonly by: string;
  /** The patch's name when the note was written. */
  readonly patch: string;
  readonly text: string;
}

const NAME = "notes.jsonl";

/** All of them, oldest first. A line that is none is passed over, and stays. */
export function readPrivateNotes(privateDir: string): readonly PrivateNote[] {
  const bytes = readIfThere(join(privateDir, NAME));
  if (bytes === null) return [];
  return textOf(bytes)
    .split("\n")
    .flatMap((line) => parseNote(line) ?? []);
}

/** Adds notes; to be called under the tree's lock. What a crash cuts off is a line that is passed over. */
export function addPrivateNotes(privateDir: string, notes: readonly PrivateNote[]): void {
  const path = join(privateDir, NAME);
  const before = readIfThere(path);
  const whole = before === null || before.length === 0 || before.at(-1) === LF;
  const lines = notes.map(({ at, by, patch, text }) => `${JSON.stringify({ at, by, patch, text })}\n`).join("");
  const file = openSync(path, "a", 0o600);
  try {
    appendFileSync(file, bytesOf(whole ? lines : `\n${lines}`));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const LF = 10;

function parseNote(line: string): PrivateNote | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const { at, by, patch, text } = Object(value) as Partial<Record<keyof PrivateNote, unknown>>;
  return typeof at === "string" && typeof by === "string" && typeof patch === "string" && typeof text === "string"
    ? { at, by, patch, text }
    : null;
}
