// [mail] of longarm.toml: how mail is read, whom to believe about it, and what no patch may hold.
// Opens no keyring; see docs/formats/longarm-toml.md for the promises.
import * as v from "valibot";
import type { GuardRules, TagSettings } from "#model/postings";
import { DEFAULT_GUARD, DEFAULT_TAG_SETTINGS, sameGuard } from "#model/postings";
import { tagSettings, TagsSchema } from "./config-tags.ts";

/** Whom a tree believes about a mail. */
export interface AttestationSettings {
  /** Hosts whose `Authentication-Results` are shown; empty for the topmost one of each mail. */
  readonly trusted: readonly string[];
  /** Directory of developers' keys in the layout of patatt, absolute or from the tree; null for none. */
  readonly keyring: string | null;
  /** Where the keys of domains come from: `dns`, `none`, or a directory, absolute or from the tree. */
  readonly keys: string;
}

/** The mail settings of a tree. */
export interface MailSettings {
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

/** `[mail]` as written. */
export const MailSchema = v.strictObject({
  compose: v.optional(v.picklist(["ask", "accept"], 'must be "ask" or "accept"')),
  "prefer-lists": v.optional(v.array(Line, "must be a list")),
  tags: v.optional(TagsSchema),
  attestation: v.optional(WrittenAttestation),
  guard: v.optional(WrittenGuard),
});
type Written = v.InferOutput<typeof MailSchema>;

/** The settings of a tree: its own words over those of its preset. */
export function mailSettings(written: Written | undefined, preset: Written | undefined): MailSettings {
  const attestation = { ...preset?.attestation, ...written?.attestation };
  return {
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
