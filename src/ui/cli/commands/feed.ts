// `longarm feed`.
import { Option } from "commander";
import { UserError } from "#model/bytes";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";

interface Options extends CommonOptions {
  readonly branch?: string;
  readonly author?: string;
  readonly patch?: string;
  readonly self?: string;
  readonly output?: string;
}

export const registerFeed: Register = (program, run) => {
  withCommonOptions(program.command("feed"))
    .summary("print an Atom feed of what happens")
    .description(
      "Print an Atom feed of the newest operations: of the whole tree, one branch, the patches of one author, or one patch. The ids in it stay the same, so it can be made anew after every change.",
    )
    .addOption(new Option("--branch <name>", "only what happens in this branch"))
    .addOption(new Option("--author <who>", "only patches of this author: an address, a name, or a piece of one"))
    .addOption(new Option("--patch <patch>", "only this patch: a file name, Message-ID, commit or subject"))
    .addOption(new Option("--self <url>", "where the feed will be found"))
    .addOption(new Option("-o, --output <file>", "write it to this file, which is replaced whole"))
    .action(
      run(async ({ terminal, world }, { branch, author, patch, self, output, json }: Options) => {
        const asked = [branch, author, patch].filter((one) => one !== undefined);
        if (asked.length > 1)
          throw new UserError('"--branch", "--author" and "--patch" are three feeds', { hint: "give one of them" });
        const { feed } = await import("#app");
        const made = await feed(world, {
          branch: branch ?? null,
          author: author ?? null,
          patch: patch ?? null,
          self: self ?? null,
          output: output ?? null,
        });
        if (json) terminal.json(made.feed);
        else if (output === undefined) terminal.write(made.xml);
        else terminal.line(`wrote ${made.feed.entries.length} entries to ${output}`);
        return 0;
      }),
    );
};
