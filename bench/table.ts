// Medians of runs, and the table that a person reads.
import type { Run } from "./measure.ts";
import type { Latency } from "./watch.ts";

/** What a contestant's runs came to; `runs` holds the wall times, sorted. */
export interface Summary {
  readonly wall: number;
  readonly processor: number;
  /** The largest. */
  readonly memory: number;
  readonly runs: readonly number[];
}

export function summaryOf(runs: readonly Run[]): Summary {
  return {
    wall: median(runs.map(({ wall }) => wall)),
    processor: median(runs.map(({ processor }) => processor)),
    memory: Math.max(...runs.map(({ memory }) => memory)),
    runs: runs.map(({ wall }) => wall).toSorted((left, right) => left - right),
  };
}

/** A run of a part of the queue as one of the whole. */
export function scaled(run: Run, scale: number): Run {
  return { ...run, wall: run.wall * scale, processor: run.processor * scale };
}

function ms(value: number): string {
  return (Number.isNaN(value) ? "" : value.toFixed(0)).padStart(8);
}

/** What watched changes took, as a Markdown table. */
export function printLatencies(latencies: readonly Latency[]): string {
  const width = Math.max(...latencies.map(({ name }) => name.length));
  return [
    `| ${"watched queue".padEnd(width)} | check ms | answer ms |`,
    `| ${"-".repeat(width)} | -------: | --------: |`,
    ...latencies.map(
      ({ name, check, answer }) => `| ${name.padEnd(width)} | ${ms(check)} | ${ms(answer).padStart(9)} |`,
    ),
  ].join("\n");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** A Markdown table, so that it can be kept as it is printed; times also as multiples of those of `reference`. */
export function printTable(rows: readonly (Summary & { readonly name: string })[], reference: string): string {
  const one = rows.find(({ name }) => name === reference);
  const cells = [
    ["command", "wall s", "", "CPU s", "", "max RSS MB"],
    ...rows.map(({ name, wall, processor, memory }) => [
      name,
      wall.toFixed(2),
      times(wall, one?.wall),
      processor.toFixed(2),
      times(processor, one?.processor),
      memory.toFixed(0),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => {
    const padded = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${padded.join(" | ")} |`;
  });
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function times(value: number, of: number | undefined): string {
  return `${(value / (of ?? Number.NaN)).toFixed(2)}×`;
}
