// A reader that contract.ts kills: stores what an archive gives into SQLite, one transaction up to each `reached`.
// Test code only. It writes one byte to standard output for each step, and waits a little, so that a kill falls between any two.
// Usage: node contract-reader.ts SPEC OPTIONS-AS-JSON DATABASE
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import type { ArchiveOptions } from "./archive.ts";
import { openArchive } from "./open-archive.ts";

const [spec = "", options = "{}", file = ""] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL");
database.exec("CREATE TABLE IF NOT EXISTS mail (key TEXT PRIMARY KEY, bytes BLOB NOT NULL)");
database.exec("CREATE TABLE IF NOT EXISTS place (cursor TEXT NOT NULL)");
const known = database.prepare("SELECT 1 FROM mail WHERE key = ?");
const place = database.prepare("SELECT cursor FROM place").get()?.["cursor"] ?? null;

await using archive = await openArchive(spec, JSON.parse(options) as ArchiveOptions);
let open = false;
for await (const step of archive.changes(place as string | null, (key) => known.get(key) !== undefined)) {
  if (!open) database.exec("BEGIN");
  open = true;
  switch (step.kind) {
    case "added":
      // Plain INSERT: a message given twice is an error.
      database.prepare("INSERT INTO mail VALUES (?, ?)").run(step.mail.key, step.mail.bytes);
      break;
    case "removed":
      database.prepare("DELETE FROM mail WHERE key = ?").run(step.key);
      break;
    case "present":
      for (const row of database.prepare("SELECT key FROM mail").all())
        if (!step.keys.has(String(row["key"])))
          database.prepare("DELETE FROM mail WHERE key = ?").run(row["key"] ?? "");
      break;
    case "reached":
      database.exec("DELETE FROM place");
      database.prepare("INSERT INTO place VALUES (?)").run(step.cursor);
      database.exec("COMMIT");
      open = false;
      break;
    case "problem":
      break;
  }
  process.stdout.write(".");
  await setTimeout(1);
}
if (open) database.exec("ROLLBACK");
database.close();
