// Lints: a Fixes: has the right form, and names a commit that exists, by its own subject, and that will keep its id.
import type { ByteString } from "#model/bytes";
import { readableBytes } from "#model/bytes";
import type { Lint, LintedPatch, NamedCommit } from "../lint.ts";
import { MANUAL, valuesOf } from "../lint.ts";

/** A `Fixes:` as written. */
export interface FixesTag {
  /** Digits of a commit id in lower case. */
  readonly id: string;
  /** What stands in quotes; null when nothing does. */
  readonly subject: string | null;
}

const LINK = `${MANUAL}/submitting-patches.html#using-reported-by-tested-by-reviewed-by-suggested-by-and-fixes`;
const TAG = /^(?:commit\s+)?([0-9a-f]{5,64})\b\s*(?:\(\s*"(.*)"\s*\)?|"(.*)"|\((.*)\))?/is;
/** What it should look like, 12 digits or more; a value wrapped by a mailer counts as one line. */
const GOOD = /^[0-9a-f]{12,64} \(".+"\)$/s;

/** The commits that a patch says it fixes; values without an id are none. */
export function fixesTags(values: readonly ByteString[]): FixesTag[] {
  return values.flatMap((value) => {
    const found = TAG.exec(value.trim());
    const subject = found?.[2] ?? found?.[3] ?? found?.[4] ?? null;
    const id = found?.[1]?.toLowerCase();
    return id === undefined ? [] : [{ id, subject: subject === null ? null : folded(readableBytes(subject)) }];
  });
}

export const FIXES = /^fixes$/i;

export const fixesForm: Lint = {
  name: "fixes-form",
  level: "warn",
  explanation:
    'Fixes: takes at least 12 digits of the commit and its subject: 0123456789ab ("part: subject"), on one line however long. Stable trees find what they need by it.',
  link: LINK,
  find(patch) {
    return valuesOf(patch, FIXES).flatMap((value) => {
      const line = folded(readableBytes(value));
      return GOOD.test(line)
        ? []
        : [`has Fixes: ${JSON.stringify(line.slice(0, 120))}, expected 12 digits and ("subject")`];
    });
  },
};

export const fixesUnknown: Lint = {
  name: "fixes-unknown",
  level: "error",
  explanation:
    "The commit that a Fixes: names is not in the source repository: a digit is wrong, it is the id from a branch that was rebased since, or the repository lacks it. Nobody can tell where the fix has to go.",
  link: LINK,
  find: (patch) =>
    named(patch, ({ id }, commit) =>
      commit.kind === "unknown" ? `fixes ${id}, which is no commit of the source repository` : null,
    ),
};

export const fixesSubject: Lint = {
  name: "fixes-subject",
  level: "warn",
  explanation:
    "The quoted subject of a Fixes: is not that of the commit it names. One of the two is wrong, and tools that check one by the other refuse both.",
  link: LINK,
  find: (patch) =>
    named(patch, ({ id, subject }, commit) =>
      commit.kind === "unknown" || subject === null || same(subject, commit.subject)
        ? null
        : `fixes ${id} by the subject "${subject}", but that is "${commit.subject}"`,
    ),
};

export const fixesRebased: Lint = {
  name: "fixes-rebased",
  level: "error",
  explanation:
    "The commit that a Fixes: names is in a branch that is built anew again and again, so its id will be another tomorrow. A fix of a queued patch is folded into it; name a commit of the base or of an upstream branch.",
  link: `${MANUAL}/maintainer-tip.html#ordering-of-commit-tags`,
  find: (patch) =>
    named(patch, ({ id }, commit) =>
      commit.kind === "known" && commit.rebased !== null
        ? `fixes ${id}, which is only in "${commit.rebased}", and that is rebased`
        : null,
    ),
};

function named(patch: LintedPatch, judge: (tag: FixesTag, commit: NamedCommit) => string | null): string[] {
  return fixesTags(valuesOf(patch, FIXES)).flatMap((tag) => {
    const commit = patch.commits.get(tag.id);
    const said = commit === undefined ? null : judge(tag, commit);
    return said === null ? [] : [said];
  });
}

function same(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

/** Without what people leave off and mailers change. */
function plain(subject: string): string {
  return folded(subject)
    .replace(/[.\u2026]+$/, "")
    .toLowerCase();
}

function folded(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
