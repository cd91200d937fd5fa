// The archives that a mail command reads: `--from`, also called `--archive`, several times; the mail index of the tree otherwise.
import type { Command } from "commander";
import { Option } from "commander";
import { collect } from "./command.ts";

/** What {@link withArchives} adds to a command's options. */
export interface ArchiveOptions {
  readonly from: readonly string[];
  readonly archive: readonly string[];
}

export function withArchives(command: Command): Command {
  return command
    .addOption(
      new Option("--from <archive>", "archive to read, a path or an address; may be given several times")
        .argParser(collect)
        .default([], "the mail index of the tree"),
    )
    .addOption(
      new Option("--archive <archive>", "the same as --from")
        .argParser(collect)
        .default([], "the mail index of the tree"),
    );
}

/** The archives that were named, in order; none for the mail index of the tree. */
export function archivesOf({ from, archive }: ArchiveOptions, others: readonly string[] = []): readonly string[] {
  return [...others, ...from, ...archive];
}
