// Every message of an archive at once, for operations that look at a whole archive and keep nothing of it.
// Whoever comes again uses `openArchive` and keeps the cursor.
import type { Bytes, Problem } from "#model/bytes";
import { openArchive } from "./open-archive.ts";

/** Every message as it is stored, oldest first where the archive has an order. */
export interface ArchiveContent {
  readonly messages: readonly Bytes[];
  readonly problems: readonly Problem[];
}

/** Reads the archive that `spec` names, a path or an address. Throws UserError when there is none or it is of no known kind. */
export async function readArchive(spec: string): Promise<ArchiveContent> {
  const problems: Problem[] = [];
  const messages = new Map<string, Bytes>();
  await using archive = await openArchive(spec);
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
  return { messages: [...messages.values()], problems };
}
