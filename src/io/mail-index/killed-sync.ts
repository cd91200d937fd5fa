// Test code only: a process that syncs an index from an archive of 2000 mails until mail-index.test.ts kills it.
import { bytesOf } from "#model/bytes";
import type { Archive } from "#io/archive";
import { openMailIndex, syncArchive } from "./index.ts";

const archive: Archive = {
  name: "one",
  async *changes(cursor, known) {
    const mails = 2000;
    for (let at = Number(cursor ?? 0); at < mails; at += 1) {
      const text = `From: Author <author@example.org>\nSubject: ${at}\nDate: 12 Feb 2024 11:30:54 +0000\nMessage-Id: <${at}@example.org>\n\ntext\n`;
      const key = `${at} ${text.length}`;
      if (!known(key)) yield { kind: "added", mail: { key, bytes: bytesOf(text), received: null } };
      if (at % 50 === 49) yield { kind: "reached", cursor: `${at + 1}` };
    }
  },
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

using index = openMailIndex(process.argv[2] ?? "");
process.stdout.write("begun\n");
await syncArchive(index, archive, { name: "one", place: "one", list: null, keep: true }, () => {});
