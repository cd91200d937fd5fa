// `longarm mail show`.
import { Option } from "commander";
import { readableBytes, textOf } from "#model/bytes";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions } from "../command.ts";
import type { Summary } from "../posting-summary.ts";
import { countOf, summaryOf } from "../posting-summary.ts";
import type { Terminal } from "../terminal.ts";

export const registerMailShow: Register = (mail, run) => {
  withCommonOptions(mail.command("show"))
    .summary("show one posting")
    .description("Show a posting: its patches, the tags that replies gave, and what was not taken and why.")
    .argument("<id>", "Message-ID of one of its mails")
    .addOption(
      new Option("--from <archive>", "archive to read; may be given several times")
        .argParser(collect)
        .default([], "the mail index of the tree"),
    )
    .action(
      run(async ({ terminal, world }, id: string, options: CommonOptions & { readonly from: readonly string[] }) => {
        const { findMailHere, postingOf } = await import("#app");
        const { collectTrailers, printRevision } = await import("#model/postings");
        const { posting, chain } = postingOf(await findMailHere(world, options.from, id), id);
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
