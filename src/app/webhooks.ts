// Tells the receivers of `[[web.webhook]]` what enters the ledger, as long as the site is served: an operation a message, each receiver
// by itself, one message after the other, at least once. Which messages were given up, webhook-letters.ts lists.
import { basename } from "node:path";
import type { NamedEvent } from "#model/ledger";
import { namedEvents } from "#model/ledger";
import type { HookState } from "#model/webhooks";
import { afterDelivery, afterFailure, hookMessage, isDue, isWanted, newHook, withPending } from "#model/webhooks";
import type { Lock, Webhook } from "#io/store";
import { forgetRetry, hookKey, keepDeadLetter, lettersToRetry, readHook, tryHookLock, writeHook } from "#io/store";
import { postMessage } from "#io/webhooks";
import type { TreeView, Viewer } from "./view.ts";
import type { World } from "./world.ts";

/** Milliseconds between two looks at the tree: when there are receivers, and when there are none. */
const LOOK_EVERY = 500;
const LOOK_IDLE = 5000;

/** A receiver at work. */
interface Hook {
  readonly key: string;
  state: HookState;
  sending: Promise<void> | null;
}

/** Begins; ends when it is disposed of, after the try that is under way was broken off. `site` is where the tree is shown. */
export function startWebhooks(world: World, viewer: Viewer, site: string): AsyncDisposable {
  const end = new AbortController();
  const hooks = new Map<string, Hook>();
  let lock: Lock | null = null;
  let told: string | null = null;
  let last: Operations | null = null;

  const tellOnce = (sentence: string): void => {
    if (told !== sentence) world.tell(sentence);
    told = sentence;
  };
  /** Looks once; whether there is anybody to tell. */
  const look = async (): Promise<boolean> => {
    const view = await viewer.view();
    const { config, privateDir } = view.tree;
    if (config.web.webhooks.length === 0) return false;
    lock ??= tryHookLock(privateDir);
    if (lock === null) {
      tellOnce("another process sends this tree's webhooks");
      return false;
    }
    const now = last?.view === view ? last : operationsIn(view);
    const fresh = last === null || last === now ? null : now.order.filter((op) => last?.events.has(op) !== true);
    last = now;
    for (const webhook of config.web.webhooks) {
      const hook = hooks.get(hookKey(webhook)) ?? beginHook(privateDir, webhook, now);
      hooks.set(hook.key, hook);
      if (fresh !== null) accept(privateDir, webhook, hook, now, fresh);
      retry(privateDir, hook);
      if (hook.sending === null && isDue(hook.state, world.now().getTime()))
        hook.sending = sendFirst(world, webhook, hook, now, site, end.signal).finally(() => {
          hook.sending = null;
        });
    }
    return true;
  };
  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      let busy = true;
      try {
        busy = await look();
      } catch (error) {
        tellOnce(`webhooks wait: ${error instanceof Error ? error.message : String(error)}`);
      }
      await pause(busy ? LOOK_EVERY : LOOK_IDLE, end.signal);
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      end.abort();
      await running;
      for (const { sending } of hooks.values()) await sending;
      lock?.release();
    },
  };
}

/** The operations of the ledger in their order, with their events. */
interface Operations {
  readonly view: TreeView;
  readonly order: readonly string[];
  readonly events: ReadonlyMap<string, readonly NamedEvent[]>;
}

function operationsIn(view: TreeView): Operations {
  const events = new Map<string, NamedEvent[]>();
  for (const one of namedEvents(view.events)) {
    const list = events.get(one.event.op);
    if (list === undefined) events.set(one.event.op, [one]);
    else list.push(one);
  }
  return { view, order: [...events.keys()], events };
}

/** A receiver as it was left, with what came while nobody told it; a new one is told of what comes from now on. */
function beginHook(privateDir: string, webhook: Webhook, now: Operations): Hook {
  const key = hookKey(webhook);
  const known = readHook(privateDir, key);
  const hook: Hook = { key, state: known ?? newHook(now.order.at(-1) ?? null), sending: null };
  if (known === null) {
    writeHook(privateDir, key, hook.state);
    return hook;
  }
  const place = known.seen === null ? -1 : now.order.indexOf(known.seen);
  // What it had seen last may have been taken out of the ledger by hand: then nothing can be said of what came behind it.
  const missed = place < 0 && known.seen !== null ? [] : now.order.slice(place + 1);
  accept(privateDir, webhook, hook, now, missed);
  return hook;
}

function accept(
  privateDir: string,
  webhook: Webhook,
  hook: Hook,
  now: Operations,
  operations: readonly string[],
): void {
  const wanted = operations.filter((op) =>
    isWanted(
      webhook.events,
      (now.events.get(op) ?? []).map(({ event }) => event),
    ),
  );
  const seen = now.order.at(-1) ?? null;
  if (wanted.length === 0 && seen === hook.state.seen) return;
  const { state, dropped } = withPending(hook.state, seen, wanted);
  const at = now.view.events.at(-1)?.at ?? "";
  for (const op of dropped)
    keepDeadLetter(privateDir, { op, hook: hook.key, url: webhook.url, at, problem: "too many waited" });
  hook.state = state;
  writeHook(privateDir, hook.key, state);
}

/** Takes up what a person wants to be tried again. A crash in between tries it twice, not never. */
function retry(privateDir: string, hook: Hook): void {
  for (const letter of lettersToRetry(privateDir)) {
    if (letter.hook !== hook.key) continue;
    hook.state = withPending(hook.state, hook.state.seen, [letter.op]).state;
    writeHook(privateDir, hook.key, hook.state);
    forgetRetry(privateDir, letter);
  }
}

async function sendFirst(
  world: World,
  webhook: Webhook,
  hook: Hook,
  { view, events }: Operations,
  site: string,
  end: AbortSignal,
): Promise<void> {
  const [op = ""] = hook.state.pending;
  const { dir, privateDir, config } = view.tree;
  const named = events.get(op) ?? [];
  const message = hookMessage(config.web.title ?? basename(dir), site, named);
  const { url, secretCommand } = webhook;
  const posted =
    named.length === 0
      ? ({ kind: "failed", problem: "the ledger does not have it any more" } as const)
      : await postMessage({ url, secretCommand, cwd: dir }, message, world.now(), end);
  // What was broken off is tried again by whoever serves next; one that had to make room meanwhile was given up.
  if ((end.aborted && posted.kind === "failed") || hook.state.pending[0] !== op) return;
  const at = world.now();
  if (posted.kind === "arrived") hook.state = afterDelivery(hook.state, isoOf(at));
  else {
    const failed = afterFailure(hook.state, at.getTime(), posted.problem);
    if (failed.dead !== null) {
      keepDeadLetter(privateDir, { op: failed.dead, hook: hook.key, url, at: isoOf(at), problem: posted.problem });
      world.tell(`a webhook was given up after the last try, see: longarm webhook list`);
    }
    hook.state = failed.state;
  }
  writeHook(privateDir, hook.key, hook.state);
}

function isoOf(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

function pause(milliseconds: number, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      end.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds).unref();
    end.addEventListener("abort", done);
    if (end.aborted) done();
  });
}
