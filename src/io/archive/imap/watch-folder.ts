// Waits for news in an IMAP folder with IDLE, on a connection of its own; imapflow asks from time to time where a server has no IDLE.
import { setTimeout as sleep } from "node:timers/promises";
import type { RemoteAddress } from "../remote/address.ts";
import { ConnectionLost } from "../remote/lost.ts";
import type { RemoteOptions } from "../remote/options.ts";
import { resumeLimits } from "../remote/resume.ts";
import { type OpenFolder, openFolder } from "./folder.ts";

/**
 * Yields once connected, since anything may have happened before, and then at every change, until `signal` aborts.
 * A lost connection is made anew for as long as it takes; throws UserError when the server refuses.
 */
export async function* watchFolder(
  address: RemoteAddress,
  options: RemoteOptions,
  signal: AbortSignal,
): AsyncIterable<void> {
  for (let failed = 0; !signal.aborted;) {
    let folder: OpenFolder;
    try {
      folder = await openFolder(address, options);
      failed = 0;
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      const wait = Math.min(resumeLimits.wait * 2 ** failed++, resumeLimits.longestWait);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      continue;
    }
    yield* changesIn(folder, signal);
  }
}

async function* changesIn({ client }: OpenFolder, signal: AbortSignal): AsyncIterable<void> {
  const state: { changed: boolean; open: boolean; wake: (() => void) | null } = {
    changed: true,
    open: true,
    wake: null,
  };
  const change = (): void => {
    state.changed = true;
    state.wake?.();
  };
  const end = (): void => {
    state.open = false;
    client.close();
    state.wake?.();
  };
  // It resolves when IDLE begins anew, and rejects when the connection goes.
  const idle = async (): Promise<void> => {
    while (state.open) await client.idle();
  };
  client.on("exists", change).on("expunge", change).on("close", end);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    idle().catch(end);
    while (state.open) {
      if (state.changed) {
        state.changed = false;
        yield;
      } else await new Promise<void>((resolve) => (state.wake = resolve));
    }
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}
