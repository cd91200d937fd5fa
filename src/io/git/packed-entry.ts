// Where in a pack an object that was read lies, so that another pack can have it without deflating it again.
// Known by the identity of the content that the reader gave; whoever asks for anything else gets null and makes an entry anew.
import type { Bytes } from "#model/bytes";
import type { ObjectId } from "./ids.ts";
import type { ObjectType } from "./object-reader.ts";

/** One entry of a pack: a whole object, or a delta on the entry under it. */
export interface PackedEntry {
  readonly type: ObjectType;
  /** Bytes of what the entry inflates to: the object, or the delta. */
  readonly size: number;
  readonly under: PackedEntry | null;
  /** Entries under it. */
  readonly depth: number;
  /** The name of the object; null where the pack cannot tell it, or was closed. */
  id(): ObjectId | null;
  /** The zlib stream as the pack has it, good until the next one is read; null when the pack was closed. */
  stream(): Bytes | null;
}

const ENTRIES = new WeakMap<Bytes, PackedEntry>();

/** Remembers that `content` was read from `entry`, if from any. For what new objects may be made of, not for all that is read. */
export function rememberEntry(content: Bytes, entry: PackedEntry | undefined): void {
  if (entry !== undefined) ENTRIES.set(content, entry);
}

/** The entry that this very value was read from; null for any other. */
export function entryOf(content: Bytes): PackedEntry | null {
  return ENTRIES.get(content) ?? null;
}
