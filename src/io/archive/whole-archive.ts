// An archive read from its start again, to find what it has lost. For kinds that do not tell of every removal: a web archive is asked
// for its newest mails only, a large newsgroup is not listed at each visit.
import type { Archive } from "./archive.ts";

/**
 * The archive as one whose every visit looks at all of its messages and ends with what is present. A visit that does not come to its end
 * takes nothing away and leaves the cursor where it was.
 */
export function wholeArchive(archive: Archive): Archive {
  return {
    ...archive,
    async *changes(_, known) {
      const keys = new Set<string>();
      let cursor: string | null = null;
      for await (const step of archive.changes(null, () => false)) {
        switch (step.kind) {
          case "added":
            keys.add(step.mail.key);
            if (!known(step.mail.key)) yield step;
            break;
          case "removed":
            keys.delete(step.key);
            break;
          case "present":
            for (const key of keys) if (!step.keys.has(key)) keys.delete(key);
            break;
          case "reached":
            cursor = step.cursor;
            break;
          case "problem":
            yield step;
        }
      }
      yield { kind: "present", keys };
      if (cursor !== null) yield { kind: "reached", cursor };
    },
  };
}
