// Which code an input reaches, by V8's own counters (node:inspector): what makes the fuzzer keep an input as a new seed.
// A block counts again when its count reaches a new power of two, so that loops matter, too.
import { Session } from "node:inspector";

/** Watches the modules of `src/` that are loaded; one at a time in a process. Each look sets all counts to zero. */
export interface Coverage {
  /** Whether a block ran since the last look that no recorded look has seen. */
  isNew(): boolean;
  /** Records what ran since the last look; gives how many new places (block and magnitude of its count) it reached. */
  record(): number;
  /** All recorded blocks of code. */
  readonly blocks: number;
}

interface Taken {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** Starts counting; call it before the modules under test are loaded, else their functions have no block counters. */
export function watchCoverage(): Coverage {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters: object = {}): unknown => {
    let answer: unknown;
    // A session in its own process answers before `post` returns.
    session.post(method, parameters, (error: Error | null, result?: object) => {
      if (error !== null) throw new Error(`${method} failed`, { cause: error });
      answer = result;
    });
    return answer;
  };
  post("Profiler.enable");
  post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const blocks = new Set<string>();
  const places = new Set<string>();
  const ran = function* (): Generator<{ readonly block: string; readonly count: number }> {
    const { result } = post("Profiler.takePreciseCoverage") as Taken;
    for (const { url, functions } of result) {
      if (!url.includes("/src/")) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) yield { block: `${url}:${startOffset}-${endOffset}`, count };
    }
  };
  return {
    isNew: () => {
      let found = false;
      for (const { block } of ran()) found ||= !blocks.has(block);
      return found;
    },
    record: () => {
      const before = places.size;
      for (const { block, count } of ran()) {
        blocks.add(block);
        places.add(`${block}:${Math.floor(Math.log2(count))}`);
      }
      return places.size - before;
    },
    get blocks() {
      return blocks.size;
    },
  };
}
