// wrk as a client: addresses asked for in turns over loopback, and what it found. Which addresses, and what else runs, is web.ts's.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Connections at once. */
const CONNECTIONS = 16;

/** What wrk found. */
export interface Load {
  readonly perSecond: number;
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly failed: number;
}

/** Asks for these addresses in turns, compressed as browsers do, as quickly as it can or after `pace` milliseconds each; the script lies in `dir`. */
export async function load(
  address: string,
  paths: readonly string[],
  seconds: number,
  dir: string,
  pace = 0,
): Promise<Load> {
  const script = join(dir, "load.lua");
  const list = paths.map((path) => JSON.stringify(path)).join(", ");
  writeFileSync(
    script,
    `local paths = {${list}}
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {["Accept-Encoding"] = "gzip"})
end
${pace === 0 ? "" : `delay = function() return ${pace} end`}
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("found %d %d %f %f %f %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(95), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`,
  );
  const args = ["-t", "1", "-c", `${CONNECTIONS}`, "-d", `${seconds}s`, "-s", script, address];
  const text = await new Promise<string>((resolve, reject) => {
    execFile("wrk", args, { timeout: (seconds + 30) * 1000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(new Error(`wrk: ${error.message}`)),
    );
  });
  const [count = 0, micros = 1, p50 = 0, p95 = 0, p99 = 0, failed = 0] = (/^found (.*)$/m.exec(text)?.[1] ?? "")
    .split(" ")
    .map(Number);
  return { count, perSecond: count / (micros / 1e6), p50: p50 / 1000, p95: p95 / 1000, p99: p99 / 1000, failed };
}
