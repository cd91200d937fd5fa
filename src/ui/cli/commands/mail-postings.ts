// `longarm mail postings`.
import { Option } from "commander";
import { UserError } from "#model/bytes";
import type { ArchiveOptions } from "../archive-options.ts";
import { archivesOf, withArchives } from "../archive-options.ts";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { countOf, summaryOf } from "../posting-summary.ts";

interface Options extends CommonOptions, ArchiveOptions {
  readonly subject: string;
  readonly since?: string;
}

export const registerMailPostings: Register = (mail, run) => {
  withArchives(withCommonOptions(mail.command("postings")))
    .summary("list what was posted")
    .description(
      "List every series in the archives with its revisions, oldest series first. With --json, one object a line for each posting, oldest first, with its patches and their final trailers.",
    )
    .argument(
      "[archive...]",
      "mbox, Maildir, folder of .eml files, or public-inbox repository; the mail index of the tree otherwise",
    )
    .addOption(
      new Option("--subject <text>", "only series whose subject holds this text, in any case").default("", "all"),
    )
    .addOption(
      new Option(
        "--since <time>",
        "only series posted or answered since then: 2026-01-20, 2.weeks.ago, as in a search",
      ).default(undefined, "ever"),
    )
    .addHelpText(
      "after",
      `
Examples:
  longarm mail postings list.mbox
  longarm mail postings --archive lists/netdev/git/0.git --subject 'page pool'
  longarm mail postings --since 1.week.ago
  longarm mail postings --json --archive list.mbox | jq -r 'select(.complete) | .id'`,
    )
    .action(
      run(async ({ terminal, world }, archives: readonly string[], options: Options) => {
        const { allPostings, postingRecords, postingsSince, readPostings } = await import("#app");
        const { printRevision } = await import("#model/postings");
        const named = archivesOf(options, archives);
        const since = options.since === undefined ? null : await timeOf(options.since, world.now());
        const found =
          named.length === 0
            ? await allPostings(world, since)
            : await readPostings(world, named).then((all) => (since === null ? all : postingsSince(all, since)));
        const wanted = options.subject.toLowerCase();
        const chains = found.chains.filter(({ postings }) =>
          postings.some(({ subject }) => subject.toLowerCase().includes(wanted)),
        );
        for (const problem of found.problems) terminal.note(`longarm: ${problem}`);
        if (options.json) {
          for (const record of postingRecords({ chains })) await terminal.jsonLine(record);
          return 0;
        }
        for (const { postings } of chains) {
          terminal.line(terminal.paint("bold", postings.at(-1)?.subject ?? ""));
          for (const posting of postings) {
            const { revision, id, from, date, ...summary } = summaryOf(posting, printRevision);
            terminal.line(`  ${revision.padEnd(7)} ${countOf(summary).padEnd(9)} ${date}  ${from}`);
            terminal.line(terminal.paint("dim", `          ${id}`));
          }
        }
        const count = chains.length === 1 ? "1 series" : `${chains.length} series`;
        terminal.line(
          terminal.paint("dim", `${count} in ${found.messages} ${found.messages === 1 ? "message" : "messages"}`),
        );
        return 0;
      }),
    );
};

/** Milliseconds since 1970. */
async function timeOf(text: string, now: Date): Promise<number> {
  const { readTime } = await import("#model/search");
  const span = readTime(text, now.getTime());
  if (span !== null) return span.from;
  throw new UserError(`--since "${text}" is no time`, { hint: "write a day as 2026-01-20, or 2.weeks.ago" });
}
