// One run of a command with what it cost: wall time, processor time of it and its children, the largest process's memory.
// Node cannot tell the cost of a child's children; Python's resource module can, and the queue's generator needs it anyway.
import { spawnSync } from "node:child_process";

/** Seconds, and megabytes (10^6 bytes) of resident memory. */
export interface Run {
  readonly wall: number;
  readonly processor: number;
  readonly memory: number;
  readonly output: string;
}

const script = `
import json, resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
wall = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump({"code": done.returncode, "wall": wall, "processor": used.ru_utime + used.ru_stime,
  "memory": used.ru_maxrss * 1024 / 1e6, "output": done.stdout.decode("latin-1")}, sys.stdout)
`;

/** Runs the command in a directory; throws with its output when it fails. */
export function measure(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Run {
  const { status, stdout, stderr, error } = spawnSync("python3", ["-c", script, ...command], {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`measure ${command.join(" ")}: ${stderr}`);
  const { code, ...run } = JSON.parse(stdout) as Run & { readonly code: number };
  if (code !== 0) throw new Error(`run ${command.join(" ")}: exit code ${code}: ${run.output.slice(-4000)}`);
  return run;
}
