// `longarm init`.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";

interface Options extends CommonOptions {
  readonly source: string;
  readonly base: string;
  readonly preset: string;
  readonly maintainer?: string;
  readonly importQuilt?: string;
  readonly dryRun: boolean;
}

export const registerInit: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("init")))
    .summary("make a tree")
    .description(
      "Make a tree: a directory with a configuration, a queue and a ledger, on a base commit of a source repository.",
    )
    .argument("<dir>", "directory to make the tree in")
    .addOption(new Option("--source <repo>", "git repository that the patches are for").makeOptionMandatory())
    .addOption(new Option("--base <rev>", "commit of it that the queue sits on").makeOptionMandatory())
    .addOption(new Option("--preset <name>", "how the tree is run: mm, stable, plain").default("plain"))
    .addOption(new Option("--maintainer <address>", '"Name <address>"; git\'s user otherwise'))
    .addOption(new Option("--import-quilt <dir>", "begin with the series and patches of this quilt directory"))
    .action(
      run(async ({ terminal, world }, dir: string, options: Options) => {
        const { init } = await import("#app");
        const result = await init(world, {
          dir,
          source: options.source,
          base: options.base,
          preset: options.preset,
          maintainer: options.maintainer ?? null,
          quilt: options.importQuilt ?? null,
          dryRun: options.dryRun,
        });
        if (options.json) {
          terminal.json(result);
          return 0;
        }
        const verb = result.done === null ? "would make" : "made";
        terminal.line(
          `${verb} the tree "${terminal.paint("bold", dir)}" with preset ${result.preset} on base ${result.base.slice(0, 12)}`,
        );
        terminal.line(`branches: ${result.branches.join(", ")}`);
        if (result.merges.length > 0) terminal.line(`merged: ${result.merges.join(", ")}`);
        if (result.patches > 0)
          terminal.line(`${result.patches === 1 ? "1 patch" : `${result.patches} patches`} imported`);
        if (result.notices)
          terminal.line(
            "its notices name the list and places of the preset until [notices] in its longarm.toml names yours",
          );
        return 0;
      }),
    );
};
