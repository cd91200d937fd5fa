// `longarm mail show`.
import type { ShownPosting } from "#model/export";
import type { ArchiveOptions } from "../archive-options.ts";
import { archivesOf, withArchives } from "../archive-options.ts";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { countOf } from "../posting-summary.ts";
import type { Terminal } from "../terminal.ts";

export const registerMailShow: Register = (mail, run) => {
  withArchives(withCommonOptions(mail.command("show")))
    .summary("show one posting")
    .description(
      "Show a posting: its patches, the tags that replies gave and who gave them, and what was not taken and why. With --json also where each tag stands and which rule found it.",
    )
    .argument("<id>", "Message-ID of one of its mails")
    .addHelpText(
      "after",
      `
Examples:
  longarm mail show 20260120-greet-v1@example.org --from list.mbox
  longarm mail show ID --from list.mbox --json | jq '.patches[].refused'`,
    )
    .action(
      run(async ({ terminal, world }, id: string, options: CommonOptions & ArchiveOptions) => {
        const { postingOf, readPostings, showPosting } = await import("#app");
        const posting = showPosting(postingOf(await readPostings(world, archivesOf(options)), id));
        if (options.json) terminal.json(posting);
        else printPosting(terminal, posting);
        return 0;
      }),
    );
};

function printPosting(terminal: Terminal, posting: ShownPosting): void {
  terminal.line(terminal.paint("bold", posting.subject));
  terminal.line(
    `${revisionOf(posting)}, ${countOf(posting)} ${posting.total === 1 ? "patch" : "patches"}, ${replies(posting.replies)}, ${dayOf(posting)}, ${posting.author}`,
  );
  if (posting.base !== null) terminal.line(`base ${posting.base}`);
  for (const patch of posting.patches) printPatch(terminal, patch);
  terminal.line("revisions");
  for (const revision of posting.revisions) {
    const why = revision.link === null ? "" : `  ${revision.link.confidence}: ${revision.link.reasons.join(", ")}`;
    const line = `  ${revisionOf(revision).padEnd(7)} ${dayOf(revision)}  <${revision.id ?? ""}>`;
    terminal.line(`${revision.id === posting.id ? terminal.paint("bold", line) : line}${terminal.paint("dim", why)}`);
  }
}

function printPatch(terminal: Terminal, patch: ShownPosting["patches"][number]): void {
  const title = patch.subject ?? terminal.paint("red", "not in these archives");
  const count = patch.replies === 0 ? "" : terminal.paint("dim", `  (${replies(patch.replies)})`);
  terminal.line(`  ${String(patch.part).padStart(2)}  ${title}${count}`);
  for (const { id, kind } of patch.others) {
    const what = kind === "replacement" ? "a replacement is there" : "a second mail has this number";
    terminal.line(terminal.paint("yellow", `        ${what}: <${id ?? ""}>`));
  }
  for (const { tag, evidence } of patch.taken) {
    const [first] = evidence;
    const how = first === undefined || first.verdict === "exact" ? "" : ` (by ${first.verdict}: ${first.from})`;
    terminal.line(`${terminal.paint("green", `        ${tag}`)}${terminal.paint("dim", how)}`);
  }
  for (const { tag } of patch.suggestions) terminal.line(terminal.paint("yellow", `        suggested: ${tag}`));
  for (const { tag, evidence } of patch.refused) {
    const why = evidence[0]?.reason ?? evidence[0]?.verdict ?? "";
    terminal.line(terminal.paint("dim", `        not taken: ${tag} (${why})`));
  }
}

function revisionOf({ revision, rfc }: Pick<ShownPosting, "revision" | "rfc">): string {
  return `${rfc ? "RFC " : ""}${revision}`;
}

/** The day of the mail in its own zone. */
function dayOf({ time }: Pick<ShownPosting, "time">): string {
  return time?.slice(0, 10) ?? "no date";
}

function replies(count: number): string {
  return count === 1 ? "1 reply" : `${count} replies`;
}
