// `longarm hold`, `release`, `disable`, `enable` and `note`: what a person says of queued patches.
import { Option } from "commander";
import { showName } from "#model/queue";
import type { Changed, Consequences, RemarkPlan } from "#app";
import type { CommonOptions, Exit, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportConsequences, reportDone } from "../report-done.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly dryRun: boolean;
}

interface NoteOptions extends Options {
  readonly message: string;
  readonly private: boolean;
}

const PATCHES = ["<patch...>", "file names in the queue, with or without .patch"] as const;

export const registerHold: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("hold")))
    .summary("keep patches from moving up")
    .description("Hold patches: they stay built where they are, but are not promoted until the hold is over.")
    .argument(...PATCHES)
    .addOption(new Option("--reason <text>", "why, for everybody to read").makeOptionMandatory())
    .addOption(new Option("--until <date>", "over on this day, 2026-03-01"))
    .addOption(new Option("--tag <key>", "over when the patch has such a tag, Acked-by"))
    .addOption(new Option("--person <name>", "over when this person says so; release it then"))
    .action(
      run(
        async (
          { terminal, world },
          patches: readonly string[],
          options: Options & {
            readonly reason: string;
            readonly until?: string;
            readonly tag?: string;
            readonly person?: string;
          },
        ) => {
          const { hold } = await import("#app");
          const { reason, until = null, tag = null, person = null, dryRun } = options;
          const changed = await hold(world, { patches, hold: { reason, until, tag, person }, dryRun });
          return report(terminal, options, changed, ["would hold", "held"]);
        },
      ),
    );
};

export const registerRelease: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("release")))
    .summary("end a hold")
    .description("End the hold of patches.")
    .argument(...PATCHES)
    .action(
      run(async ({ terminal, world }, patches: readonly string[], options: Options) => {
        const { hold } = await import("#app");
        const changed = await hold(world, { patches, hold: null, dryRun: options.dryRun });
        return report(terminal, options, changed, ["would release", "released"]);
      }),
    );
};

export const registerNote: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("note")))
    .summary("remark on patches")
    .description(
      "Write a remark on patches into the ledger, where everybody can read it; or, with --private, where only you can.",
    )
    .argument(...PATCHES)
    .addOption(new Option("-m, --message <text>", "the remark").makeOptionMandatory())
    .addOption(
      new Option("--private", "keep it on this machine, out of ledger, notices and feeds").default(
        false,
        "in the ledger",
      ),
    )
    .action(
      run(async ({ terminal, world }, patches: readonly string[], options: NoteOptions) => {
        const { note, notePrivately } = await import("#app");
        if (options.private) {
          const { message: text, dryRun } = options;
          const names = await notePrivately(world, { patches, text, dryRun });
          if (options.json) terminal.json({ patches: names, private: true, done: null });
          else for (const name of names) terminal.line(`${dryRun ? "would note" : "noted"} privately on ${name}`);
          return 0;
        }
        const changed = await note(world, { patches, text: options.message, dryRun: options.dryRun });
        return report(terminal, options, changed, ["would note on", "noted on"]);
      }),
    );
};

export const registerDisable: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("disable")))
    .summary("leave patches out of the build")
    .description("Leave patches out of the build; they keep their place in the series, as comments to quilt.")
    .argument(...PATCHES)
    .addOption(new Option("--reason <text>", "why, for everybody to read"))
    .addOption(keepGoing())
    .action(run(switching(true, ["would disable", "disabled"])));
};

export const registerEnable: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("enable")))
    .summary("put disabled patches back into the build")
    .description("Put disabled patches back into the build, where they stand.")
    .argument(...PATCHES)
    .addOption(keepGoing())
    .action(run(switching(false, ["would enable", "enabled"])));
};

function keepGoing(): Option {
  return new Option("--keep-going", "do it even if patches would not apply any more").default(false, "refuse");
}

type Switch = Options & { readonly reason?: string; readonly keepGoing: boolean };

function switching(disabling: boolean, verbs: readonly [string, string]) {
  return async (
    { terminal, world }: Parameters<Parameters<Parameters<Register>[1]>[0]>[0],
    patches: readonly string[],
    options: Switch,
  ): Promise<Exit> => {
    const { disable } = await import("#app");
    const { reason = null, keepGoing: goes, dryRun } = options;
    const changed = await disable(world, { patches, disable: disabling, reason, keepGoing: goes, dryRun });
    return report(terminal, options, changed, verbs);
  };
}

function report(
  terminal: Terminal,
  { json }: Options,
  { plan, done }: Changed<RemarkPlan & Partial<Consequences>>,
  [would, did]: readonly [string, string],
): Exit {
  const names = plan.patches.map(({ name }) => showName(name));
  const broken = (plan.broken ?? []).map(showName);
  if (json) terminal.json({ patches: names, broken, done });
  else {
    for (const name of names) terminal.line(`${done === null ? would : did} ${name}`);
    reportConsequences(terminal, { broken: plan.broken ?? [], mended: plan.mended ?? [], report: plan.report ?? null });
    reportDone(terminal, done);
  }
  return broken.length > 0 ? 1 : 0;
}
