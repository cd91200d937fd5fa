// Goes on after a lost connection: the visit begins again behind the last `reached`, a few times, with growing waits.
// It knows no protocol.
import { setTimeout as sleep } from "node:timers/promises";
import type { Archive, ArchiveStep } from "../archive.ts";
import { ConnectionLost } from "./lost.ts";

/** Times that a visit goes on after a lost connection without any message in between, and the wait before the first, in milliseconds. */
export const resumeLimits = { tries: 4, wait: 500, longestWait: 8_000 } as const;

/**
 * Visits an archive so that a lost connection does not end the visit: no message is given twice, none is left out.
 * Throws the last ConnectionLost when nothing came between the tries.
 */
export async function* resuming(
  visit: Archive["changes"],
  cursor: string | null,
  known: (key: string) => boolean,
): AsyncIterable<ArchiveStep> {
  let from = cursor;
  // Given since the last `reached`: the reader may not have stored them yet, and must not get them twice.
  const given = new Set<string>();
  for (let tries = 0; ;) {
    try {
      for await (const step of visit(from, (key) => given.has(key) || known(key))) {
        if (step.kind === "reached") {
          from = step.cursor;
          given.clear();
        }
        if (step.kind === "added") {
          given.add(step.mail.key);
          tries = 0;
        }
        yield step;
      }
      return;
    } catch (error) {
      if (!(error instanceof ConnectionLost) || tries >= resumeLimits.tries) throw error;
      await sleep(Math.min(resumeLimits.wait * 2 ** tries, resumeLimits.longestWait));
      tries++;
    }
  }
}
