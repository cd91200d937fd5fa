// What we promise about speed, as ratios to the peers that ran in the same minutes, and as times where a person waits.
import { REBUILD, START } from "./contestants.ts";
import type { Summary } from "./table.ts";
import type { Latency } from "./watch.ts";

export interface Kept {
  readonly promise: string;
  readonly found: string;
  readonly kept: boolean;
}

/** Every promise with what was found. */
export function checkPromises(
  rows: readonly (Summary & { readonly name: string })[],
  latencies: readonly Latency[],
): Kept[] {
  const row = (name: string): Summary & { readonly name: string } => {
    const found = rows.find((one) => one.name.startsWith(name));
    if (found === undefined) throw new Error(`no row "${name}"`);
    return found;
  };
  const [check, build, rebuild] = [row("longarm build --check"), row("longarm build"), row(REBUILD)];
  const buildOnly = rows.find(({ name }) => name === "longarm build") ?? build;
  const [quilt, am, imported] = [row("quilt push -a"), row("git am"), row("git fast-import")];
  const edit = latencies.find(({ name }) => /^edit of patch 5\d\d$/.test(name)) ?? latencies[2];
  const start = row(START).wall;
  return [
    atMost("check: at most 0.5 s", check.wall, 0.5, "s"),
    atLeast("check: 30 times as fast as quilt push -a", quilt.wall / check.wall, 30),
    atLeast("build: no slower than git fast-import", imported.wall / buildOnly.wall, 1),
    atLeast("build: 50 times as fast as git am", am.wall / buildOnly.wall, 50),
    atMost("check again after an edit in the middle: at most 50 ms", edit?.check ?? Number.NaN, 50, "ms"),
    atMost(
      `build again after patch 900: at most 0.3 s and the start of a process (${start.toFixed(2)} s)`,
      rebuild.wall,
      0.3 + start,
      "s",
    ),
    atMost("memory: under 300 MB", Math.max(check.memory, buildOnly.memory, rebuild.memory), 300, "MB"),
  ];
}

/** A promise not to exceed something. */
export function atMost(promise: string, found: number, most: number, unit: string): Kept {
  return { promise, found: `${found.toFixed(unit === "s" ? 2 : 0)} ${unit}`, kept: found <= most };
}

/** A promise to reach a multiple. */
export function atLeast(promise: string, found: number, least: number): Kept {
  return { promise, found: `${found.toFixed(1)} times`, kept: found >= least };
}

export function printPromises(promises: readonly Kept[]): string {
  return promises
    .map(({ promise, found, kept }) => `${kept ? "kept    " : "NOT KEPT"}  ${promise}: ${found}`)
    .join("\n");
}
