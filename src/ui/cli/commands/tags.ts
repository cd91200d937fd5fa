// `longarm tags`.
import { Option } from "commander";
import { readableBytes, UserError } from "#model/bytes";
import type { CollectedTrailer, LostTag, Objection } from "#model/postings";
import { showName } from "#model/queue";
import type { TagsReport } from "#app";
import type { CommonOptions, Register } from "../command.ts";
import { collect, withCommonOptions, withDryRun } from "../command.ts";
import { reportTagsOf } from "../report-tags-of.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly from: readonly string[];
  readonly take: boolean;
  readonly of?: string;
  readonly dryRun: boolean;
}

export const registerTags: Register = (program, run) => {
  withDryRun(withCommonOptions(program.command("tags")))
    .summary("show and take the tags of queued patches")
    .description(
      "Show what replies said about patches that are queued: tags that were taken, tags that came since, what is not taken and why. With --take the new tags are written into the patch files, in one operation.",
    )
    .argument("[patch...]", "file names in the queue, with or without .patch; all that came by mail when left out")
    .addOption(
      new Option("--from <archive>", "archive with the replies; may be given several times")
        .argParser(collect)
        .default([], "the mail index of the tree"),
    )
    .addOption(new Option("--take", "write the new tags into the patch files").default(false, "only show them"))
    .addOption(
      new Option(
        "--of <person>",
        "every tag of this person that the tree knows, taken or not, also of patches that left: an address, a name, or a piece of one",
      ).conflicts(["from", "take"]),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  longarm tags --from ~/Mail/linux-mm --take words-be-polite\n  longarm tags --of rita@example.org",
    )
    .action(
      run(async ({ terminal, world }, names: readonly string[], options: Options) => {
        if (options.of !== undefined) {
          if (names.length > 0)
            throw new UserError("--of goes through all patches", { hint: "leave the patches out, or --of" });
          const { tagsOf } = await import("#app");
          const found = await tagsOf(world, options.of);
          if (options.json) terminal.json(found);
          else reportTagsOf(terminal, found);
          return 0;
        }
        const { tags } = await import("#app");
        const request = { patches: names, from: options.from, take: options.take, dryRun: options.dryRun };
        const { plan, done } = await tags(world, request);
        if (options.json) {
          terminal.json({ patches: plan.patches.map(jsonOf), done });
          return 0;
        }
        const took = done !== null ? "taken now" : options.take ? "would take" : "new";
        for (const report of plan.patches) printReport(terminal, report, took);
        if (plan.patches.length === 0) terminal.line("no patch of the queue came by mail");
        if (done !== null)
          terminal.line(
            terminal.paint("dim", `operation ${done.operation}; take it back with: longarm undo ${done.operation}`),
          );
        return 0;
      }),
    );
};

function printReport(terminal: Terminal, report: TagsReport, took: string): void {
  const { origin, tags, newer, refused } = report;
  const from = origin === null ? "" : `  ${origin.revision} ${origin.part} <${origin.messageId}>`;
  terminal.line(`${terminal.paint("bold", showName(report.name))}${from}`);
  if (origin === null) terminal.line("  did not come by mail");
  else if (tags === null) terminal.line(terminal.paint("yellow", "  its mail is not in these archives"));
  if (newer !== null) terminal.line(`  ${newer.revision} was posted: <${newer.messageId}>`);
  if (tags === null) return;
  for (const tag of tags.taken) {
    const line = `${STATE[tag.state] ?? took}: ${textOf(tag)} (${proofOf(tag)})`;
    terminal.line(terminal.paint(tag.state === "new" ? "green" : "dim", `  ${line}`));
    for (const { kind, messageId, line: at } of tag.flags)
      terminal.line(
        terminal.paint(
          "yellow",
          `    then ${kind === "nak" ? "a NAK" : "withdrawn"} in <${messageId ?? ""}> line ${at}`,
        ),
      );
  }
  for (const { key, value } of report.replaced)
    terminal.line(`  in place of: ${readableBytes(key)}: ${readableBytes(value)}`);
  if (refused !== null) terminal.line(terminal.paint("yellow", `  cannot be written: the patch file ${refused}`));
  for (const tag of tags.suggestions)
    terminal.line(terminal.paint("yellow", `  suggested: ${textOf(tag)} (${proofOf(tag)})`));
  for (const tag of tags.refused) {
    const what = tag.isThere ? "in the file, but not taken any more" : "not taken";
    terminal.line(
      terminal.paint(tag.isThere ? "yellow" : "dim", `  ${what}: ${textOf(tag)} (${tag.evidence[0]?.reason ?? ""})`),
    );
  }
  for (const { kind, messageId, line, text } of tags.objections) {
    const what = kind === "nak" ? "objection" : "withdrawal";
    terminal.line(terminal.paint("yellow", `  ${what}: ${readableBytes(text)} (<${messageId ?? ""}> line ${line})`));
  }
  for (const lost of tags.lost) terminal.line(terminal.paint("dim", `  lost: ${lostText(lost)}`));
}

const STATE: Readonly<Record<string, string>> = { there: "taken", removed: "taken out by hand" };

const LOST: Readonly<Record<LostTag["reason"], string>> = {
  changed: "the patch changed",
  split: "the patch was split",
  gone: "the patch is gone",
  "left-out": "the author left it out",
};

function lostText({ trailer, revision, reason }: LostTag): string {
  return `${readableBytes(trailer.key)}: ${readableBytes(trailer.value)} (of ${revision}: ${LOST[reason]})`;
}

function textOf({ trailer }: CollectedTrailer): string {
  return `${readableBytes(trailer.key)}: ${readableBytes(trailer.value).replaceAll("\n", " ")}`;
}

/** Who says so, and how sure that is. */
function proofOf({ evidence }: CollectedTrailer): string {
  const [first] = evidence;
  if (first === undefined) return "";
  const { rule, revision, verdict, messageId, line, damage } = first;
  const by = rule === "carried" ? `carried from ${revision ?? ""}` : rule === "cover" ? "for the series" : null;
  const how = verdict === "exact" || verdict === "no-person" ? null : verdict;
  const parts = [how, by, `<${messageId ?? ""}> line ${line}`, damage === null ? null : `it ${damage}`];
  return parts.filter((part) => part !== null).join(", ");
}

function jsonOf({ name, origin, tags, newer, replaced, refused }: TagsReport): unknown {
  return {
    name: showName(name),
    origin,
    found: tags !== null,
    newer,
    taken: (tags?.taken ?? []).map(tagJson),
    replaced: replaced.map(trailerText),
    unwritable: refused,
    suggestions: (tags?.suggestions ?? []).map(tagJson),
    refused: (tags?.refused ?? []).map(tagJson),
    objections: (tags?.objections ?? []).map(objectionJson),
    lost: (tags?.lost ?? []).map(({ trailer, ...rest }) => ({ tag: trailerText(trailer), ...rest })),
  };
}

function tagJson({ trailer, evidence, flags, ...rest }: CollectedTrailer): unknown {
  return { tag: trailerText(trailer), ...rest, evidence, flags };
}

function objectionJson({ sender, text, ...rest }: Objection): unknown {
  return { ...rest, from: sender?.address ?? "", text: readableBytes(text) };
}

function trailerText({ key, value }: CollectedTrailer["trailer"]): string {
  return `${readableBytes(key)}: ${readableBytes(value)}`;
}
