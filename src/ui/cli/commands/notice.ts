// `longarm notice`, `longarm notice verify` and `longarm notice render`.
import { Option } from "commander";
import { readableBytes, textOf } from "#model/bytes";
import type { Difference, Notice } from "#model/notices";
import { printNotice } from "#model/notices";
import type { CommonOptions, Register } from "../command.ts";
import { withCommonOptions } from "../command.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly kind: string;
  readonly into?: string;
}

export const registerNotice: Register = (program, run) => {
  // Options behind "verify" and "render" are theirs.
  const noticeCommand = withCommonOptions(program.command("notice")).enablePositionalOptions();
  registerVerify(noticeCommand, run);
  registerRender(noticeCommand, run);
  noticeCommand
    .summary("write a notice")
    .description(
      "Print the notice for a queued patch as it would be sent now. Operations put theirs into the outbox by themselves.",
    )
    .argument("<patch>", "file name in the queue, with or without .patch")
    .addOption(new Option("--kind <kind>", "added, or one of the tree's reasons for dropping").default("added"))
    .addOption(new Option("--into <name>", "branch it was merged into, or patch it was folded into"))
    .action(
      run(async ({ terminal, world }, patch: string, options: Options) => {
        const { notice } = await import("#app");
        const mail = await notice(world, {
          patch,
          kind: options.kind,
          into: options.into ?? null,
        });
        print(terminal, mail, options.json);
        return 0;
      }),
    );
};

function print(terminal: Terminal, mail: Notice, json: boolean): void {
  if (!json) terminal.write(printNotice(mail));
  else {
    const { kind, name, headers, to } = mail;
    terminal.json({ kind, name, headers, to, body: textOf(mail.body) });
  }
}

const configOption = (): Option =>
  new Option("--config <file>", "longarm.toml, or a file with [notices] only; the preset's words otherwise");
const presetOption = (): Option => new Option("--preset <name>", "preset to use without --config").default("mm");

interface VerifyOptions extends CommonOptions {
  readonly config?: string;
  readonly preset: string;
}

const registerVerify: Register = (notice, run) => {
  withCommonOptions(notice.command("verify"))
    .summary("compare a real notice with the words of a tree")
    .description(
      "Read notices that were sent, write each again from its own parts (kind, branch, patch, roster) and say where the first byte differs. The words of its date are tried first, then those of other years.",
    )
    .argument("<file...>", "mails")
    .addOption(configOption())
    .addOption(presetOption())
    .action(
      run(async ({ terminal, world }, files: readonly string[], options: VerifyOptions) => {
        const { verifyNotices } = await import("#app");
        const results = verifyNotices(world, files, { config: options.config ?? null, preset: options.preset });
        const equal = results.filter(({ verified }) => verified?.differences.length === 0).length;
        if (options.json) {
          terminal.json(
            results.map(({ verified, ...result }) => ({
              ...result,
              equal: verified?.differences.length === 0,
              kind: verified?.kind ?? null,
              name: verified?.name ?? null,
              branch: verified?.branch ?? null,
              roster: verified?.roster ?? [],
              notes: verified?.notes ?? [],
              differences: (verified?.differences ?? []).map(shown),
            })),
          );
          return equal === results.length ? 0 : 1;
        }
        for (const { file, verified, version, dated, undone } of results) {
          const era = `${version === null ? "the words of today" : `the words until ${version}`}${dated ? "" : ", which are not those of its date"}`;
          if (verified === null) {
            terminal.line(`${terminal.paint("red", "no notice")} ${file}: no template fits its subject and its parts`);
          } else {
            const same = verified.differences.length === 0;
            const what = verified.branch === "" ? verified.kind : `${verified.kind}, ${verified.branch}`;
            terminal.line(`${same ? terminal.paint("green", "equal") : terminal.paint("red", "differs")} ${file}`);
            terminal.line(
              terminal.paint("dim", `  ${verified.name === "" ? "" : `${verified.name}: `}${what}; ${era}`),
            );
            for (const one of verified.differences.map(shown)) {
              terminal.line(
                `  ${one.where}, byte ${one.offset}, line ${one.line}, behind ${JSON.stringify(one.before)}`,
              );
              terminal.line(`    expected ${one.expected === null ? "the end" : JSON.stringify(one.expected)}`);
              terminal.line(`    found    ${one.found === null ? "the end" : JSON.stringify(one.found)}`);
            }
          }
          for (const note of [...undone, ...(verified?.notes ?? [])]) terminal.line(terminal.paint("dim", `  ${note}`));
        }
        terminal.line(terminal.paint("dim", `${equal} of ${results.length} equal`));
        return equal === results.length ? 0 : 1;
      }),
    );
};

function shown(one: Difference): Record<"where" | "before", string> & {
  offset: number;
  line: number;
  expected: string | null;
  found: string | null;
} {
  return { ...one, before: readableBytes(one.before), expected: readable(one.expected), found: readable(one.found) };
}

function readable(bytes: string | null): string | null {
  return bytes === null ? null : readableBytes(bytes);
}

interface RenderOptions extends CommonOptions {
  readonly patch: string;
  readonly kind: string;
  readonly branch: string;
  readonly name?: string;
  readonly into?: string;
  readonly roster?: string;
  readonly config?: string;
  readonly preset: string;
  readonly date?: string;
  readonly base?: string;
}

const registerRender: Register = (notice, run) => {
  withCommonOptions(notice.command("render"))
    .summary("write a notice for a patch file, outside of any tree")
    .description("Print the whole mail, headers included, for a patch file.")
    .addOption(new Option("--patch <file>", "patch file; a series file for the kind uploaded").makeOptionMandatory())
    .addOption(new Option("--kind <kind>", "added, uploaded, or a reason for dropping").default("added"))
    .addOption(new Option("--branch <name>", "branch that it is in").default(""))
    .addOption(new Option("--name <name>", "its file name in the queue, when the file is called otherwise"))
    .addOption(new Option("--into <name>", "branch it was merged into, or patch it was folded into"))
    .addOption(new Option("--roster <file>", "names of the author's patches, one a line, in series order"))
    .addOption(new Option("--date <date>", "when it is sent; old dates give the words of their year"))
    .addOption(new Option("--base <version>", "what the series applies to, for the kind uploaded"))
    .addOption(configOption())
    .addOption(presetOption())
    .action(
      run(async ({ terminal, world }, options: RenderOptions) => {
        const { renderNotice } = await import("#app");
        const { patch, kind, branch, preset } = options;
        const mail = renderNotice(world, {
          patch,
          kind,
          branch,
          preset,
          config: options.config ?? null,
          name: options.name ?? null,
          into: options.into ?? null,
          roster: options.roster ?? null,
          date: options.date ?? null,
          base: options.base ?? null,
        });
        print(terminal, mail, options.json);
        return 0;
      }),
    );
};
