// `longarm mail search`.
import { Option } from "commander";
import { readableBytes, UserError } from "#model/bytes";
import { mailRecord, timeOf } from "#model/export";
import type { SearchedMail } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";

interface Options extends CommonOptions {
  readonly limit: string;
  readonly threads: boolean;
}

/** Results that are printed at most. */
const MAX_LIMIT = 100_000;

export const registerMailSearch: Register = (mail, run) => {
  withCommonOptions(mail.command("search"))
    .summary("find mails")
    .description(
      "Find mails in the mail index, newest first. The query is that of lore.kernel.org: words, phrases, AND, OR, NOT, " +
        "and prefixes such as s: f: d: b: dfn: dfhh:; docs/formats/search.md lists them all.",
    )
    .argument("<query...>", 'such as: s:dax f:someone d:2.weeks.ago.. NOT dfn:Documentation "page cache"')
    .addOption(new Option("--limit <n>", "print at most so many").default("50"))
    .addOption(
      new Option("--threads", "print the first mail of each thread in which something was found").default(
        false,
        "every mail",
      ),
    )
    .action(
      run(async ({ terminal, world }, words: readonly string[], options: Options) => {
        const limit = Number(options.limit);
        if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
          throw new UserError(`"--limit ${options.limit}" is no number from 1 to ${MAX_LIMIT}`, {
            hint: "give a number such as 50",
          });
        }
        const { searchMail } = await import("#app");
        const query = words.map(asTyped).join(" ");
        const found = await searchMail(world, { query, limit, threads: options.threads });
        for (const { message, at } of found.problems)
          terminal.note(`longarm: ${message}, at character ${at + 1} of the query`);
        if (options.json) {
          terminal.json(jsonOf(found));
          return 0;
        }
        for (const { sent, author, subject, messageId } of found.mails) {
          terminal.line(`${dayOf(sent)}  ${subject === "" ? "(no subject)" : oneLine(subject)}`);
          terminal.line(terminal.paint("dim", `            ${readableBytes(messageId)}  ${oneLine(author)}`));
        }
        const what = options.threads ? "thread" : "mail";
        const count = `${found.total} ${what}${found.total === 1 ? "" : "s"}`;
        const shown = found.mails.length < found.total ? `${count}, the newest ${found.mails.length} shown` : count;
        terminal.line(terminal.paint("dim", shown));
        return 0;
      }),
    );
};

// A phrase that the shell took the quotes from is still one: 's:a quick fox' is s:"a quick fox".
function asTyped(word: string, _: number, all: readonly string[]): string {
  if (all.length === 1 || !/\s/.test(word) || /["()]/.test(word)) return word;
  const [, prefix = "", text = word] = /^([a-z]+:)(.*)$/s.exec(word) ?? [];
  return `${prefix}"${text}"`;
}

function jsonOf({ mails, total, problems }: SearchedMail) {
  return {
    total,
    problems,
    mails: mails.map(mailRecord),
  };
}

function dayOf(milliseconds: number): string {
  return (timeOf(milliseconds) ?? "").slice(0, 10).padEnd(10);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
