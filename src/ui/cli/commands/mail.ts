// `longarm mail postings` and `longarm mail show`.
import { Option } from "commander";
import { readableBytes, textOf } from "#model/bytes";
import { printAddress } from "#model/mail";
import type { Posting } from "#model/postings";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions } from "../command.ts";
import type { Terminal } from "../terminal.ts";

export const registerMail: Register = (program, run) => {
  const mail = program
    .command("mail")
    .summary("read archives")
    .description("Read mail archives: what was posted, and one posting with its tags.");
  withCommonOptions(mail.command("postings"))
    .summary("list what was posted")
    .description("List every series in the archives with its revisions, oldest series first.")
    .argument("<archive...>", "mbox, Maildir, folder of .eml files, or public-inbox repository")
    .addOption(new Option("--subject <text>", "only series whose subject holds this text, in any case"))
    .action(
      run(
        async (
          { terminal, world },
          archives: readonly string[],
          options: CommonOptions & { readonly subject?: string },
        ) => {
          const { readPostings } = await import("#app");
          const { printRevision } = await import("#model/postings");
          const found = await readPostings(world, archives);
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
  withCommonOptions(mail.command("show"))
    .summary("show one posting")
    .description("Show a posting: its patches, the tags that replies gave, and what was not taken and why.")
    .argument("<id>", "Message-ID of one of its mails")
    .addOption(
      new Option("--from <archive>", "archive to read; may be given several times")
        .argParser(collect)
        .default([], "none")
        .makeOptionMandatory(),
    )
    .action(
      run(async ({ terminal, world }, id: string, options: CommonOptions & { readonly from: readonly string[] }) => {
        const { postingOf, readPostings } = await import("#app");
        const { collectTrailers, printRevision } = await import("#model/postings");
        const { posting, chain } = postingOf(await readPostings(world, options.from), id);
        const tags = collectTrailers(posting);
        const parts = posting.slots.map((slot, index) => ({
          part: index + 1,
          title: slot?.title ?? null,
          id: slot?.message.messageId ?? null,
          taken: (tags[index]?.taken ?? []).map(tagOf),
          suggestions: (tags[index]?.suggestions ?? []).map(tagOf),
          refused: (tags[index]?.refused ?? []).map(tagOf),
        }));
        const summary = summaryOf(posting, printRevision);
        const revisions = chain.postings.map((one) => summaryOf(one, printRevision));
        const cover = posting.cover === null ? null : textOf(posting.cover.text);
        if (options.json) terminal.json({ ...summary, cover, replies: posting.replies.length, parts, revisions });
        else printPosting(terminal, { ...summary, replies: posting.replies.length, parts, revisions });
        return 0;
      }),
    );
};

interface Summary {
  readonly id: string;
  readonly subject: string;
  readonly from: string;
  readonly date: string;
  readonly revision: string;
  /** Patches that its subjects promise, and how many of them are in the archives. */
  readonly total: number;
  readonly seen: number;
}

/** `9`, or `6 of 9` when mails are missing. */
function countOf({ seen, total }: Pick<Summary, "seen" | "total">): string {
  return seen === total ? `${total}` : `${seen} of ${total}`;
}

function summaryOf(posting: Posting, printRevision: (revision: Posting["revision"]) => string): Summary {
  const time = posting.date?.time ?? null;
  return {
    id: posting.id ?? "",
    subject: posting.subject,
    from: posting.sender === null ? "" : printAddress(posting.sender),
    date: time === null ? "" : new Date(time).toISOString().slice(0, 10),
    revision: `${posting.rfc ? "RFC " : ""}${printRevision(posting.revision)}`,
    total: posting.total,
    seen: posting.seen,
  };
}

interface TagLine {
  readonly tag: string;
  readonly messageId: string | null;
  readonly verdict: string;
  readonly reason: string | null;
}

function tagOf(tag: {
  readonly trailer: { readonly key: string; readonly value: string };
  readonly evidence: readonly {
    readonly messageId: string | null;
    readonly verdict: string;
    readonly reason: string | null;
  }[];
}): TagLine {
  const [evidence] = tag.evidence;
  return {
    tag: `${readableBytes(tag.trailer.key)}: ${readableBytes(tag.trailer.value)}`,
    messageId: evidence?.messageId ?? null,
    verdict: evidence?.verdict ?? "",
    reason: evidence?.reason ?? null,
  };
}

function printPosting(
  terminal: Terminal,
  posting: Summary & {
    readonly replies: number;
    readonly parts: readonly {
      readonly part: number;
      readonly title: string | null;
      readonly taken: readonly TagLine[];
      readonly suggestions: readonly TagLine[];
      readonly refused: readonly TagLine[];
    }[];
    readonly revisions: readonly Summary[];
  },
): void {
  terminal.line(terminal.paint("bold", posting.subject));
  terminal.line(
    `${posting.revision}, ${countOf(posting)} ${posting.total === 1 ? "patch" : "patches"}, ${posting.replies} replies, ${posting.date}, ${posting.from}`,
  );
  for (const { part, title, taken, suggestions, refused } of posting.parts) {
    terminal.line(`  ${String(part).padStart(2)}  ${title ?? terminal.paint("red", "not in these archives")}`);
    for (const { tag } of taken) terminal.line(terminal.paint("green", `        ${tag}`));
    for (const { tag } of suggestions) terminal.line(terminal.paint("yellow", `        suggested: ${tag}`));
    for (const { tag, reason, verdict } of refused)
      terminal.line(terminal.paint("dim", `        not taken: ${tag} (${reason ?? verdict})`));
  }
  terminal.line(`revisions: ${posting.revisions.map(({ revision, id }) => `${revision} <${id}>`).join(", ")}`);
}
