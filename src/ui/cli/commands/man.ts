// `longarm man` and `longarm completion`: what is known of the commands, for man(1) and for shells.
import { Argument } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { EPILOGUE } from "../epilogue.ts";
import type { Shell } from "../completions.ts";
import { completionScript, SHELLS } from "../completions.ts";

export const registerMan: Register = (program, run) => {
  withCommonOptions(program.command("man"))
    .summary("print the manual page")
    .description("Print the manual page of all commands. Read it with: longarm man | man -l -")
    .action(
      run(async ({ terminal }, { json }: CommonOptions) => {
        const { commandTree } = await import("../command-tree.ts");
        const { manPage } = await import("../man-page.ts");
        if (json) terminal.json(commandTree(program));
        else terminal.write(manPage(commandTree(program), program.version() ?? "", EPILOGUE));
        return 0;
      }),
    );
};

export const registerCompletion: Register = (program, run) => {
  withCommonOptions(program.command("completion"))
    .summary("print completion for a shell")
    .description(
      'Print what makes a shell complete commands, options and patch names. For bash, put this into ~/.bashrc: eval "$(longarm completion bash)"; for zsh, save it as _longarm in a directory of fpath; for fish, as longarm.fish in ~/.config/fish/completions.',
    )
    .addArgument(new Argument("<shell>", "the shell").choices([...SHELLS]))
    .action(
      run(async ({ terminal }, shell: Shell, { json }: CommonOptions) => {
        const { commandTree } = await import("../command-tree.ts");
        const script = completionScript(commandTree(program), shell);
        if (json) terminal.json({ shell, script });
        else terminal.write(script);
        return 0;
      }),
    );
};
