// The parts of longarm.toml that say how things leave the tree: [mail.smtp], [mail.commands], [outbox] and [publish].
// Secrets are not among them: a password comes from a command when it is needed.
import * as v from "valibot";
import type { CommandRules } from "#model/commands";
import { COMMAND_WORDS } from "#model/commands";
import type { OutboxRule, Schedule } from "#model/outbox";
import { parseSchedule } from "#model/outbox";

/** How mails leave, for whom, and where branches and patch files are published. */
export interface SendingConfig {
  /** Null when the tree sends no mail. */
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    readonly tls: "starttls" | "tls" | "none";
    readonly user: string | null;
    readonly passwordCommand: string | null;
    /** Address in the envelope; null for that of the mail's `From:`. */
    readonly sender: string | null;
    readonly name: string | null;
    /** Path of a file of certificates, absolute or from the tree. */
    readonly authority: string | null;
  } | null;
  readonly outbox: {
    readonly rules: readonly OutboxRule[];
    /** Archives in which a mail turns up that arrived; paths, absolute or from the tree. */
    readonly archives: readonly string[];
    /** After how long, in milliseconds, a mail that is in none of them did not arrive. */
    readonly settle: number;
  };
  /** Null when the tree publishes nothing; then mails need not wait for it. */
  readonly publish: {
    /** Where the branches go: what git takes for a remote; null when they stay here. */
    readonly remote: string | null;
    /** Where series, patches and ledger go, and to which branch there. */
    readonly queueRemote: string | null;
    readonly queueBranch: string;
    readonly every: Schedule | null;
  } | null;
  readonly commands: CommandRules;
}

const Line = v.pipe(v.string("must be text"), v.regex(/^[^\r\n]*$/, "must be one line"));
const Lines = v.array(Line, "must be a list");
const Every = v.pipe(
  Line,
  v.check((text) => parseSchedule(text) !== null, 'must be like "2 days", "3 working days" or "6 hours"'),
);
const Commands = v.array(
  v.picklist(COMMAND_WORDS, `must be of ${COMMAND_WORDS.map((word) => `"${word}"`).join(", ")}`),
  "must be a list",
);

export const SmtpSchema = v.strictObject({
  host: Line,
  port: v.optional(
    v.pipe(v.number("must be a number"), v.integer("must be a whole number"), v.minValue(1), v.maxValue(65_535)),
  ),
  tls: v.optional(v.picklist(["starttls", "tls", "none"], 'must be "starttls", "tls" or "none"')),
  user: v.optional(Line),
  "password-command": v.optional(Line),
  sender: v.optional(Line),
  name: v.optional(Line),
  authority: v.optional(Line),
});
export const CommandsSchema = v.strictObject({
  authors: v.optional(Commands),
  maintainers: v.optional(Lines),
  trust: v.optional(v.array(v.picklist(["dkim", "archive"], 'must be of "dkim", "archive"'), "must be a list")),
  servers: v.optional(Lines),
});
export const OutboxSchema = v.strictObject({
  archives: v.optional(Lines),
  settle: v.optional(Every),
  rule: v.optional(
    v.array(
      v.strictObject({
        to: v.optional(Line),
        kind: v.optional(Line),
        patch: v.optional(Line),
        posting: v.optional(Line),
        do: v.picklist(["send", "hold", "suppress", "digest"], 'must be "send", "hold", "suppress" or "digest"'),
      }),
    ),
  ),
});
export const PublishSchema = v.strictObject({
  remote: v.optional(Line),
  "queue-remote": v.optional(Line),
  "queue-branch": v.optional(Line),
  every: v.optional(Every),
});

/** What may be written; a preset may write it, too. */
export interface SendingWritten {
  readonly smtp?: v.InferOutput<typeof SmtpSchema> | undefined;
  readonly commands?: v.InferOutput<typeof CommandsSchema> | undefined;
  readonly outbox?: v.InferOutput<typeof OutboxSchema> | undefined;
  readonly publish?: v.InferOutput<typeof PublishSchema> | undefined;
}

/** Submission with STARTTLS, RFC 6409; TLS from the first byte, RFC 8314; relay. */
const PORTS = { starttls: 587, tls: 465, none: 25 } as const;
const HOUR = 3_600_000;

/** The configuration, the tree's keys laid over the preset's. `maintainer` is `Name <address>`. */
export function sendingConfig(written: SendingWritten, preset: SendingWritten, maintainer: string): SendingConfig {
  const smtp = written.smtp ?? preset.smtp;
  const tls = smtp?.tls ?? "starttls";
  const outbox = { ...preset.outbox, ...written.outbox };
  const publish = written.publish ?? preset.publish;
  const commands = { ...preset.commands, ...written.commands };
  const settle = parseSchedule(outbox.settle ?? "");
  return {
    smtp:
      smtp === undefined
        ? null
        : {
            host: smtp.host,
            port: smtp.port ?? PORTS[tls],
            tls,
            user: smtp.user ?? null,
            passwordCommand: smtp["password-command"] ?? null,
            sender: smtp.sender ?? null,
            name: smtp.name ?? null,
            authority: smtp.authority ?? null,
          },
    outbox: {
      rules: (outbox.rule ?? []).map((rule) => ({
        to: rule.to ?? null,
        kind: rule.kind ?? null,
        patch: rule.patch ?? null,
        posting: rule.posting ?? null,
        verdict: rule.do,
      })),
      archives: outbox.archives ?? [],
      settle:
        settle === null
          ? HOUR
          : settle.count * (settle.unit === "minute" ? 60_000 : settle.unit === "hour" ? HOUR : 24 * HOUR),
    },
    publish:
      publish === undefined
        ? null
        : {
            remote: publish.remote ?? null,
            queueRemote: publish["queue-remote"] ?? null,
            queueBranch: publish["queue-branch"] ?? "main",
            every: parseSchedule(publish.every ?? ""),
          },
    commands: {
      authors: commands.authors ?? ["hold", "release", "note"],
      maintainers: commands.maintainers ?? [maintainer.replace(/^.*<|>.*$/g, "")],
      trust: commands.trust ?? ["dkim"],
      servers: commands.servers ?? [],
    },
  };
}
