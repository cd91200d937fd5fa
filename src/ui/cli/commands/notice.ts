// `longarm notice`.
import { Option } from "commander";
import { textOf } from "#model/bytes";
import { printNotice } from "#model/notices";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";

interface Options extends CommonOptions {
  readonly kind: string;
  readonly into?: string;
}

export const registerNotice: Register = (program, run) => {
  withCommonOptions(program.command("notice"))
    .summary("write a notice")
    .description(
      "Print the notice for a queued patch as it would be sent now. Operations put theirs into the outbox by themselves.",
    )
    .argument("<patch>", "file name in the queue, with or without .patch")
    .addOption(new Option("--kind <kind>", "added, or one of the tree's reasons for dropping").default("added"))
    .addOption(new Option("--into <name>", "branch it was merged into, or patch it was folded into"))
    .action(
      run(async ({ terminal, world }, patch: string, options: Options) => {
        const { notice } = await import("#app");
        const mail = await notice(world, {
          patch,
          kind: options.kind,
          into: options.into ?? null,
        });
        if (options.json)
          terminal.json({
            kind: mail.kind,
            name: mail.name,
            headers: mail.headers,
            to: mail.to,
            body: textOf(mail.body),
          });
        else terminal.write(printNotice(mail));
        return 0;
      }),
    );
};
