// `webhook list` and `webhook retry`: how far receivers are, and messages that were given up. It sends nothing: `serve` does.
import { UserError } from "#model/bytes";
import type { HookState } from "#model/webhooks";
import { newHook } from "#model/webhooks";
import type { DeadLetter } from "#io/store";
import { deadLetters, hookKey, readHook, retryLetter } from "#io/store";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

/** A receiver as it may be shown. */
export interface ListedWebhook extends HookState {
  readonly url: string;
  /** Kinds of events; empty for all. */
  readonly events: readonly string[];
  /** Messages for it that were given up, oldest first. */
  readonly dead: readonly DeadLetter[];
}

export async function listWebhooks(world: World): Promise<ListedWebhook[]> {
  return withTree(world, ({ config, privateDir }) => {
    const letters = deadLetters(privateDir);
    const listed = config.web.webhooks.map(({ url, events }): ListedWebhook => {
      const key = hookKey({ url, events });
      const state = readHook(privateDir, key) ?? newHook(null);
      return { url, events, ...state, dead: letters.filter(({ hook }) => hook === key) };
    });
    return Promise.resolve(listed);
  });
}

/** Lets messages that were given up be tried again, those of these operations or all; returns them. Throws UserError for one that was not. */
export async function retryWebhooks(
  world: World,
  operations: readonly string[],
  dryRun: boolean,
): Promise<DeadLetter[]> {
  return withTree(world, ({ config, privateDir }) => {
    const keys = new Set(config.web.webhooks.map(hookKey));
    const letters = deadLetters(privateDir).filter(({ hook }) => keys.has(hook));
    const missing = operations.find((op) => !letters.some((letter) => letter.op === op));
    if (missing !== undefined) {
      throw new UserError(`no message about "${missing}" was given up`, { hint: "see: longarm webhook list" });
    }
    const chosen = letters.filter(({ op }) => operations.length === 0 || operations.includes(op));
    if (!dryRun) for (const letter of chosen) retryLetter(privateDir, letter);
    return Promise.resolve(chosen);
  });
}
