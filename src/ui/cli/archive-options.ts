// The archives that a mail command reads: `--from`, also called `--archive`, several times.
import type { Command } from "commander";
import { Option } from "commander";
import { UserError } from "#model/bytes";
import { collect } from "./command.ts";

/** What {@link withArchives} adds to a command's options. */
export interface ArchiveOptions {
  readonly from: readonly string[];
  readonly archive: readonly string[];
}

export function withArchives(command: Command): Command {
  return command
    .addOption(
      new Option("--from <archive>", "archive to read; may be given several times")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(new Option("--archive <archive>", "the same as --from").argParser(collect).default([], "none"));
}

/** The archives that were named, in order; UserError when there is none. */
export function archivesOf({ from, archive }: ArchiveOptions, others: readonly string[] = []): readonly string[] {
  const named = [...others, ...from, ...archive];
  if (named.length > 0) return named;
  throw new UserError("no archive to read", {
    hint: "name an mbox, a Maildir, a folder of .eml files or a public-inbox repository with --archive PATH",
  });
}
