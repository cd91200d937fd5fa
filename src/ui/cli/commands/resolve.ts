// `longarm resolve`.
import { Option } from "commander";
import { readablePath, UserError } from "#model/bytes";
import { showName } from "#model/queue";
import type {
  BuiltMerge,
  Changed,
  OpenConflict,
  RejectedPatch,
  ResolvePlan,
  ResolveRequest,
  ResolveResult,
} from "#app";
import type { CommonOptions, Exit, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { jsonOfConflicts, reportConflicts } from "../report-merges.ts";
import { reportBuild } from "../report-build.ts";
import type { Terminal } from "../terminal.ts";
import { workFor } from "../work-for.ts";
import { reportDone } from "../report-done.ts";

interface Options extends CommonOptions {
  readonly continue: boolean;
  readonly abort: boolean;
  readonly dryRun: boolean;
}

export const registerResolve: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("resolve")))
    .summary("solve the conflicts of a rejected patch or a merged branch")
    .description(
      "Open a small git work tree with the conflicts of a rejected patch between markers. When the command, or the shell on a terminal, ends well, the solution is recorded, and every build replays it where the same conflict appears. Without either, the work tree waits for --continue. Without a patch, list what waits.",
    )
    .argument("[patch]", "file name in the queue, with or without .patch, or a merged branch")
    .argument("[command...]", "behind --, what to run in the work tree in place of a shell")
    .addOption(new Option("--continue", "take back what waits").default(false, "begin"))
    .addOption(new Option("--abort", "throw away what waits").default(false, "begin"))
    .addHelpText(
      "after",
      "\nExample:\n  longarm resolve words-be-brief\n  longarm resolve --continue\n  longarm refresh words-be-brief",
    )
    .action(
      run(
        async (
          { terminal, world },
          patch: string | undefined,
          command: readonly string[],
          options: Options,
        ): Promise<Exit> => {
          const { listConflicts, resolve } = await import("#app");
          const request = requestOf(terminal, patch, command, options);
          if (request === null) {
            const found = await listConflicts(world);
            if (options.json) terminal.json(jsonOfList(found));
            else list(terminal, found);
            return 0;
          }
          const result = await resolve(world, request);
          if (isMerge(result)) {
            if (options.json) terminal.json(jsonOfMerge(result));
            else reportMerge(terminal, result);
            return result.kind === "merge put back" ? 1 : 0;
          }
          if (options.json) terminal.json(jsonOf(result));
          else report(terminal, result);
          const failed = result.kind === "put back" && result.exitCode !== null;
          const broke = result.kind === "resolved" && result.plan.broken.length > 0;
          return failed || broke || result.kind === "refused" ? 1 : 0;
        },
      ),
    );
};

/** Null for the list. */
function requestOf(
  terminal: Terminal,
  patch: string | undefined,
  command: readonly string[],
  options: Options,
): ResolveRequest | null {
  const { dryRun } = options;
  if (options.continue || options.abort) {
    if (options.continue && options.abort) throw new UserError("--continue and --abort are given together");
    if (patch !== undefined) throw new UserError(`"${patch}" is given, but what waits has its patch already`);
    return options.abort ? { action: "abort" } : { action: "continue", dryRun };
  }
  return patch === undefined ? null : { action: "open", patch, how: workFor(terminal, command, options), dryRun };
}

interface Found {
  readonly patches: readonly RejectedPatch[];
  readonly merges: readonly Pick<BuiltMerge, "name" | "stopped">[];
  readonly open: { readonly name: RejectedPatch["name"]; readonly dir: string } | null;
}

function list(terminal: Terminal, { patches, merges, open }: Found): void {
  if (patches.length === 0 && merges.every(({ stopped }) => stopped === null)) terminal.line("no conflict waits");
  for (const { name, stopped } of merges) {
    if (stopped === null) continue;
    const isOpen = open?.name === (name as string);
    const where = isOpen ? `  open in "${open?.dir}"` : "";
    terminal.line(`${terminal.paint("bold", name)}  merge of ${stopped.part}${where}`);
    reportConflicts(terminal, stopped.trial, "  ");
  }
  for (const { name, conflicts, hopeless } of patches) {
    const isOpen = open?.name === name;
    terminal.line(`${terminal.paint("bold", showName(name))}${isOpen ? `  open in "${open.dir}"` : ""}`);
    for (const conflict of conflicts) terminal.line(`  ${conflictText(conflict)}`);
    for (const reason of hopeless) terminal.line(terminal.paint("red", `  ${reason}: cannot be resolved`));
  }
}

const WITH: Record<OpenConflict["with"], string> = {
  index: "with the version that its index line names",
  posting: "with the version that it was posted for",
  base: "with the version of the base",
  hunks: "with its hunks alone, placed by guess",
};

function conflictText({ path, regions, with: kind }: OpenConflict): string {
  return `${readablePath(path)}: ${regions === 1 ? "1 conflict" : `${regions} conflicts`} ${WITH[kind]}`;
}

function report(terminal: Terminal, result: Exclude<ResolveResult, MergeResult>): void {
  switch (result.kind) {
    case "waiting":
      terminal.line(result.dir);
      for (const conflict of result.conflicts) terminal.line(`  ${conflictText(conflict)}`);
      terminal.note(
        "longarm: solve what stands between the markers there, then: longarm resolve --continue, or --abort",
      );
      break;
    case "put back":
      terminal.line(
        `${showName(result.name)} stays as it is${result.exitCode === null ? "" : `, the command ended with ${result.exitCode}`}`,
      );
      break;
    case "refused":
      if (result.plan.report !== null) reportBuild(terminal, result.plan.report);
      terminal.note(`longarm: nothing was recorded, because ${showName(result.plan.name)} would still not apply`);
      terminal.note(`  the work is in "${result.dir}": longarm resolve --continue, or --abort`);
      break;
    case "resolved":
      printResolved(terminal, result.plan, result.done);
      break;
  }
}

function printResolved(terminal: Terminal, plan: ResolvePlan, done: Changed<unknown>["done"]): void {
  const name = showName(plan.name);
  terminal.line(`${done === null ? "would resolve" : "resolved"} ${terminal.paint("bold", name)}`);
  for (const { path, regions } of plan.conflicts)
    terminal.line(`  ${readablePath(path)}: ${regions === 1 ? "1 conflict" : `${regions} conflicts`}`);
  for (const path of plan.notKept) {
    const hint = `only conflicts are recorded; change it with: longarm edit ${name}`;
    terminal.line(terminal.paint("yellow", `  ${readablePath(path)}: its change is not kept, ${hint}`));
  }
  if (plan.report !== null) reportBuild(terminal, plan.report);
  if (plan.mended.length > 0) terminal.line(`now applies too: ${plan.mended.map(showName).join(", ")}`);
  reportDone(terminal, done, `every build replays it; write it into the patch with: longarm refresh ${name}`);
}

type MergeResult = Extract<ResolveResult, { readonly kind: `merge ${string}` }>;

function isMerge(result: ResolveResult): result is MergeResult {
  return result.kind.startsWith("merge ");
}

function reportMerge(terminal: Terminal, result: MergeResult): void {
  switch (result.kind) {
    case "merge waits":
      terminal.line(result.dir);
      reportConflicts(terminal, { conflicts: result.conflicts, said: [] }, "  ");
      terminal.note(
        "longarm: solve what stands between the markers there, then: longarm resolve --continue, or --abort",
      );
      break;
    case "merge put back":
      terminal.line(`${result.name} stays as it is, the command ended with ${result.exitCode}`);
      break;
    case "merge resolved": {
      const { name, part, conflicts, after } = result.plan;
      const verb = result.done === null ? "would resolve" : "resolved";
      terminal.line(`${verb} ${terminal.paint("bold", name)} at its merge of ${part}`);
      reportConflicts(terminal, { conflicts, said: [] }, "  ");
      if (after.stopped !== null) {
        terminal.line(`next it waits at ${after.stopped.part}:`);
        reportConflicts(terminal, after.stopped.trial, "  ");
      }
      reportDone(terminal, result.done, "every build replays it");
      break;
    }
  }
}

function jsonOfMerge(result: MergeResult): unknown {
  switch (result.kind) {
    case "merge waits":
      return { ...result, ...jsonOfConflicts({ conflicts: result.conflicts, said: [] }) };
    case "merge put back":
      return result;
    case "merge resolved": {
      const { name, part, conflicts, after } = result.plan;
      const next = after.stopped && { part: after.stopped.part, ...jsonOfConflicts(after.stopped.trial) };
      return { kind: result.kind, name, part, ...jsonOfConflicts({ conflicts, said: [] }), next, done: result.done };
    }
  }
}

function jsonOfConflict(conflict: OpenConflict): unknown {
  return { ...conflict, path: readablePath(conflict.path) };
}

function jsonOfList({ patches, merges, open }: Found): unknown {
  const waiting = merges.flatMap(({ name, stopped }) =>
    stopped === null ? [] : [{ name, part: stopped.part, ...jsonOfConflicts(stopped.trial) }],
  );
  return {
    patches: patches.map(jsonOfPatch),
    // Said only when there are some.
    ...(waiting.length === 0 ? {} : { merges: waiting }),
    open: open && { ...open, name: showName(open.name) },
  };
}

function jsonOfPatch({ name, conflicts, hopeless }: RejectedPatch): unknown {
  return { name: showName(name), conflicts: conflicts.map(jsonOfConflict), hopeless };
}

function jsonOf(result: Exclude<ResolveResult, MergeResult>): unknown {
  if (result.kind === "waiting")
    return { ...result, name: showName(result.name), conflicts: result.conflicts.map(jsonOfConflict) };
  if (!("plan" in result)) return { ...result, name: showName(result.name) };
  const { name, conflicts, notKept, result: made, broken, mended, report: build } = result.plan;
  return {
    kind: result.kind,
    name: showName(name),
    outcome: made.outcome,
    conflicts: conflicts.map(jsonOfConflict),
    notKept: notKept.map(readablePath),
    broken: broken.map(showName),
    mended: mended.map(showName),
    diagnoses: build?.diagnoses ?? [],
    ...(result.kind === "refused" ? { dir: result.dir, done: null } : { done: result.done }),
  };
}
