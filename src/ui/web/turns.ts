// Costly work, so much of it at once and no more: others wait for their turn, in order, and who would wait too long is told so.

export interface Turns {
  /** Waits for a turn; call what it gives when the work is done. Null when too many wait already, or it took too long. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

/** So many at once, so many waiting, each for at most so many milliseconds. */
export function makeTurns(limits: {
  readonly running: number;
  readonly waiting: number;
  readonly patience: number;
}): Turns {
  let running = 0;
  const waiting: ((given: boolean) => void)[] = [];
  const give = (): (() => void) => {
    let given = true;
    return () => {
      if (!given) return;
      given = false;
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next(true);
    };
  };
  return {
    async take(signal) {
      if (signal.aborted) return null;
      if (running < limits.running) {
        running += 1;
        return give();
      }
      if (waiting.length >= limits.waiting) return null;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      waiting.push(resolve);
      const leave = (): void => {
        const at = waiting.indexOf(resolve);
        if (at < 0) return;
        waiting.splice(at, 1);
        resolve(false);
      };
      const timer = setTimeout(leave, limits.patience);
      signal.addEventListener("abort", leave, { once: true });
      const given = await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", leave);
      return given ? give() : null;
    },
  };
}
