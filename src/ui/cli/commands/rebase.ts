// `longarm rebase`.
import { Option } from "commander";
import { readablePath } from "#model/bytes";
import type { BuildReport, RebasedPatch, RebasePlan } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { reportBuild } from "../report-build.ts";
import { evidenceByCommit } from "../upstream-evidence.ts";
import type { Terminal } from "../terminal.ts";
import { reportDone } from "../report-done.ts";

interface Options extends CommonOptions {
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
}

export const registerRebase: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("rebase")))
    .summary("put the queue on another base")
    .description(
      "Look what becomes of every patch on another base. Patches that are upstream there leave the queue, each with the evidence for it; when all others apply, the base in longarm.toml is replaced, as one operation. The branches move with the next build.",
    )
    .argument("<revision>", "commit of the source repository to sit on")
    .addOption(
      new Option("-k, --keep-going", "accept rejected patches, they stay in the queue").default(
        false,
        "change nothing",
      ),
    )
    .action(
      run(async ({ terminal, world }, revision: string, options: Options) => {
        const { rebase } = await import("#app");
        const { keepGoing, dryRun } = options;
        const { plan, done } = await rebase(world, { revision, keepGoing, dryRun });
        if (options.json) terminal.json(jsonOf(plan, done));
        else {
          printPlan(terminal, plan, done !== null);
          if (done !== null) reportDone(terminal, done, "move the branches with: longarm build");
        }
        if (done !== null || plan.accepted) return plan.patches.some(isRejected) ? 1 : 0;
        const exit = plan.patches.some(hasConflict) ? 3 : 1;
        terminal.note(
          `longarm: ${dryRun ? "this would be refused" : "nothing was changed"}, because not every patch applies on the new base`,
        );
        terminal.note("  mend or drop the rejected patches, or accept with --keep-going that they stay rejected");
        return exit;
      }),
    );
};

function isRejected({ outcome }: RebasedPatch): boolean {
  return outcome === "rejected" || outcome === "not tried";
}

function hasConflict({ files }: RebasedPatch): boolean {
  return files.some((file) => file.kind === "rejected" && file.conflict !== null);
}

function printPlan(terminal: Terminal, plan: RebasePlan, done: boolean): void {
  const { from, to, searched } = plan;
  if (searched === null) {
    terminal.line(`the queue sits on ${to.slice(0, 12)} already`);
    return;
  }
  const upstream = plan.patches.filter(({ outcome }) => outcome === "already upstream");
  for (const patch of plan.patches) printUpstream(terminal, patch);
  reportBuild(terminal, stayingOf(plan));
  const much = `${searched.commits}${searched.complete ? "" : " newest"} ${searched.commits === 1 ? "commit" : "commits"}`;
  const since = searched.mergeBase === null ? "no common history" : `since ${searched.mergeBase.slice(0, 12)}`;
  terminal.line(terminal.paint("dim", `looked at ${much} (${since}); range-diff: ${searched.rangeDiff}`));
  const left = `${upstream.length} ${upstream.length === 1 ? "patch" : "patches"} upstream already`;
  const verb = done ? "rebased" : plan.accepted ? "would rebase" : "cannot rebase";
  terminal.line(`${verb} from ${from.slice(0, 12)} to ${to.slice(0, 12)}; ${left}`);
}

/** The patches that stay, as a build that wrote nothing reports them. */
function stayingOf({ to, repository, patches, diagnoses }: RebasePlan): BuildReport {
  const results = patches.flatMap(({ upstream: _upstream, before: _before, outcome, ...patch }) =>
    outcome === "already upstream" ? [] : [{ ...patch, outcome, commit: null }],
  );
  return {
    base: to,
    repository,
    results,
    diagnoses,
    moved: [],
    maps: [],
    branches: [],
    merges: [],
    commits: 0,
    written: false,
  };
}

const COLOUR = { "already upstream": "cyan", "maybe upstream": "yellow", "reverted upstream": "yellow" } as const;

function printUpstream(terminal: Terminal, { name, branch, upstream }: RebasedPatch): void {
  if (upstream === null) return;
  const { verdict, hunks } = upstream;
  terminal.line(
    `${terminal.paint(COLOUR[verdict], verdict)} ${terminal.paint("bold", readablePath(name))}  ${terminal.paint("dim", branch)}`,
  );
  for (const [commit, words] of evidenceByCommit(upstream, "the new base")) {
    terminal.line(`  ${commit === null ? "" : `${terminal.paint("cyan", commit.slice(0, 12))} `}${words}`);
  }
  if (verdict !== "already upstream" && hunks.all > 0)
    terminal.line(`  ${hunks.there} of ${hunks.all} ${hunks.all === 1 ? "hunk is" : "hunks are"} in the new base`);
}

function jsonOf({ change: _change, ...plan }: RebasePlan, done: unknown): unknown {
  return {
    ...plan,
    patches: plan.patches.map((patch) => ({
      ...patch,
      name: readablePath(patch.name),
      because: patch.because.map(readablePath),
      files: patch.files.map((file) => ({ ...file, path: readablePath(file.path) })),
    })),
    dropped: plan.patches.filter(({ outcome }) => outcome === "already upstream").map(({ name }) => readablePath(name)),
    done,
  };
}
