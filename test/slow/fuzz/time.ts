// A process that says how long a target takes for a file. growth.slow.ts asks it, and ends it when it takes too long.
import { readFileSync } from "node:fs";
import { targets } from "./targets.ts";

process.on("message", ({ target, file }: { readonly target: string; readonly file: string }) => {
  const input = readFileSync(file);
  let milliseconds = Infinity;
  let error: string | null = null;
  try {
    // The first run compiles, the second one counts when it is shorter.
    for (let run = 0; run < 2 && milliseconds > 20; run++) {
      const before = performance.now();
      targets[target]?.run(input);
      milliseconds = Math.min(milliseconds, performance.now() - before);
    }
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    milliseconds = 0;
  }
  process.send?.({ milliseconds, error });
});
