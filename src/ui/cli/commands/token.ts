// `longarm token`: who may do something over the web.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";

interface Options extends CommonOptions {
  readonly dryRun: boolean;
}

export const registerToken: Register = (program, run) => {
  const token = program
    .command("token")
    .summary("let people and robots in over the web")
    .description(
      "Make, list and take back the tokens with which people sign in, and robots post results, over the web.",
    );
  withDryRun(withCommonOptions(token.command("add")))
    .summary("make a token")
    .description("Make a token and print it, once: only its hash is kept, in .longarm/tokens.json.")
    .argument("<name>", 'whose it is, "Name <address>": the ledger will say that this person did it')
    .addOption(
      new Option("--may <right>", "change the tree, or only post results of checks")
        .choices(["maintain", "check"])
        .default("check"),
    )
    .action(
      run(async ({ terminal, world }, name: string, options: Options & { readonly may: "maintain" | "check" }) => {
        const { addToken } = await import("#app");
        const { may, dryRun } = options;
        const made = await addToken(world, { name, may, dryRun });
        if (options.json) terminal.json({ name, may, token: made });
        else if (made === null) terminal.line(`would make a token for ${name}, who may ${may}`);
        else {
          terminal.line(made);
          terminal.note(`${name} may ${may} with it; it is not shown again`);
        }
        return 0;
      }),
    );
  withCommonOptions(token.command("list"))
    .summary("list who has a token")
    .description("List who has a token, what it is good for and when it was made.")
    .action(
      run(async ({ terminal, world }, options: CommonOptions) => {
        const { listTokens } = await import("#app");
        const tokens = await listTokens(world);
        if (options.json) terminal.json({ tokens });
        else if (tokens.length === 0) terminal.line("nobody has a token");
        else for (const { name, may, made } of tokens) terminal.line(`${may.padEnd(8)}  ${made}  ${name}`);
        return 0;
      }),
    );
  withDryRun(withCommonOptions(token.command("remove")))
    .summary("take tokens back")
    .description("Take all tokens of a name back: they are good for nothing from now on.")
    .argument("<name>", "the name as it was given")
    .action(
      run(async ({ terminal, world }, name: string, options: Options) => {
        const { removeToken } = await import("#app");
        const count = await removeToken(world, name, options.dryRun);
        if (options.json) terminal.json({ name, removed: count });
        else if (options.dryRun) terminal.line(`would take the tokens of ${name} back`);
        else terminal.line(`took ${count === 1 ? "one token" : `${count} tokens`} of ${name} back`);
        return 0;
      }),
    );
};
