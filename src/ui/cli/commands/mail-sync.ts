// `longarm mail sync`.
import { Option } from "commander";
import { UserError } from "#model/bytes";
import type { SyncedArchive, SyncedMail } from "#app";
import type { CommonOptions, Context, Exit, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly watch: boolean;
  readonly every: string;
  readonly whole: boolean;
}

export const registerMailSync: Register = (mail, run) => {
  withCommonOptions(mail.command("sync"))
    .summary("read what is new in the archives")
    .description(
      "Bring the mail index up to date with the archives that longarm.toml lists under [mail]. " +
        "Exit code 1 says that an archive could not be read.",
    )
    .argument("[archive...]", "names or places of archives; all of them otherwise")
    .addOption(new Option("--watch", "stay, and read mail as it arrives, until interrupted").default(false, "once"))
    .addOption(
      new Option("--every <minutes>", "with --watch: ask an archive again after this time, if it says nothing").default(
        "5",
      ),
    )
    .addOption(
      new Option("--whole", "read archives from their start, to find what they have lost")
        .default(false, "what is new")
        .conflicts("watch"),
    )
    .action(
      run(async (context, archives: readonly string[], options: Options) => {
        if (options.watch) return await watch(context, archives, options);
        const { syncMail } = await import("#app");
        const synced = await syncMail(context.world, archives, options.whole ? "whole" : "news");
        if (options.json) context.terminal.json(synced);
        else print(context.terminal, synced);
        return synced.archives.some(({ failed }) => failed !== null) ? 1 : 0;
      }),
    );
};

/** Minutes that a timer can wait. */
const MAX_MINUTES = 7 * 24 * 60;

async function watch({ terminal, world }: Context, archives: readonly string[], options: Options): Promise<Exit> {
  const minutes = Number(options.every);
  if (!(minutes > 0 && minutes <= MAX_MINUTES)) {
    throw new UserError(`"--every ${options.every}" is no number of minutes from 0 to ${MAX_MINUTES}`, {
      hint: "give a number such as 5 or 0.5",
    });
  }
  const { watchMail } = await import("#app");
  for await (const synced of watchMail(world, archives, minutes * 60_000)) {
    if (options.json) terminal.write(`${JSON.stringify(synced)}\n`);
    else printArchive(terminal, synced);
  }
  return 0;
}

function print(terminal: Terminal, { archives, forgotten }: SyncedMail): void {
  for (const one of archives) printArchive(terminal, one);
  for (const { archive, removed } of forgotten)
    terminal.line(`${archive}: not configured any more, ${countOf(removed, "mail")} forgotten`);
}

function printArchive(terminal: Terminal, synced: SyncedArchive): void {
  const { archive, added, copies, removed, problems, clashes, failed } = synced;
  for (const problem of problems) terminal.note(`longarm: ${archive}: ${problem}`);
  for (const id of clashes)
    terminal.note(`longarm: ${archive}: another mail with other content is <${id}>, both are kept`);
  const counts = [
    `${added} new`,
    ...(copies > 0 ? [`${copies} known from elsewhere`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  if (failed === null) terminal.line(`${archive}: ${counts.join(", ")}`);
  else {
    terminal.note(`longarm: ${archive}: ${failed.message}`);
    if (failed.hint !== null) terminal.note(`  ${failed.hint}`);
  }
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
