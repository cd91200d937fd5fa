// [mail] of longarm.toml: how mail is read, whom to believe about it, and what no patch may hold.
// Opens no keyring; see docs/formats/longarm-toml.md for the promises.
import * as v from "valibot";
import { CommandsSchema, SmtpSchema } from "./config-sending.ts";
import type { GuardRules, TagSettings } from "#model/postings";
import { DEFAULT_GUARD, DEFAULT_TAG_SETTINGS, sameGuard } from "#model/postings";
import { tagSettings, TagsSchema } from "./config-tags.ts";
import type { Fail } from "./config-text.ts";

/** Whom a tree believes about a mail. */
export interface AttestationSettings {
  /** Hosts whose `Authentication-Results` are shown; empty for the topmost one of each mail. */
  readonly trusted: readonly string[];
  /** Directory of developers' keys in the layout of patatt, absolute or from the tree; null for none. */
  readonly keyring: string | null;
  /** Where the keys of domains come from: `dns`, `none`, or a directory, absolute or from the tree. */
  readonly keys: string;
}

/** An archive of mail. */
export interface ArchiveConfig {
  /** As it is called at the command line and in results; unique. */
  readonly name: string;
  /** Path as written, absolute or relative to the tree, or an address with a scheme. */
  readonly place: string;
  /** List-Id of those of its mails that have none; null for none. */
  readonly list: string | null;
  /** Keep a copy of every mail even where the archive gives it again. */
  readonly keep: boolean;
  /** Where the password of the address's user is; null for none. */
  readonly password: { readonly kind: "command" | "variable" | "file"; readonly text: string } | null;
  /** PEM file with the certificates to trust, absolute or from the tree; null for the public ones. */
  readonly ca: string | null;
}

/** The mail settings of a tree. */
export interface MailSettings {
  /** Archives that `mail sync` reads. */
  readonly archives: readonly ArchiveConfig[];
  /** What `add` does with a composition that its senders are certain about: ask a person, or take it. */
  readonly compose: "ask" | "accept";
  /** Patterns of List-Id values, best first: which copy of a mail that came by several lists is read. */
  readonly preferLists: readonly string[];
  /** Which tags of replies count. */
  readonly tags: TagSettings;
  readonly attestation: AttestationSettings;
  readonly guard: GuardRules;
}

/** Without a tree, or without a word of it. */
export const DEFAULT_MAIL: MailSettings = {
  archives: [],
  compose: "ask",
  preferLists: [],
  tags: DEFAULT_TAG_SETTINGS,
  attestation: { trusted: [], keyring: null, keys: "dns" },
  guard: DEFAULT_GUARD,
};

const Line = v.pipe(v.string("must be text"), v.regex(/^[^\r\n]+$/, "must be one line"));
const Action = v.picklist(["refuse", "warn", "off"], 'must be "refuse", "warn" or "off"');

const WrittenAttestation = v.strictObject({
  trusted: v.optional(v.array(Line, "must be a list")),
  keyring: v.optional(Line),
  keys: v.optional(Line),
});

/** One action for everything, or one for each class. */
const WrittenGuard = v.union(
  [
    Action,
    v.strictObject({
      control: v.optional(Action),
      bidi: v.optional(Action),
      tag: v.optional(Action),
      invisible: v.optional(Action),
      "soft-hyphen": v.optional(Action),
      homoglyph: v.optional(Action),
    }),
  ],
  'must be "refuse", "warn" or "off", or a table of classes with one of these each',
);

const WrittenArchive = v.union(
  [
    Line,
    v.strictObject({
      name: v.optional(Line),
      path: v.optional(Line),
      url: v.optional(Line),
      list: v.optional(Line),
      keep: v.optional(v.boolean("must be true or false")),
      "password-command": v.optional(Line),
      "password-variable": v.optional(Line),
      "password-file": v.optional(Line),
      ca: v.optional(Line),
    }),
  ],
  'must be a path, an address, or a table with "path" or "url"',
);

/** `[mail]` as written. */
export const MailSchema = v.strictObject({
  archives: v.optional(v.array(WrittenArchive, "must be a list")),
  compose: v.optional(v.picklist(["ask", "accept"], 'must be "ask" or "accept"')),
  "prefer-lists": v.optional(v.array(Line, "must be a list")),
  tags: v.optional(TagsSchema),
  attestation: v.optional(WrittenAttestation),
  guard: v.optional(WrittenGuard),
  smtp: v.optional(SmtpSchema),
  commands: v.optional(CommandsSchema),
});
type Written = v.InferOutput<typeof MailSchema>;

/** The settings of a tree: its own words over those of its preset. */
export function mailSettings(written: Written | undefined, preset: Written | undefined, fail: Fail): MailSettings {
  const attestation = { ...preset?.attestation, ...written?.attestation };
  return {
    archives: archivesOf(written?.archives ?? preset?.archives ?? [], fail),
    compose: written?.compose ?? preset?.compose ?? DEFAULT_MAIL.compose,
    preferLists: written?.["prefer-lists"] ?? preset?.["prefer-lists"] ?? DEFAULT_MAIL.preferLists,
    tags: tagSettings(written?.tags, preset?.tags),
    attestation: {
      trusted: attestation.trusted ?? DEFAULT_MAIL.attestation.trusted,
      keyring: attestation.keyring ?? DEFAULT_MAIL.attestation.keyring,
      keys: attestation.keys ?? DEFAULT_MAIL.attestation.keys,
    },
    guard: laidOver(written?.guard, laidOver(preset?.guard, DEFAULT_GUARD)),
  };
}

function laidOver(guard: Written["guard"], below: GuardRules): GuardRules {
  if (guard === undefined) return below;
  if (typeof guard === "string") return sameGuard(guard);
  const said = Object.entries(guard).filter(([, action]) => action !== undefined);
  return { ...below, ...(Object.fromEntries(said) as Partial<GuardRules>) };
}

function archivesOf(written: NonNullable<Written["archives"]>, fail: Fail): ArchiveConfig[] {
  const archives: ArchiveConfig[] = [];
  for (const one of written) {
    const table = typeof one === "string" ? { path: one } : one;
    const { name, path, url, list, keep = false, ca } = table;
    const place = path ?? url ?? "";
    if (place === "" || (path !== undefined && url !== undefined))
      fail(`archive "${name ?? place}" has no place, or two`, 'write path = "PATH" or url = "ADDRESS" in its table');
    // A password in an address is nobody's business who reads a list of archives.
    const shown = name ?? place.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
    if (archives.some((other) => other.name === shown))
      fail(`two archives are called "${shown}"`, 'give each of them another name = "NAME"');
    const passwords = (["command", "variable", "file"] as const).flatMap((kind) => {
      const text = table[`password-${kind}`];
      return text === undefined ? [] : [{ kind, text }];
    });
    if (passwords.length > 1)
      fail(
        `archive "${shown}" has several places of its password`,
        "write one of password-command, password-variable, password-file",
      );
    archives.push({ name: shown, place, list: list ?? null, keep, password: passwords[0] ?? null, ca: ca ?? null });
  }
  return archives;
}
