// Every message of an archive at once, for operations that look at a whole archive and keep nothing of it.
// Whoever comes again uses `openArchive` and keeps the cursor.
import type { Bytes, Problem } from "#model/bytes";
import { archiveKind, openArchive, type ArchiveKind } from "./open-archive.ts";

/** Every message as it is stored, oldest first where the archive has an order. */
export interface ArchiveContent {
  readonly kind: ArchiveKind;
  readonly messages: readonly Bytes[];
  readonly problems: readonly Problem[];
}

/** Reads the archive at `path`. Throws UserError when there is none or it is of no known kind. */
export async function readArchive(path: string): Promise<ArchiveContent> {
  const kind = archiveKind(path);
  const problems: Problem[] = [];
  const messages = new Map<string, Bytes>();
  await using archive = await openArchive(path);
  for await (const step of archive.changes(null, (key) => messages.has(key))) {
    switch (step.kind) {
      case "added":
        messages.set(step.mail.key, step.mail.bytes);
        break;
      case "removed":
        messages.delete(step.key);
        break;
      case "problem":
        problems.push(step.problem);
        break;
      case "present":
      case "reached":
        break;
    }
  }
  return { kind, messages: [...messages.values()], problems };
}
