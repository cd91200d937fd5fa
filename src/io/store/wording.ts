// How a tree writes its patch files and its notices: the tables [patches] and [notices], and what they were before a day
// ([[version]]), laid over a preset. Not the other tables; those are config.ts.
import * as v from "valibot";
import type { NoticeTemplates } from "#model/notices";
import { checkTemplates } from "#model/notices";
import { parseAddresses } from "#model/mail";
import type { TrailerOrder } from "#model/queue";
import type { Fail } from "./config-text.ts";

/** How `add` writes a patch file. */
export interface PatchSettings {
  /** `noted`: `a/PATH~NAME` without git's lines, as -mm style queues have; `git`: the diff as it came. */
  readonly diff: "noted" | "git";
  /** Fold the cover letter into the first patch of a series. */
  readonly foldCover: boolean;
  /** Keep the cover letter as a file behind its patches, which a build makes the merge commit of them. */
  readonly mergeCover: boolean;
  /** Begins the `Link:` trailer of a mailed patch; the Message-ID follows. Empty for none. */
  readonly link: string;
  readonly trailers: TrailerOrder;
  /** For the order `b4`: globs of keys that sort what stands below the last sign-off. */
  readonly trailerSorting: readonly string[];
  /** Add the maintainer's `Signed-off-by:`. */
  readonly signOff: boolean;
  /** The patch file's head: which of `From`, `Subject`, `Date`, in this order. */
  readonly header: readonly ("From" | "Subject" | "Date")[];
  /** Whom of the mail's To and Cc a `Cc:` trailer is added for: nobody, or all that no trailer names, by name or in the mail's order. */
  readonly cc: "none" | "by-name" | "as-mailed";
  /** Addresses that get no added `Cc:`; `*` stands for any run of chars. */
  readonly ccExclude: readonly string[];
  /** Addresses that get one although `ccExclude` fits them. */
  readonly ccKeep: readonly string[];
  /** Quote a name with dots or parentheses in an added `Cc:`, as RFC 5322 wants it; always where a comma is in it. */
  readonly ccQuote: boolean;
  /** What the maintainer calls people in an added `Cc:`, by address in lower case. */
  readonly names: Readonly<Record<string, string>>;
  /** Write the first word of a title behind its last prefix in lower case. */
  readonly lowerTitle: boolean;
  /** Quote names with dots and parentheses in the `From:` line, as RFC 5322 wants it and mailers write it. */
  readonly quoteNames: boolean;
}

/** What can be said differently in different years. */
export interface Wording {
  readonly patches: PatchSettings;
  /** Null when the tree sends no notices. */
  readonly notices: NoticeTemplates | null;
}

/** The wording of mails before a moment. */
export interface DatedWording extends Wording {
  /** Milliseconds since 1970; the first moment to which it does not apply. */
  readonly until: number;
}

const Text = v.string("must be text");
const Line = v.pipe(v.string("must be text"), v.regex(/^[^\r\n]*$/, "must be one line"));
const Lines = v.array(Line, "must be a list");
const Flag = v.boolean("must be true or false");
const Mail = v.strictObject({ subject: Text, body: Text });
const Digest = v.strictObject({ subject: Text, body: Text, line: Text });

const Patches = v.strictObject({
  diff: v.optional(v.picklist(["noted", "git"], 'must be "noted" or "git"')),
  "merge-cover": v.optional(Flag),
  "fold-cover": v.optional(Flag),
  link: v.optional(Line),
  trailers: v.optional(v.picklist(["mm", "b4"], 'must be "mm" or "b4"')),
  "trailer-sorting": v.optional(Lines),
  "sign-off": v.optional(Flag),
  header: v.optional(
    v.array(v.picklist(["From", "Subject", "Date"], 'must be "From", "Subject" or "Date"'), "must be a list"),
  ),
  cc: v.optional(v.picklist(["none", "by-name", "as-mailed"], 'must be "none", "by-name" or "as-mailed"')),
  "cc-exclude": v.optional(Lines),
  "cc-keep": v.optional(Lines),
  "cc-quote": v.optional(Flag),
  names: v.optional(v.record(Line, Line)),
  "lower-title": v.optional(Flag),
  "quote-names": v.optional(Flag),
});

const Notices = v.strictObject({
  sender: v.optional(Line),
  list: v.optional(Line),
  archive: v.optional(Line),
  host: v.optional(Line),
  exclude: v.optional(Lines),
  words: v.optional(v.record(Text, Text)),
  headers: v.optional(Lines),
  to: v.optional(
    v.strictObject({
      order: v.optional(Lines),
      sort: v.optional(
        v.picklist(["ascending", "descending", "by-bytes"], 'must be "ascending", "descending" or "by-bytes"'),
      ),
      separator: v.optional(Line),
    }),
  ),
  listed: v.optional(Line),
  added: v.optional(Mail),
  removed: v.optional(Mail),
  uploaded: v.optional(Mail),
  digest: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(0, "must be 0 or more"),
      v.maxValue(10_000, "must be 10000 or less"),
    ),
  ),
  digests: v.optional(v.record(Text, Digest)),
  extra: v.optional(v.record(Text, Text)),
  reasons: v.optional(v.record(Text, v.strictObject({ tag: Line, reason: Text }))),
});

/** The tables of this file, as written; for config.ts's schema. */
export const WORDING_TABLES = {
  patches: v.optional(Patches),
  notices: v.optional(Notices),
  version: v.optional(
    v.array(
      v.strictObject({
        until: v.pipe(v.string("must be text"), v.isoDate('must be a day, as "2022-05-01"')),
        patches: v.optional(Patches),
        notices: v.optional(Notices),
      }),
      "must be a list",
    ),
  ),
};

/** The same, with everything that a file may leave out. */
export interface WrittenWording {
  readonly patches?: v.InferOutput<typeof Patches> | undefined;
  readonly notices?: v.InferOutput<typeof Notices> | undefined;
  readonly version?: readonly (WrittenWording & { readonly until: string })[] | undefined;
}

/**
 * Today's wording, and those of before, oldest first. What a file says for today is laid over all of its preset, old versions
 * included: a tree's own words never give way to those that its preset once had.
 */
export function wordingsOf(
  written: WrittenWording,
  preset: WrittenWording,
  maintainer: string,
  fail: Fail,
): { readonly today: Wording; readonly versions: readonly DatedWording[] } {
  const days = [...new Set([...(written.version ?? []), ...(preset.version ?? [])].map(({ until }) => until))].sort();
  const at = (day: string | null): Wording => {
    const layers = [...layersOf(preset, day), ...layersOf(written, day)];
    return { patches: patchesOf(layers), notices: noticesOf(layers, maintainer, fail) };
  };
  return { today: at(null), versions: days.map((day) => ({ until: Date.parse(day), ...at(day) })) };
}

/** The wording for a mail of that moment, milliseconds since 1970. */
export function wordingAt(config: Wording & { readonly versions: readonly DatedWording[] }, time: number): Wording {
  return config.versions.find(({ until }) => time < until) ?? config;
}

/** What a file says, today's first; for mails of before `day` also the versions that held until then or longer, newest first. */
function layersOf(file: WrittenWording, day: string | null): WrittenWording[] {
  const older = day === null ? [] : (file.version ?? []).filter(({ until }) => until >= day);
  return [file, ...older.toSorted((a, b) => (a.until < b.until ? 1 : a.until > b.until ? -1 : 0))];
}

function patchesOf(layers: readonly WrittenWording[]): PatchSettings {
  const said = Object.assign({}, ...layers.map(({ patches }) => patches)) as NonNullable<WrittenWording["patches"]>;
  return {
    diff: said.diff ?? "git",
    foldCover: (said["fold-cover"] ?? false) && !(said["merge-cover"] ?? false),
    mergeCover: said["merge-cover"] ?? false,
    link: said.link ?? "",
    trailers: said.trailers ?? "b4",
    trailerSorting: said["trailer-sorting"] ?? [],
    signOff: said["sign-off"] ?? false,
    header: said.header ?? ["From", "Subject", "Date"],
    cc: said.cc ?? "none",
    ccExclude: said["cc-exclude"] ?? [],
    ccKeep: said["cc-keep"] ?? [],
    ccQuote: said["cc-quote"] ?? false,
    names: Object.assign({}, ...layers.map(({ patches }) => patches?.names)) as Record<string, string>,
    lowerTitle: said["lower-title"] ?? false,
    quoteNames: said["quote-names"] ?? false,
  };
}

function noticesOf(layers: readonly WrittenWording[], maintainer: string, fail: Fail): NoticeTemplates | null {
  const tables = layers.flatMap(({ notices }) => (notices === undefined ? [] : [notices]));
  const said = Object.assign({}, ...tables) as NonNullable<WrittenWording["notices"]>;
  const { added, removed } = said;
  if (added === undefined || removed === undefined) return null;
  const merged = <Key extends "words" | "to" | "digests" | "extra" | "reasons">(
    key: Key,
  ): NonNullable<(typeof said)[Key]> =>
    Object.assign({}, ...tables.map((table) => table[key])) as NonNullable<(typeof said)[Key]>;
  const sender = said.sender ?? maintainer;
  const address =
    parseAddresses(sender)[0]?.address ??
    fail(`"notices.sender" is no address: "${sender}"`, 'write sender = "Name <address>"');
  const to = merged("to");
  const templates: NoticeTemplates = {
    sender,
    list: said.list ?? address,
    archive: said.list ?? said.archive ?? address,
    host: said.host ?? address.replace(/^.*@/, ""),
    exclude: said.exclude ?? [],
    words: merged("words"),
    headers: said.headers ?? ["Date", "To", "From", "Subject", "Message-Id"],
    to: {
      order: to.order ?? ["list", "people", "author", "sender"],
      sort: to.sort ?? "descending",
      separator: to.separator ?? ",",
    },
    listed: said.listed ?? "{name}",
    added,
    removed,
    uploaded: said.uploaded ?? null,
    digest: said.digest ?? 0,
    digests: merged("digests"),
    extra: merged("extra"),
    reasons: merged("reasons"),
  };
  const [problem] = checkTemplates(templates);
  if (problem) fail(`[notices]: ${problem.message}`, "docs/formats/longarm-toml.md lists the placeholders");
  return templates;
}
