// `longarm mail postings`.
import { Option } from "commander";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { countOf, summaryOf } from "../posting-summary.ts";

export const registerMailPostings: Register = (mail, run) => {
  withCommonOptions(mail.command("postings"))
    .summary("list what was posted")
    .description("List every series in the archives with its revisions, oldest series first.")
    .argument(
      "[archive...]",
      "mbox, Maildir, folder of .eml files, or public-inbox repository; the mail index of the tree otherwise",
    )
    .addOption(new Option("--subject <text>", "only series whose subject holds this text, in any case"))
    .action(
      run(
        async (
          { terminal, world },
          archives: readonly string[],
          options: CommonOptions & { readonly subject?: string },
        ) => {
          const { allPostings, readPostings } = await import("#app");
          const { printRevision } = await import("#model/postings");
          const found = archives.length === 0 ? await allPostings(world) : await readPostings(world, archives);
          const wanted = (options.subject ?? "").toLowerCase();
          const chains = found.chains.filter(({ postings }) =>
            postings.some(({ subject }) => subject.toLowerCase().includes(wanted)),
          );
          for (const problem of found.problems) terminal.note(`longarm: ${problem}`);
          if (options.json) {
            terminal.json({
              messages: found.messages,
              problems: found.problems,
              series: chains.map(({ postings }) => postings.map((one) => summaryOf(one, printRevision))),
            });
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
          terminal.line(terminal.paint("dim", `${count} in ${found.messages} messages`));
          return 0;
        },
      ),
    );
};
