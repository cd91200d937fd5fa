// `longarm mail show`.
import type { ShownPosting } from "#model/export";
import { Option } from "commander";
import type { ArchiveOptions } from "../archive-options.ts";
import { archivesOf, withArchives } from "../archive-options.ts";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import { countOf } from "../posting-summary.ts";
import { printTrust, trustOf } from "../show-attestation.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions, ArchiveOptions {
  /** True without revisions. */
  readonly base?: true | readonly string[];
}

export const registerMailShow: Register = (mail, run) => {
  withArchives(withCommonOptions(mail.command("show")))
    .summary("show one posting")
    .description(
      "Show a posting: its patches, the tags that replies gave and who gave them, and what was not taken and why. With --json also where each tag stands and which rule found it.",
    )
    .argument("<id>", "Message-ID of one of its mails")
    .addOption(
      new Option("--base [rev...]", "look for its base in the tree's source repository, along these revisions").default(
        undefined,
        "do not",
      ),
    )
    .addHelpText(
      "after",
      `
Examples:
  longarm mail show 20260120-greet-v1@example.org --from list.mbox
  longarm mail show ID --from list.mbox --json | jq '.patches[].refused'`,
    )
    .action(
      run(async ({ terminal, world }, id: string, options: Options) => {
        const { findMailHere, mailSettings, postingBase, postingOf, showPosting } = await import("#app");
        const { composition } = await import("#model/postings");
        const { baseJson, baseLine, compositionJson, printComposition } = await import("../show-composition.ts");
        const { rules } = await mailSettings(world);
        const found = postingOf(await findMailHere(world, archivesOf(options), id), id);
        const posting = showPosting(found, rules);
        const proposed = composition(found.posting, found.chain);
        const refs = Array.isArray(options.base) ? options.base : [];
        const base = options.base === undefined ? undefined : await postingBase(world, found.posting, refs);
        const trust = await trustOf(world, found.posting);
        if (options.json) {
          const foundBase = base === undefined ? {} : { foundBase: baseJson(base) };
          terminal.json({ ...posting, ...trust, composition: compositionJson(proposed), ...foundBase });
          return 0;
        }
        printPosting(terminal, posting);
        await printTrust(terminal, trust);
        printComposition(terminal, proposed);
        if (base !== undefined) terminal.line(baseLine(base));
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
    terminal.line(terminal.paint("yellow", `        ${OTHERS[kind]}: <${id ?? ""}>`));
  }
  for (const { tag, evidence, flags } of patch.taken) {
    const [first] = evidence;
    const how = first === undefined || first.verdict === "exact" ? "" : ` (by ${first.verdict}: ${first.from})`;
    const carried = first?.rule === "carried" && first.revision !== null ? ` (from ${first.revision})` : "";
    terminal.line(`${terminal.paint("green", `        ${tag}`)}${terminal.paint("dim", `${how}${carried}`)}`);
    for (const { kind, message } of flags)
      terminal.line(
        terminal.paint(
          "yellow",
          `          ${kind === "nak" ? "an objection came later" : "taken back"}: <${message ?? ""}>`,
        ),
      );
  }
  for (const { tag } of patch.suggestions) terminal.line(terminal.paint("yellow", `        suggested: ${tag}`));
  for (const { tag, evidence } of patch.refused) {
    const why = evidence[0]?.reason ?? evidence[0]?.verdict ?? "";
    terminal.line(terminal.paint("dim", `        not taken: ${tag} (${why})`));
  }
  for (const { text, message } of patch.objections)
    terminal.line(terminal.paint("red", `        objection: ${text.trim()} <${message ?? ""}>`));
  for (const { tag, revision, reason } of patch.lost)
    terminal.line(terminal.paint("dim", `        lost since ${revision}: ${tag} (${reason})`));
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

const OTHERS = {
  replacement: "a replacement is there",
  duplicate: "a second mail has this number",
  fixup: "a fixup is there",
} as const;
