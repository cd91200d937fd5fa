// Commands that people write into replies: `#longarm hold waiting for v3` at the start of a line. What is quoted never counts,
// nor what stands behind a signature's `-- ` or in a patch. Who may do what is authorize.ts's task.
import type { Problem } from "#model/bytes";

/** What can be asked for. */
export const COMMAND_WORDS = ["drop", "hold", "release", "note", "update"] as const;
export type CommandWord = (typeof COMMAND_WORDS)[number];

export interface MailCommand {
  readonly word: CommandWord;
  /** The rest of the line, trimmed; "" when there is none. */
  readonly text: string;
  /** The line as it was written, from its `#`. */
  readonly line: string;
}

/** More commands in one mail are not read. */
export const MAX_COMMANDS = 20;
/** A longer line is no command; its text would go into the ledger. */
export const MAX_COMMAND_LINE = 1000;
/** Lines that are looked at. */
const MAX_LINES = 100_000;

/**
 * The commands in a mail's text, in order. A line counts when it begins with `#longarm` and a blank, and is not behind what begins
 * a quoted original, a signature or a diff. A `#longarm` with another word is a problem, so that its writer can be told.
 */
export function parseCommands(text: string): {
  readonly commands: readonly MailCommand[];
  readonly problems: readonly Problem[];
} {
  const commands: MailCommand[] = [];
  const problems: Problem[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/, MAX_LINES).entries()) {
    if (END.test(raw)) break;
    const found = /^#longarm(?:[ \t]+(\S+)[ \t]*(.*))?$/i.exec(raw);
    if (!found) continue;
    const line = raw.trim().slice(0, MAX_COMMAND_LINE);
    const word = COMMAND_WORDS.find((one) => one === found[1]?.toLowerCase());
    if (commands.length + problems.length >= MAX_COMMANDS) {
      problems.push({ message: `more than ${MAX_COMMANDS} commands in one mail`, line: index + 1 });
      break;
    }
    if (raw.length > MAX_COMMAND_LINE) problems.push({ message: "the line is too long", line: index + 1 });
    else if (word === undefined)
      problems.push({
        message: `"${visible(line)}" is no command; commands are ${COMMAND_WORDS.join(", ")}`,
        line: index + 1,
      });
    else commands.push({ word, text: visible(found[2] ?? "").trim(), line: visible(line) });
  }
  return { commands, problems };
}

/** Where the writer's own words end: a signature (RFC 3676 section 4.3), an original quoted without marks, a patch. */
const END =
  /^(?:-- ?$|-{2,} ?(?:Original Message|Forwarded message) ?-{2,}|_{20,}$|---$|diff --git |From [0-9a-f]{40} )/i;

/** Control characters go: the text is shown on terminals and in mails. */
function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
}
