// `longarm mail am`.
import { Option } from "commander";
import { UserError } from "#model/bytes";
import type { AmRequest, AmResult } from "#app";
import type { ArchiveOptions } from "../archive-options.ts";
import { archivesOf, withArchives } from "../archive-options.ts";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions, ArchiveOptions {
  readonly revision?: string;
  readonly part?: string;
  readonly link: boolean;
  readonly linkPrefix?: string;
  /** True or false as asked for; else what is certain is put together. */
  readonly compose?: boolean;
  readonly coverTags: boolean;
  readonly ccTrailers: boolean;
  readonly output?: string;
  readonly quilt?: string;
  readonly force: boolean;
}

export const registerMailAm: Register = (mail, run) => {
  withArchives(withCommonOptions(mail.command("am")))
    .summary("write a posting for git am or quilt")
    .description(
      "Write a posting as a mailbox that git am takes, or as a quilt directory, with the tags that replies gave. Takes the newest revision in the thread of the named mail.",
    )
    .argument("<id>", "Message-ID of one of its mails")
    .addOption(
      new Option("-o, --output <file>", "file to write; - prints the mailbox").default(
        undefined,
        "named after the series",
      ),
    )
    .addOption(new Option("--quilt <dir>", "make a quilt directory: a patch file for each patch, and a series file"))
    .addOption(
      new Option("-v, --revision <number>", "take this revision, or the latest").default(
        undefined,
        "newest in the thread",
      ),
    )
    .addOption(new Option("-P, --part <list>", 'only these patches: "1,3-5", or "_" for the one named by its ID'))
    .addOption(new Option("-l, --link", "add a Link: trailer, as the tree says").default(false, "none"))
    .addOption(new Option("--link-prefix <url>", "add a Link: trailer that begins like this"))
    .addOption(new Option("--compose", "put a series together that came in pieces, also where you should look"))
    .addOption(new Option("--no-compose", "take the mails of the one revision only, whatever the sender means"))
    .addOption(new Option("--no-cover-tags", "leave out tags that were given to the cover letter"))
    .addOption(new Option("--cc-trailers", "add Cc: for everybody whom the mail went to").default(false, "none"))
    .addOption(new Option("--force", "replace the file if it is there").default(false, "keep it"))
    .addHelpText(
      "after",
      `
Trailers stand in the order that the tree says, outside a tree in that of b4: the author's, those given, links.
Examples:
  longarm mail am 20260120-greet-v1@example.org --from list.mbox
  longarm mail am ID --from list.mbox -o - | git am
  longarm mail am ID --from list.mbox -v 5 --part 1-3 --link-prefix https://lore.kernel.org/r/
  longarm mail am ID --from list.mbox --quilt patches && quilt push -a`,
    )
    .action(
      run(async ({ terminal, world }, id: string, options: Options) => {
        const request = requestOf(id, options);
        if (options.json && request.out === "-") {
          throw new UserError("the mailbox and the JSON cannot both be printed", {
            hint: "write the mailbox to a file",
          });
        }
        const { am } = await import("#app");
        const result = await am(world, request);
        if (options.json) {
          const { posting, patches, file, quilt, warnings, base } = result;
          const { printRevision } = await import("#model/postings");
          const revision = printRevision(posting.revision);
          terminal.json({ id: posting.id, revision, subject: posting.subject, base, file, quilt, warnings, patches });
        } else report(terminal, result);
        if (result.mailbox !== null) terminal.write(result.mailbox);
        return 0;
      }),
    );
};

function requestOf(id: string, options: Options): AmRequest {
  const { linkPrefix } = options;
  return {
    id,
    from: archivesOf(options),
    revision: options.revision ?? null,
    parts: options.part ?? null,
    link: linkPrefix === undefined ? (options.link ? "setting" : null) : { prefix: linkPrefix },
    compose: options.compose === undefined ? "certain" : options.compose ? "all" : "nothing",
    coverTags: options.coverTags,
    ccTrailers: options.ccTrailers,
    out: options.output ?? null,
    quilt: options.quilt ?? null,
    force: options.force,
  };
}

/** Beside a mailbox on standard output only what is amiss is said. */
function report(terminal: Terminal, { posting, patches, given, file, quilt, mailbox, warnings, base }: AmResult): void {
  if (mailbox === null) {
    terminal.line(terminal.paint("bold", posting.subject));
    for (const [index, { part, subject }] of patches.entries()) {
      terminal.line(`  ${String(part).padStart(2)}  ${subject}`);
      for (const tag of given[index] ?? []) terminal.line(terminal.paint("green", `      + ${tag}`));
    }
    terminal.line(base === null ? "base: not stated" : `base: ${base}`);
    if (quilt !== null) terminal.line(`wrote ${quilt}: QUILT_PATCHES=${quilt} quilt push -a`);
    if (file !== null) terminal.line(`wrote ${file}: git am ${file}`);
  }
  for (const warning of warnings) terminal.note(`longarm: ${warning}`);
}
