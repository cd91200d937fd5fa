// Builds that were started from pages: one after the other, and the last ones remembered, as long as the server runs.
// What was built is in the ledger; here is what became of each patch, and why.
import { UserError } from "#model/bytes";
import { build } from "#app";
import type { BuildReport, World } from "#app";

/** A build, or what became of it. */
export interface StartedBuild {
  readonly id: number;
  /** `Name <address>`. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly state:
    | { readonly kind: "running" }
    | { readonly kind: "built"; readonly report: BuildReport }
    | { readonly kind: "failed"; readonly message: string; readonly hint: string | null };
}

export interface Builds {
  /** Starts one and does not wait for it. Throws UserError while another one runs. */
  start(world: World, request: { readonly branch: string | null; readonly keepGoing: boolean }): StartedBuild;
  find(id: number): StartedBuild | null;
  /** When a build ends, or after that many milliseconds. */
  wait(id: number, atMost: number): Promise<void>;
}

/** Builds that are remembered. */
const MAX_BUILDS = 20;

/** `tell` gets what is a bug. */
export function makeBuilds(tell: (sentence: string) => void): Builds {
  const builds = new Map<number, StartedBuild>();
  const running = new Map<number, Promise<void>>();
  let last = 0;
  const end = (id: number, state: StartedBuild["state"]): void => {
    const started = builds.get(id);
    if (started !== undefined) builds.set(id, { ...started, state });
    running.delete(id);
  };
  return {
    start(world, { branch, keepGoing }) {
      if (running.size > 0)
        throw new UserError("a build is running", { hint: "wait until it is done, then look again", exitCode: 3 });
      last += 1;
      const id = last;
      const started: StartedBuild = {
        id,
        by: world.person ?? "",
        at: world.now().toISOString(),
        state: { kind: "running" },
      };
      builds.set(id, started);
      for (const oldest of builds.keys()) if (builds.size > MAX_BUILDS) builds.delete(oldest);
      running.set(
        id,
        build(world, { check: false, dryRun: false, takeOver: false, branch, keepGoing }).then(
          (report) => end(id, { kind: "built", report }),
          (error: unknown) => end(id, failed(error, tell)),
        ),
      );
      return started;
    },
    find: (id) => builds.get(id) ?? null,
    async wait(id, atMost) {
      const over = Promise.withResolvers<void>();
      const timer = setTimeout(over.resolve, atMost);
      await Promise.race([running.get(id), over.promise]);
      clearTimeout(timer);
    },
  };
}

function failed(error: unknown, tell: (sentence: string) => void): StartedBuild["state"] {
  if (error instanceof UserError) return { kind: "failed", message: error.message, hint: error.hint };
  tell(`a bug: build: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return { kind: "failed", message: "something is broken here", hint: "it is written down in the server's log" };
}
