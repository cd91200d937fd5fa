// How time and memory grow with the queue: queues of several lengths on the same base, checked and built.
import { makeContestants } from "./contestants.ts";
import { measure } from "./measure.ts";
import type { Summary } from "./table.ts";
import { printTable, summaryOf } from "./table.ts";
import { makeWorkshop } from "./workshop.ts";

export interface Growth {
  readonly count: number;
  readonly rows: readonly (Summary & { readonly name: string })[];
}

const MEASURED = ["longarm build --check", "longarm build", "git fast-import"];

/** Medians of `rounds` runs for queues of each length. */
export function measureGrowth(counts: readonly number[], rounds: number): Growth[] {
  return counts.map((count) => {
    using workshop = makeWorkshop(count);
    const contestants = makeContestants(workshop).filter(({ name }) => MEASURED.includes(name));
    const runs = new Map(contestants.map(({ name }) => [name, [] as ReturnType<typeof measure>[]]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const contestant of contestants) {
        const place = contestant.prepare();
        const run = measure(contestant.command(place), place, workshop.env);
        contestant.check(place, run.output);
        if (round > 0) runs.get(contestant.name)?.push(run);
        workshop.remove(place);
      }
    }
    return { count, rows: contestants.map(({ name }) => ({ name, ...summaryOf(runs.get(name) ?? []) })) };
  });
}

/** A table for each length, what the longest takes as a multiple of the shortest, and a chart for Markdown. */
export function printGrowth(growth: readonly Growth[]): string {
  const wallOf = (at: Growth | undefined, name: string): number =>
    at?.rows.find((row) => row.name === name)?.wall ?? Number.NaN;
  const tables = growth.map(({ count, rows }) => `${count} patches\n\n${printTable(rows, "longarm build")}`);
  const factors = MEASURED.map(
    (name) => `${name}: ${(wallOf(growth.at(-1), name) / wallOf(growth[0], name)).toFixed(1)} times`,
  );
  const line = (name: string): string => `  line [${growth.map((at) => wallOf(at, name).toFixed(2)).join(", ")}]`;
  const chart = [
    "```mermaid",
    "xychart-beta",
    '  title "Seconds for a queue of N patches: check (lower), build (upper)"',
    `  x-axis [${growth.map(({ count }) => count).join(", ")}]`,
    '  y-axis "seconds"',
    line("longarm build --check"),
    line("longarm build"),
    "```",
  ];
  return [...tables, factors.join("\n"), chart.join("\n")].join("\n\n");
}
