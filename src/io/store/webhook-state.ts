// How far each receiver of webhooks is, and the messages that were given up, in `.longarm/webhooks/` (docs/formats/api.md).
// One process at a time works on them, under the lock of that directory; `retry` only moves a file, which that process then finds.
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, textOf } from "#model/bytes";
import type { HookState } from "#model/webhooks";
import type { Webhook } from "./config-web.ts";
import { namesIn, readIfThere } from "./disk.ts";
import type { Lock } from "./lock.ts";
import { tryLock } from "./lock.ts";
import { writePrivateFile } from "./private-file.ts";

/** A message that was given up. */
export interface DeadLetter {
  /** The operation that it tells of. */
  readonly op: string;
  /** Which receiver: see {@link hookKey}. */
  readonly hook: string;
  readonly url: string;
  /** When it was given up, UTC. */
  readonly at: string;
  readonly problem: string;
}

const DIR = "webhooks";
const DEAD = "dead";
const RETRY = "retry";

/** Names a receiver: another address, or other kinds of events, make it another one. */
export function hookKey({ url, events }: Pick<Webhook, "url" | "events">): string {
  return createHash("sha256")
    .update(`${url}\n${events.join("\n")}`)
    .digest("hex")
    .slice(0, 12);
}

/** The right to send; null when another process has it. */
export function tryHookLock(privateDir: string): Lock | null {
  return tryLock(join(privateDir, DIR), "webhooks");
}

/** Null for a receiver that was never seen; a damaged file is one that was not. */
export function readHook(privateDir: string, key: string): HookState | null {
  const value = parse(readIfThere(join(privateDir, DIR, `${key}.json`)));
  const { seen, pending, tries, next, problem, delivered } = Object(value) as Partial<HookState>;
  if (!Array.isArray(pending) || typeof tries !== "number") return null;
  return {
    seen: seen ?? null,
    pending: pending.filter((one) => typeof one === "string"),
    tries,
    next: next ?? null,
    problem: problem ?? null,
    delivered: delivered ?? null,
  };
}

/** Replaces what is known of a receiver; a crash leaves the old or the new. */
export function writeHook(privateDir: string, key: string, state: HookState): void {
  mkdirSync(join(privateDir, DIR), { recursive: true });
  writePrivateFile(join(privateDir, DIR, `${key}.json`), bytesOf(`${JSON.stringify(state)}\n`));
}

/** Keeps a message that was given up. */
export function keepDeadLetter(privateDir: string, letter: DeadLetter): void {
  mkdirSync(join(privateDir, DIR, DEAD), { recursive: true });
  writePrivateFile(join(privateDir, DIR, DEAD, nameOf(letter)), bytesOf(`${JSON.stringify(letter)}\n`));
}

/** The messages that were given up, oldest first. */
export function deadLetters(privateDir: string): DeadLetter[] {
  return lettersIn(join(privateDir, DIR, DEAD));
}

/** Hands a message that was given up over to whoever sends. */
export function retryLetter(privateDir: string, letter: DeadLetter): void {
  mkdirSync(join(privateDir, DIR, RETRY), { recursive: true });
  renameSync(join(privateDir, DIR, DEAD, nameOf(letter)), join(privateDir, DIR, RETRY, nameOf(letter)));
}

/** The messages that are to be tried again, for whoever sends. */
export function lettersToRetry(privateDir: string): DeadLetter[] {
  return lettersIn(join(privateDir, DIR, RETRY));
}

/** To be called when it stands among the pending ones of its receiver. */
export function forgetRetry(privateDir: string, letter: DeadLetter): void {
  rmSync(join(privateDir, DIR, RETRY, nameOf(letter)), { force: true });
}

function lettersIn(dir: string): DeadLetter[] {
  const letters = namesIn(dir).flatMap((name): DeadLetter[] => {
    const { op, hook, url, at, problem } = Object(parse(readIfThere(join(dir, name)))) as Partial<DeadLetter>;
    const whole = [op, hook, url, at, problem].every((one) => typeof one === "string");
    // The name is made of these, so that nothing in a file leads elsewhere.
    if (!whole || name !== nameOf({ op: op ?? "", hook: hook ?? "" })) return [];
    return [{ op: op ?? "", hook: hook ?? "", url: url ?? "", at: at ?? "", problem: problem ?? "" }];
  });
  return letters.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function nameOf({ op, hook }: Pick<DeadLetter, "op" | "hook">): string {
  return `${hook}-${op}.json`;
}

function parse(bytes: ReturnType<typeof readIfThere>): unknown {
  try {
    return bytes === null ? null : JSON.parse(textOf(bytes));
  } catch {
    return null;
  }
}
