// `longarm outbox`: what waits to be sent and why, what a person decides about it, and sending it.
import { describeStatus } from "#model/outbox";
import type { Command } from "commander";
import { Option } from "commander";
import type { DecideRequest, OutboxMail } from "#app";
import type { CommonOptions, Register, RunAction } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportSending, sendingJson } from "../report-sending.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly dryRun: boolean;
}

export const registerOutbox: Register = (program, run) => {
  const outbox = withDryRun(withCommonOptions(program.command("outbox")))
    // Else -C behind a sub-command would be taken for the outbox's own.
    .enablePositionalOptions()
    .summary("list or send what waits")
    .description("List the mails that wait, for what and since when; with --send, send those that may go.")
    .addOption(new Option("--send", "send what may go").default(false, "list"))
    .addOption(new Option("--all", "list also what was sent or put aside").default(false, "what waits"))
    .action(
      run(async ({ terminal, world }, options: Options & { readonly send: boolean; readonly all: boolean }) => {
        const { listOutbox, sendOutbox } = await import("#app");
        if (options.send) {
          const report = await sendOutbox(world, options.dryRun);
          if (options.json) terminal.json({ dryRun: options.dryRun, ...sendingJson(report) });
          else reportSending(terminal, report);
          return report.uncertain.length > 0 ? 3 : report.stopped === null ? 0 : 1;
        }
        const mails = await listOutbox(world, options.all);
        if (options.json) terminal.json({ mails: mails.map(jsonOf) });
        else list(terminal, mails);
        return 0;
      }),
    );
  withCommonOptions(outbox.command("show"))
    .summary("show one mail")
    .description("Show what became of a mail, and its text.")
    .argument("<mail>", "its number, file name or Message-ID")
    .action(
      run(async ({ terminal, world }, typed: string, options: CommonOptions) => {
        const { showMail } = await import("#app");
        const { textOf } = await import("#model/bytes");
        const { mail, bytes, lines } = await showMail(world, typed);
        if (options.json) {
          terminal.json({ ...jsonOf(mail), log: lines, text: textOf(bytes) });
          return 0;
        }
        terminal.line(lineOf(terminal, mail));
        for (const line of lines) terminal.line(terminal.paint("dim", `  ${JSON.stringify(line)}`));
        terminal.line();
        for (const line of textOf(bytes).replace(/\n$/, "").split("\n")) terminal.line(line);
        return 0;
      }),
    );
  decide(outbox, run, "hold", "keep mails back until they are released");
  decide(outbox, run, "suppress", "never send mails, or not to some people (--to)");
  decide(outbox, run, "release", "take back hold and suppress, and what a rule says");
  decide(outbox, run, "arrived", "say that an uncertain mail arrived");
  decide(outbox, run, "again", "say that an uncertain mail did not arrive and shall be sent again");
};

/** One sub-command that writes a person's decision. */
function decide(outbox: Command, run: RunAction, decision: DecideRequest["decision"], what: string): void {
  withDryRun(withCommonOptions(outbox.command(decision)))
    .summary(what)
    .description(`${what.charAt(0).toUpperCase()}${what.slice(1)}.`)
    .argument("[mail...]", "numbers, file names or Message-IDs; else they are chosen by the options")
    .addOption(new Option("--to <pattern>", "mails to this address; * stands for any characters"))
    .addOption(new Option("--kind <pattern>", "added, or a reason for dropping"))
    .addOption(new Option("--patch <pattern>", "file name of the patch"))
    .addOption(new Option("--posting <pattern>", "Message-ID of the series"))
    .action(
      run(
        async (
          { terminal, world },
          mails: readonly string[],
          options: Options & { to?: string; kind?: string; patch?: string; posting?: string },
        ) => {
          const { decideOutbox } = await import("#app");
          const { to = null, kind = null, patch = null, posting = null, dryRun } = options;
          const choice = { mails, to, kind, patch, posting };
          const decided = await decideOutbox(world, { choice, decision, dryRun });
          if (options.json) terminal.json({ dryRun, decision, mails: decided.map(({ facts }) => facts.name) });
          else
            for (const { facts } of decided)
              terminal.line(`${dryRun ? "would " : ""}${decision} ${numberOf(facts.name)}`);
          return 0;
        },
      ),
    );
}

function list(terminal: Terminal, mails: readonly OutboxMail[]): void {
  for (const mail of mails) terminal.line(lineOf(terminal, mail));
  const count = mails.length === 1 ? "1 mail" : `${mails.length} mails`;
  terminal.line(terminal.paint("dim", mails.length === 0 ? "nothing waits" : count));
}

function lineOf(terminal: Terminal, { facts, envelope, since, status, place }: OutboxMail): string {
  const state = place === "withdrawn" ? "taken back" : describeStatus(status);
  const to = "to" in status ? status.to : envelope.recipients;
  const ready = status.kind === "ready" && place === "waiting";
  const when = since === "" ? "" : `, written ${since.slice(0, 16).replace("T", " ")}`;
  return `${numberOf(facts.name)}  ${envelope.subject}\n        ${terminal.paint(ready ? "green" : "yellow", state)}${when}, to ${to.join(", ")}`;
}

function numberOf(name: string): string {
  return /^\d+/.exec(name)?.[0] ?? name;
}

function jsonOf({ facts, place, envelope, since, status, log }: OutboxMail): object {
  const { name, kind, patches, posting, recipients } = facts;
  return {
    name,
    place,
    kind,
    patches,
    posting,
    to: recipients,
    subject: envelope.subject,
    messageId: envelope.messageId,
    since,
    status,
    accepted: Object.fromEntries(log?.accepted ?? []),
    refused: Object.fromEntries(log?.refused ?? []),
  };
}
