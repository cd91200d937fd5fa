// `longarm move`.
import { Option } from "commander";
import { showName } from "#model/queue";
import { UserError } from "#model/bytes";
import type { MoveRequest } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportConsequences, reportDone } from "../report-done.ts";

interface Options extends CommonOptions {
  readonly to?: string;
  readonly first: boolean;
  readonly before?: string;
  readonly after?: string;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

export const registerMove: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("move")))
    .summary("give patches another place")
    .description(
      "Move patches to the end of a branch, or beside another patch; they keep their order. Refused when something would not apply any more.",
    )
    .argument("<patch...>", "file names in the queue, with or without .patch")
    .addOption(new Option("--to <branch>", "to the end of this branch"))
    .addOption(new Option("--first", "with --to: to its beginning").default(false, "to its end"))
    .addOption(new Option("--before <patch>", "directly below this patch"))
    .addOption(new Option("--after <patch>", "directly above this patch"))
    .addOption(new Option("--keep-going", "move even if patches would not apply any more").default(false, "refuse"))
    .action(
      run(async ({ terminal, world }, patches: readonly string[], options: Options) => {
        const { move } = await import("#app");
        const { keepGoing, dryRun } = options;
        const { plan, done } = await move(world, { patches, to: placeOf(options), keepGoing, dryRun });
        const moved = plan.moved.map(({ name, from, to }) => ({ name: showName(name), from, to }));
        const broken = plan.broken.map(showName);
        if (options.json) {
          terminal.json({ moved, broken, mended: plan.mended.map(showName), done });
          return broken.length > 0 ? 1 : 0;
        }
        for (const { name, from, to } of moved)
          terminal.line(
            `${done === null ? "would move" : "moved"} ${name}${from === to ? ` inside ${to}` : ` from ${from} to ${to}`}`,
          );
        reportConsequences(terminal, plan);
        reportDone(terminal, done);
        return broken.length > 0 ? 1 : 0;
      }),
    );
};

function placeOf({ to, first, before, after }: Options): MoveRequest["to"] {
  const places = [
    ...(to === undefined ? [] : [{ kind: first ? "start" : "end", name: to } as const]),
    ...(before === undefined ? [] : [{ kind: "before", name: before } as const]),
    ...(after === undefined ? [] : [{ kind: "after", name: after } as const]),
  ];
  const [place] = places;
  if (place !== undefined && places.length === 1) return place;
  throw new UserError(place === undefined ? "where to is not said" : "more than one place is named", {
    hint: "give one of --to BRANCH, --before PATCH and --after PATCH",
  });
}
