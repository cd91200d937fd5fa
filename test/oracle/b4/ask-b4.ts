// Asks the installed b4 what it makes of threads, through run-b4.py: one process for all of them, offline, with a home of its own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Thread } from "./inbox.ts";

/** A patch as `git am` would see it in b4's mailbox. All texts but ids are byte strings. */
export interface B4Patch {
  readonly part: number;
  readonly id: string;
  /** As b4 writes it, `[PATCH v5 3/8] title`. */
  readonly subject: string;
  readonly title: string;
  readonly author: string;
  readonly email: string;
  readonly date: string;
  readonly log: string;
  /** Everything from the line that ends the log. */
  readonly patch: string;
  /** The mail as it stands in b4's mailbox. */
  readonly mail: string;
}

/** One revision in one thread. */
export interface B4Series {
  readonly thread: string;
  readonly revision: number;
  readonly cover: string | null;
  readonly total: number;
  readonly complete: boolean;
  /** Filled up from the revision before. */
  readonly reroll: boolean;
  readonly patches: readonly B4Patch[];
  readonly mismatches: readonly string[];
  /** Why b4 refuses to write it, where it does; `patches` are then what it writes when told to. */
  readonly refused: string | null;
  readonly error: string | null;
}

/** b4's answers: every revision of every thread in which it sees a patch. Throws when b4 is not installed. */
export function askB4(threads: readonly Thread[]): B4Series[] {
  const home = mkdtempSync(join(tmpdir(), "longarm-b4-"));
  try {
    const output = execFileSync("/usr/bin/python3", [join(import.meta.dirname, "run-b4.py")], {
      cwd: home,
      env: {
        HOME: home,
        PATH: process.env["PATH"],
        LC_ALL: "C.UTF-8",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CEILING_DIRECTORIES: "/",
      },
      input: threads
        .map(({ name, mails }) => JSON.stringify({ name, mails: mails.map(({ source }) => base64(source)) }))
        .join("\n"),
      maxBuffer: 1024 ** 3,
    });
    return output
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as B4Series);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
