// How a command that changed the tree ends: what waits in the outbox, and how to take the operation back.
import { showName } from "#model/queue";
import type { Changed, Consequences } from "#app";
import { reportBuild } from "./report-build.ts";
import type { Terminal } from "./terminal.ts";

type Done = Changed<unknown>["done"];

/** Nothing is said after a dry run. `next` is what a person will want to run now, a sentence. */
export function reportDone(terminal: Terminal, done: Done, next?: string): void {
  if (done === null) return;
  const count = done.outbox.length;
  if (count > 0) terminal.line(`${count} ${count === 1 ? "notice" : "notices"} in .longarm/outbox`);
  if (next !== undefined) terminal.line(next);
  terminal.line(
    terminal.paint("dim", `operation ${done.operation}; take it back with: longarm undo ${done.operation}`),
  );
}

/** What another order of the queue does to a build, with where it breaks. */
export function reportConsequences(terminal: Terminal, { broken, mended, report }: Consequences): void {
  for (const name of mended) terminal.line(`${terminal.paint("green", "mended")}  ${showName(name)}`);
  if (report !== null)
    reportBuild(terminal, { ...report, results: report.results.filter(({ name }) => broken.includes(name)) });
}
