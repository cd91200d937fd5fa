// Times what a person feels who edits a queue that `longarm build --check --watch` looks at: from the write to the answer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Workshop } from "./workshop.ts";
import { longarmProgram } from "./workshop.ts";

/** Medians in milliseconds. */
export interface Latency {
  readonly name: string;
  /** What the check itself took. */
  readonly check: number;
  /** From the write of the file until the answer was there: notice of the change and printing of the result included. */
  readonly answer: number;
}

interface Answer {
  readonly milliseconds: number;
  readonly results: readonly { readonly outcome: string }[];
}

/** Makes each kind of change and takes it back, `rounds` times, and times every answer. */
export async function measureWatch(workshop: Workshop, rounds: number): Promise<Latency[]> {
  const place = workshop.makeTree();
  const series = join(place, "tree/series");
  const lines = readFileSync(series, "utf8").split("\n");
  const names = lines.filter((line) => /^[^#]/.test(line));
  const middle = Math.floor(names.length / 2);
  const child = spawn(longarmProgram, ["build", "--check", "--watch", "--json", "-C", join(place, "tree")], {
    env: workshop.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Answer> => JSON.parse(String((await answers.next()).value)) as Answer;
  const change = async (path: string, text: string): Promise<{ check: number; answer: number }> => {
    // A file that was changed a moment ago is not trusted by its times; a person is not that quick.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    writeFileSync(path, text, "latin1");
    const { milliseconds, results } = await next();
    const answer = performance.now() - began;
    const tried = results.filter(({ outcome }) => outcome !== "not tried").length;
    if (Math.abs(tried - names.length) > 1) throw new Error(`watched ${tried} of ${names.length} patches`);
    return { check: milliseconds, answer };
  };
  const patch = (index: number): string => join(place, "tree/patches", names[index] ?? "");
  const at = lines.indexOf(names[middle] ?? "");
  const kinds: { readonly name: string; readonly path: string; readonly text: string }[] = [
    ...[0, middle, names.length - 1].map((index) => ({
      name: `edit of patch ${index + 1}`,
      path: patch(index),
      text: edited(readFileSync(patch(index), "latin1")),
    })),
    { name: `drop of patch ${middle + 1}`, path: series, text: lines.toSpliced(at, 1).join("\n") },
    {
      name: `move of patch ${middle + 1} to the end`,
      path: series,
      text: [...lines.toSpliced(at, 1).filter((line) => line !== ""), names[middle] ?? "", ""].join("\n"),
    },
  ];
  const first = await next();
  const latencies: Latency[] = [{ name: "first check", check: first.milliseconds, answer: Number.NaN }];
  for (const { name, path, text } of kinds) {
    const before = readFileSync(path, "latin1");
    const times: { check: number; answer: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      times.push(await change(path, text), await change(path, before));
    }
    latencies.push({
      name,
      check: median(times.map(({ check }) => check)),
      answer: median(times.map(({ answer }) => answer)),
    });
  }
  child.kill();
  await once(child, "close");
  workshop.remove(place);
  return latencies;
}

/** The patch with its first inserted line changed. */
function edited(text: string): string {
  return text.replace(/^(\+(?!\+\+ ).*)$/m, "$1 /* again */");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
