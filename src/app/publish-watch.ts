// `publish --watch`: publishes whenever it is due, as long as it is asked for more. What goes wrong is told, and tried when next due.
import { setTimeout } from "node:timers/promises";
import { UserError } from "#model/bytes";
import type { Schedule } from "#model/outbox";
import { nextDue } from "#model/outbox";
import { openTree, readLedger } from "#io/store";
import type { PublishReport, PublishRequest } from "./publish.ts";
import { publish } from "./publish.ts";
import type { World } from "./world.ts";

/** One publishing of many. */
export type WatchedPublish =
  { readonly kind: "published"; readonly report: PublishReport } | { readonly kind: "failed"; readonly error: unknown };

/** Longest sleep, in milliseconds: a clock that was set, or a longarm.toml that was changed, is noticed after this. */
const MAX_SLEEP = 60_000;

/** Publishes when due: `every` after the last publishing of the ledger, at once when there was none. `every` null for what longarm.toml says. */
export async function* watchPublish(
  world: World,
  request: PublishRequest,
  every: Schedule | null,
): AsyncGenerator<WatchedPublish> {
  let tried = Number.NEGATIVE_INFINITY;
  for (;;) {
    const { schedule, last } = await scheduleOf(world, every);
    const due = nextDue(Math.max(last, tried), schedule);
    const wait = Number.isFinite(due) ? due - world.now().getTime() : 0;
    if (wait > 0) {
      await setTimeout(Math.min(wait, MAX_SLEEP));
      continue;
    }
    tried = world.now().getTime();
    try {
      yield { kind: "published", report: await publish(world, request) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      yield { kind: "failed", error };
    }
  }
}

async function scheduleOf(
  world: World,
  every: Schedule | null,
): Promise<{ readonly schedule: Schedule; readonly last: number }> {
  await using tree = await openTree(world.cwd, world.presetsDir);
  const schedule = every ?? tree.config.sending.publish?.every ?? null;
  if (schedule === null) {
    throw new UserError("it is not said how often to publish", {
      hint: 'write every = "2 days" under [publish], or give --every',
    });
  }
  const event = readLedger(tree).findLast(({ kind }) => kind === "published");
  return { schedule, last: event === undefined ? Number.NEGATIVE_INFINITY : Date.parse(event.at) };
}
