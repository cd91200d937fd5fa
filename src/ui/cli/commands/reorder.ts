// `longarm reorder` and `longarm graph`.
import { Option } from "commander";
import { readablePath } from "#model/bytes";
import { showName } from "#model/queue";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportConsequences, reportDone } from "../report-done.ts";

interface ReorderOptions extends CommonOptions {
  readonly by: "series" | "dependency";
  readonly branch?: string;
  readonly dryRun: boolean;
}

export const registerReorder: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("reorder")))
    .summary("put patches in order")
    .description(
      "Put the patches of each branch in another order: those of one posting together, with their fixes behind what they fix.",
    )
    .addOption(
      new Option("--by <order>", "series: whatever it takes; dependency: no patch passes one it stands on")
        .choices(["series", "dependency"])
        .default("dependency"),
    )
    .addOption(new Option("--branch <name>", "only this branch"))
    .action(
      run(async ({ terminal, world }, options: ReorderOptions) => {
        const { reorder } = await import("#app");
        const { by, branch = null, dryRun } = options;
        const { plan, done } = await reorder(world, { by, branch, dryRun });
        const branches = plan.branches.map(({ name, patches }) => ({ name, patches: patches.map(showName) }));
        if (options.json) terminal.json({ branches, broken: plan.broken.map(showName), done });
        else {
          for (const { name, patches } of branches) {
            terminal.line(terminal.paint("bold", name));
            for (const patch of patches) terminal.line(`  ${patch}`);
          }
          reportConsequences(terminal, plan);
          reportDone(terminal, done);
        }
        return plan.broken.length > 0 ? 1 : 0;
      }),
    );
};

interface GraphOptions extends CommonOptions {
  readonly branch?: string;
  readonly dot: boolean;
  readonly svg: boolean;
}

export const registerGraph: Register = (program, run) => {
  withCommonOptions(program.command("graph"))
    .summary("show which patches stand on which")
    .description(
      "Show the textual dependencies of the queue: patches that change lines, or stand beside lines, that an earlier one changed.",
    )
    .addOption(new Option("--branch <name>", "only this branch and those it starts from"))
    .addOption(new Option("--dot", "in the DOT language").default(false, "as text"))
    .addOption(new Option("--svg", "as a drawing").default(false, "as text").conflicts("dot"))
    .action(
      run(async ({ terminal, world }, options: GraphOptions) => {
        const { graph } = await import("#app");
        const { patches, dependencies } = await graph(world, options.branch ?? null);
        if (options.dot || options.svg) {
          const { dependencyDot } = await import("#model/branches");
          const dot = dependencyDot(patches, dependencies);
          if (options.dot) terminal.write(dot);
          else {
            const { instance } = await import("@viz-js/viz");
            terminal.write((await instance()).renderString(dot, { format: "svg" }));
          }
          return 0;
        }
        const edges = dependencies.map(({ patch, on, paths }) => ({
          patch: showName(patch),
          on: showName(on),
          files: paths.map(readablePath),
        }));
        if (options.json) {
          terminal.json({ patches: patches.map(({ name }) => showName(name)), dependencies: edges });
          return 0;
        }
        for (const [patch, list] of Map.groupBy(edges, (edge) => edge.patch)) {
          terminal.line(patch);
          for (const { on, files } of list) terminal.line(`  on ${on}  ${terminal.paint("dim", files.join(" "))}`);
        }
        if (edges.length === 0) terminal.line("no patch stands on another");
        return 0;
      }),
    );
};
