// What became of mails that were handed over, for a person and for machines.
import type { SendReport } from "#app";
import type { Terminal } from "./terminal.ts";

export function reportSending(terminal: Terminal, report: SendReport): void {
  for (const { name, subject, to, delivery } of report.sent) {
    const number = /^\d+/.exec(name)?.[0] ?? name;
    if (delivery === null) {
      terminal.line(`would send ${number} to ${to.join(", ")}: ${subject}`);
      continue;
    }
    const { accepted, refused, later, open } = delivery;
    if (open) terminal.line(`${terminal.paint("yellow", "uncertain")} ${number}: ${subject}`);
    else if (accepted.length > 0)
      terminal.line(`sent ${number} to ${accepted.map((one) => one.to).join(", ")}: ${subject}`);
    for (const one of refused)
      terminal.line(`${terminal.paint("red", "refused")} ${number} for ${one.to}: ${one.answer}`);
    for (const one of later)
      terminal.line(`${terminal.paint("yellow", "later")} ${number} for ${one.to}: ${one.answer}`);
  }
  for (const { name, arrived } of report.settled)
    terminal.line(`${name}: ${arrived ? "an archive has it, it arrived" : "no archive has it, it is sent again"}`);
  for (const { name, why } of report.cancelled) terminal.line(`cancelled ${/^\d+/.exec(name)?.[0] ?? name}: ${why}`);
  if (report.stopped !== null) terminal.line(`stopped: ${report.stopped}`);
  for (const { facts, status } of report.uncertain) {
    const number = /^\d+/.exec(facts.name)?.[0] ?? facts.name;
    const since = status.kind === "uncertain" ? ` on ${status.since}` : "";
    terminal.line(`mail ${number} was being sent${since} when that was interrupted: it may have arrived`);
    terminal.line(
      `  look whether it did, then run: longarm outbox arrived ${number}, or: longarm outbox again ${number}`,
    );
  }
  terminal.line(terminal.paint("dim", report.waiting === 0 ? "nothing waits" : `${report.waiting} in the outbox`));
}

export function sendingJson(report: SendReport): object {
  return { ...report, uncertain: report.uncertain.map(({ facts }) => facts.name) };
}
