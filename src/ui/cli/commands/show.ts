// `longarm show`.
import { Option } from "commander";
import { UserError } from "#model/bytes";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { reportPatch } from "../report-patch.ts";
import { reportRow } from "../report-row.ts";

export const registerShow: Register = (program, run) => {
  withCommonOptions(program.command("show"))
    .summary("show one patch")
    .description(
      "Show whether a patch is in, which version, where and since when, what it lacks to move up, which tags were taken, why it left, and what happened to it; then the patch file itself.",
    )
    .argument("<patch>", "file name, Message-ID, commit or subject of a patch, queued or gone")
    .addOption(new Option("--raw", "print the patch file and nothing else").default(false, "with its story"))
    .addHelpText(
      "after",
      "\nSeveral patches that are meant are listed.\nExample:\n  longarm show 20260120-greet-v1@example.org",
    )
    .action(
      run(async ({ terminal, world }, asked: string, options: CommonOptions & { readonly raw: boolean }) => {
        const { show } = await import("#app");
        const shown = await show(world, asked);
        if (shown.kind === "several") {
          const names = shown.rows.map(({ name }) => name);
          if (options.raw)
            throw new UserError(`"${asked}" means ${names.length} patches`, { hint: `name one: ${names.join(", ")}` });
          if (options.json) terminal.json({ asked, by: shown.by, several: shown.rows });
          else {
            terminal.line(`${names.length} patches have this ${THING[shown.by]}`);
            for (const row of shown.rows) reportRow(terminal, row, { long: true, branch: true });
          }
          return 0;
        }
        const { by, patch } = shown;
        if (by === "piece") {
          if (options.raw)
            throw new UserError(`"${asked}" is only a piece of a name or subject`, { hint: `name it: ${patch.name}` });
          terminal.note(`longarm: "${asked}" is a piece of "${patch.name}" or of its subject`);
        }
        if (options.json) {
          terminal.json(patch);
          return 0;
        }
        if (!options.raw) reportPatch(terminal, patch);
        if (patch.text === null) {
          const hint = "look for it in the tree's history with git";
          if (options.raw) throw new UserError(`the patch file of "${patch.name}" is not to be had`, { hint });
          return 0;
        }
        if (!options.raw) terminal.line();
        terminal.write(patch.text);
        return 0;
      }),
    );
};

const THING = {
  name: "name",
  message: "mail or posting",
  commit: "commit",
  subject: "subject",
  piece: "in their name or subject",
} as const;
