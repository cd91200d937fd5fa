// A reader as archive.ts wants it, in memory: it stores up to each `reached`, and may be cut off at any step.
// Test code of contract.ts only.
import { expect } from "vitest";
import type { Bytes, Problem } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Archive, ArchiveOptions, ArchiveStep } from "./archive.ts";

/** A real archive that a test fills; `close` removes it. */
export interface ContractArchive {
  /** Opens it as another process would, with no memory of an earlier visit. */
  open(options: ArchiveOptions): Promise<Archive>;
  /** Puts a mail into it. */
  deliver(bytes: Bytes): Promise<void>;
  /** Takes the mail with these bytes out of it, the way the kind does that daily. Missing where a kind cannot. */
  remove?(bytes: Bytes): Promise<void>;
  /**
   * Replaces everything by these mails so that a cursor from before no longer fits: history rewritten, another UIDVALIDITY,
   * the file exchanged. Missing where a kind cannot.
   */
  rewrite?(messages: readonly Bytes[]): Promise<void>;
  /** Puts something unreadable behind what is there, which must become a problem. Missing where a kind has no such thing. */
  damage?(): Promise<void>;
  /** What `openArchive` is given for it in another process; the options of {@link ContractArchive.open} are added. */
  readonly spec: string;
  /** More options for another process's `openArchive`, as JSON can say them; for passwords of test servers and the like. */
  readonly specOptions?: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** What a reader has stored, and everything it was given. */
export interface Reader {
  readonly store: Map<string, string>;
  cursor: string | null;
  /** The bytes of every `added` that was stored, in order. */
  readonly added: string[];
  readonly problems: Problem[];
  texts(): string[];
}

export function makeReader(): Reader {
  const store = new Map<string, string>();
  return { store, cursor: null, added: [], problems: [], texts: () => [...store.values()].sort() };
}

export function copyReader(reader: Reader): Reader {
  const copy = makeReader();
  for (const [key, text] of reader.store) copy.store.set(key, text);
  copy.cursor = reader.cursor;
  copy.added.push(...reader.added);
  return copy;
}

/** One visit from the reader's cursor; `cut` is the number of steps after which it is left, what was not `reached` is forgotten. */
export async function visit(
  archive: ContractArchive,
  reader: Reader,
  { every = 2, cut = Infinity }: { readonly every?: number; readonly cut?: number } = {},
): Promise<ArchiveStep[]> {
  await using open = await archive.open({ every });
  return visitOpen(open, reader, cut);
}

export async function visitOpen(open: Archive, reader: Reader, cut = Infinity): Promise<ArchiveStep[]> {
  const pending = new Map(reader.store);
  const added: string[] = [];
  const steps: ArchiveStep[] = [];
  let stored = true;
  for await (const step of open.changes(reader.cursor, (key) => pending.has(key))) {
    if (steps.length === cut) return steps;
    steps.push(step);
    stored = step.kind === "reached" || (stored && step.kind === "problem");
    switch (step.kind) {
      case "added":
        expect(pending.has(step.mail.key), `"${step.mail.key}" is given twice`).toBe(false);
        pending.set(step.mail.key, byteString(step.mail.bytes));
        added.push(byteString(step.mail.bytes));
        break;
      case "removed":
        pending.delete(step.key);
        break;
      case "present":
        for (const key of pending.keys()) if (!step.keys.has(key)) pending.delete(key);
        for (const key of step.keys) expect(pending.has(key), `"${key}" is present and was never given`).toBe(true);
        break;
      case "problem":
        reader.problems.push(step.problem);
        break;
      case "reached":
        reader.store.clear();
        for (const [key, text] of pending) reader.store.set(key, text);
        reader.added.push(...added.splice(0));
        reader.cursor = step.cursor;
        break;
    }
  }
  expect(stored, "a visit ends with what it reached").toBe(true);
  return steps;
}

/**
 * From each reader (null: a new one), cuts a visit at every step k, goes on from what was stored, and expects `texts` in the end.
 * Gives every distinct state in which a cut reader was left.
 */
export async function cutEverywhere(
  archive: ContractArchive,
  every: number,
  maxCuts: number,
  readers: readonly (Reader | null)[],
  texts: readonly string[],
): Promise<Reader[]> {
  const left = new Map<string, Reader>();
  for (const begun of readers) {
    const measure = begun === null ? makeReader() : copyReader(begun);
    const steps = (await visit(archive, measure, { every })).length;
    expect(measure.texts()).toEqual(texts);
    for (let cut = 0; cut < Math.min(steps, maxCuts); cut++) {
      const reader = begun === null ? makeReader() : copyReader(begun);
      await visit(archive, reader, { every, cut });
      left.set(JSON.stringify([reader.cursor, [...reader.store.keys()]]), copyReader(reader));
      await visit(archive, reader, { every });
      expect(reader.texts(), `cut at step ${cut} of ${steps}`).toEqual(texts);
    }
  }
  return [...left.values()];
}
