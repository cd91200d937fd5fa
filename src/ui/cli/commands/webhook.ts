// `longarm webhook`: who is told of what happens, and what never arrived.
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";

export const registerWebhook: Register = (program, run) => {
  const webhook = program
    .command("webhook")
    .summary("see who is told of what happens")
    .description(
      "The receivers of [[web.webhook]] in longarm.toml, which longarm serve tells of every operation, and messages that never arrived.",
    );
  withCommonOptions(webhook.command("list"))
    .summary("list receivers")
    .description("List the receivers, how far each is, and the messages that were given up.")
    .action(
      run(async ({ terminal, world }, options: CommonOptions) => {
        const { listWebhooks } = await import("#app");
        const webhooks = await listWebhooks(world);
        if (options.json) {
          terminal.json({ webhooks });
          return 0;
        }
        if (webhooks.length === 0) terminal.line("nobody is told");
        for (const { url, events, pending, problem, delivered, next, dead } of webhooks) {
          terminal.line(`${url}  ${events.length === 0 ? "everything" : events.join(", ")}`);
          terminal.line(
            `  ${delivered === null ? "nothing arrived yet" : `last arrived ${delivered}`}, ${pending.length} wait`,
          );
          const again = next === null ? "" : `, tried again ${new Date(next).toISOString().replace(/\.\d+Z$/, "Z")}`;
          if (problem !== null) terminal.line(`  ${problem}${again}`);
          for (const letter of dead) terminal.line(`  given up  ${letter.op}  ${letter.at}  ${letter.problem}`);
        }
        return 0;
      }),
    );
  withDryRun(withCommonOptions(webhook.command("retry")))
    .summary("try messages again that were given up")
    .description("Let longarm serve try messages again that were given up: those of these operations, or all.")
    .argument("[operation...]", "operations as webhook list shows them")
    .action(
      run(
        async (
          { terminal, world },
          operations: readonly string[],
          options: CommonOptions & { readonly dryRun: boolean },
        ) => {
          const { retryWebhooks } = await import("#app");
          const letters = await retryWebhooks(world, operations, options.dryRun);
          const verb = options.dryRun ? "would be tried again" : "will be tried again";
          if (options.json) terminal.json({ retried: letters.map(({ op, url }) => ({ op, url })) });
          else if (letters.length === 0) terminal.line("no message was given up");
          for (const { op, url } of options.json ? [] : letters) terminal.line(`${op}  ${url}  ${verb}`);
          return 0;
        },
      ),
    );
};
