// The outbox: mails that are written and wait to be sent. Sending is a later task of this part.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";

/** One waiting mail. */
export interface WaitingMail {
  readonly file: string;
  readonly bytes: Bytes;
}

/** The waiting mails of a tree's private directory, in the order in which they were written. */
export function readOutbox(privateDir: string): WaitingMail[] {
  const dir = join(privateDir, "outbox");
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    // The directory is made with the first mail.
    return [];
  }
  return names
    .filter((name) => name.endsWith(".eml"))
    .sort()
    .map((name) => ({ file: join(dir, name), bytes: readFileSync(join(dir, name)) }));
}
