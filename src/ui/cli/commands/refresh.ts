// `longarm refresh`.
import { readableBytes, readablePath, textOf } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Bytes } from "#model/bytes";
import { showName } from "#model/queue";
import type { FileRefresh, HunkRefresh } from "#model/queue";
import type { RefreshedFile } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions, withDryRun } from "../command.ts";
import { patchDiff } from "../patch-diff.ts";
import type { Terminal } from "../terminal.ts";
import { reportDone } from "../report-done.ts";

export const registerRefresh: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("refresh")))
    .summary("write offsets, fuzz and merges back into patch files")
    .description(
      "Rewrite the hunks of patches that apply only with offset, with fuzz or by a merge, so that they fit as they are; every other byte of the patch files stays. Without names, of all such patches.",
    )
    .argument("[patch...]", "file names in the queue, with or without .patch")
    .addHelpText("after", "\nExample:\n  longarm refresh --dry-run words-be-polite")
    .action(
      run(
        async (
          { terminal, world },
          names: readonly string[],
          options: CommonOptions & { readonly dryRun: boolean },
        ) => {
          const { refresh } = await import("#app");
          const { plan, done } = await refresh(world, { patches: names, dryRun: options.dryRun });
          if (options.json) {
            terminal.json({ patches: plan.patches.map((patch) => jsonOf(patch, options.dryRun)), done });
            return 0;
          }
          for (const patch of plan.patches) printPatch(terminal, patch, done !== null, options.dryRun);
          if (plan.patches.length === 0) terminal.line("every patch fits as it is");
          reportDone(terminal, done);
          return 0;
        },
      ),
    );
};

function printPatch(terminal: Terminal, patch: RefreshedFile, done: boolean, dryRun: boolean): void {
  const name = showName(patch.name);
  if (patch.files.length === 0) {
    terminal.line(`${name} fits as it is`);
    return;
  }
  terminal.line(`${done ? "refreshed" : "would refresh"} ${terminal.paint("bold", name)}`);
  for (const file of patch.files) printFile(terminal, file);
  if (dryRun) terminal.write(patchDiff(patch.name, patch.before, patch.after));
}

/** People distrust context that was taken over unseen, so every line of it is shown. */
function printFile(terminal: Terminal, { path, changes, anew }: FileRefresh): void {
  const file = readablePath(path);
  const moved = changes.filter(({ fuzz }) => fuzz === 0);
  if (moved.length > 0) terminal.line(`  ${file}: ${moved.length === 1 ? "1 hunk" : `${moved.length} hunks`} moved`);
  for (const change of changes.filter(({ fuzz }) => fuzz > 0)) {
    terminal.line(terminal.paint("yellow", `  ${file}: hunk ${change.hunk}: ${contextText(change)}`));
    for (const { expected, found } of change.taken) {
      terminal.line(terminal.paint("dim", `    -${lineText(expected)}`));
      if (found !== null) terminal.line(terminal.paint("dim", `    +${lineText(found)}`));
    }
  }
  if (anew === null) return;
  const from = anew.because === "merged" ? "the merge" : "the file, because of fuzz at its end";
  const count = anew.after === 1 ? "1 hunk" : `${anew.after} hunks`;
  terminal.line(terminal.paint("yellow", `  ${file}: ${count} made anew from ${from}, in place of ${anew.before}`));
}

function contextText({ taken, fuzz }: HunkRefresh): string {
  const came = taken.filter(({ found }) => found !== null).length;
  const gone = taken.length - came;
  const parts = [
    ...(came === 0 ? [] : [`${came} context ${came === 1 ? "line" : "lines"} taken from the file`]),
    ...(gone === 0 ? [] : [`${gone} context ${gone === 1 ? "line" : "lines"} behind its end taken away`]),
  ];
  return `${parts.join(", ") || "moved"} (fuzz ${fuzz})`;
}

function lineText(line: Bytes): string {
  return readableBytes(byteString(line)).replace(/\r?\n$/, "");
}

function jsonOf({ name, outcome, files, before, after }: RefreshedFile, dryRun: boolean): unknown {
  return {
    name: showName(name),
    outcome,
    files: files.map(({ path, changes, anew }) => ({
      path: readablePath(path),
      hunks: changes.map((change) => ({
        ...change,
        taken: change.taken.map(({ expected, found }) => ({
          expected: lineText(expected),
          found: found === null ? null : lineText(found),
        })),
      })),
      anew,
    })),
    ...(dryRun ? { diff: textOf(patchDiff(name, before, after)) } : {}),
  };
}
