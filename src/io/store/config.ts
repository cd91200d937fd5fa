// longarm.toml: read, checked and laid over its preset. Presets are data (presets/*.toml); nothing here knows one by name.
// See docs/formats/longarm-toml.md for the promises.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import * as v from "valibot";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, fromByteString, textOf, UserError } from "#model/bytes";
import type { BranchSpec, EnterRules } from "#model/branches";
import { NO_RULES } from "#model/branches";
import type { NoticeTemplates } from "#model/notices";
import { parseAddresses } from "#model/mail";
import type { BranchName } from "#model/queue";
import { parseBranchName } from "#model/queue";
import { MailSchema, mailSettings } from "./mail-settings.ts";
import type { MailSettings } from "./mail-settings.ts";
import type { DatedWording, PatchSettings, Wording } from "./wording.ts";
import { WORDING_TABLES, wordingsOf } from "./wording.ts";

/** A tree's configuration, complete and checked. */
export interface TreeConfig {
  readonly preset: string;
  readonly source: {
    /** Path of the source repository as written: absolute, or relative to the tree. */
    readonly repository: string;
    /** Commit id of the base. */
    readonly base: string;
  };
  /** Committer of every commit and signer of every patch, `Name <address>`. */
  readonly maintainer: string;
  /** Bottom first. */
  readonly branches: readonly TreeBranch[];
  /** Where `add` puts a patch when nothing else is said. */
  readonly entry: string;
  /** Most context lines that a hunk may miss at each end. */
  readonly fuzz: number;
  /** Whether a patch whose hunks do not fit may be merged three-way. */
  readonly merge: boolean;
  /** How `add` writes a patch file. */
  readonly patches: PatchSettings;
  /** Whom to believe about a mail, and what no patch may hold. */
  readonly mail: MailSettings;
  /** Null when the tree sends no notices. */
  readonly notices: NoticeTemplates | null;
  /** How both were said before, oldest first; `wordingAt` finds those of a moment. */
  readonly versions: readonly DatedWording[];
}

/** A branch with what the life of its patches needs. */
export interface TreeBranch extends BranchSpec {
  /** The branch that its patches are promoted from; null when none are. */
  readonly from: BranchName | null;
  /** What is announced of a patch that moves into it: `added`, one of the tree's reasons, or null for nothing. */
  readonly announce: string | null;
  readonly enter: EnterRules;
}

const Line = v.pipe(v.string("must be text"), v.regex(/^[^\r\n]*$/, "must be one line"));

const Flag = v.optional(v.boolean("must be true or false"), false);
const Count = v.optional(
  v.pipe(
    v.number("must be a number"),
    v.integer("must be a whole number"),
    v.minValue(0, "must be 0 or more"),
    v.maxValue(10_000, "must be 10000 or less"),
  ),
  0,
);
const Branch = v.strictObject({
  name: Line,
  start: v.optional(Line),
  from: v.optional(Line),
  announce: v.optional(Line),
  enter: v.optional(
    v.strictObject({
      "signed-off": Flag,
      reviews: Count,
      days: Count,
      folded: Flag,
      "tags-taken": Flag,
      "no-mismatch": Flag,
      checks: v.optional(v.array(Line, "must be a list"), []),
    }),
  ),
});

/** The file as written: everything may be missing that a preset may give. */
const Schema = v.strictObject({
  preset: v.optional(Line, "plain"),
  maintainer: v.optional(Line),
  source: v.optional(v.strictObject({ repository: Line, base: Line })),
  entry: v.optional(Line),
  apply: v.optional(
    v.strictObject({
      fuzz: v.optional(
        v.pipe(
          v.number("must be a number"),
          v.integer("must be a whole number"),
          v.minValue(0, "must be 0 or more"),
          v.maxValue(100, "must be 100 or less"),
        ),
      ),
      merge: v.optional(v.boolean("must be true or false")),
    }),
  ),
  branch: v.optional(v.array(Branch)),
  ...WORDING_TABLES,
  mail: v.optional(MailSchema),
});
type Written = v.InferOutput<typeof Schema>;

/** The names of the presets that this installation has. */
export function presetNames(presetsDir: string): string[] {
  return readdirSync(presetsDir)
    .filter((name) => name.endsWith(".toml"))
    .map((name) => name.slice(0, -".toml".length))
    .sort();
}

/** The configuration in `text`, laid over its preset. Throws UserError naming `file`, the key and what is wrong with it. */
export function parseConfig(text: string, file: string, presetsDir: string): TreeConfig {
  const written = check(parseToml(text, file), file);
  return complete(written, readPreset(written.preset, file, presetsDir), file);
}

function readPreset(name: string, file: string, presetsDir: string): Written {
  const names = presetNames(presetsDir);
  if (!names.includes(name)) {
    throw new UserError(`${file}: unknown preset "${name}"`, {
      hint: `presets of this installation: ${names.join(", ")}`,
    });
  }
  const presetFile = join(presetsDir, `${name}.toml`);
  return check(parseToml(readFileSync(presetFile, "utf8"), presetFile), presetFile);
}

function failIn(file: string): Fail {
  return (message, hint) => {
    throw new UserError(`${file}: ${message}`, { hint });
  };
}

/**
 * The wording of a configuration file on its own, or of a preset, for mails that no tree sends: nothing but the preset, the
 * maintainer, [patches], [notices] and [[version]] is read. `text` is null for the preset alone.
 */
export function readWording(
  text: string | null,
  file: string,
  presetsDir: string,
  fallback: { readonly preset: string; readonly maintainer: string },
): Wording & { readonly versions: readonly DatedWording[]; readonly maintainer: string } {
  const written = check(parseToml(text ?? `preset = ${JSON.stringify(fallback.preset)}`, file), file);
  const maintainer = written.maintainer ?? fallback.maintainer;
  const { today, versions } = wordingsOf(
    written,
    readPreset(written.preset, file, presetsDir),
    maintainer,
    failIn(file),
  );
  return { ...today, versions, maintainer };
}

/** Places in a configuration that are tried for the base. */
const MAX_PLACES = 1000;

/**
 * The configuration with another base, every other byte as it is: of the texts in quotes that say the old base, the one whose
 * replacement changes `source.base` and nothing else. Throws UserError where there is none, such as a base with escapes in it.
 */
export function withBase(config: Bytes, file: string, base: string): Bytes {
  const written = byteString(config);
  const before = parseToml(textOf(config), file) as Written;
  const old = before.source?.base ?? "";
  const wanted = JSON.stringify({ ...before, source: { ...before.source, base } });
  let at = -1;
  for (let place = 0; place < MAX_PLACES; place++) {
    const quoted = ['"', "'"].map((quote) => `${quote}${byteString(bytesOf(old))}${quote}`);
    const places = quoted.map((text) => written.indexOf(text, at + 1)).filter((found) => found >= 0);
    if (places.length === 0) break;
    at = Math.min(...places);
    const end = at + 1 + bytesOf(old).length;
    const changed = fromByteString(written.slice(0, at + 1) + byteString(bytesOf(base)) + written.slice(end));
    if (JSON.stringify(tryToml(textOf(changed))) === wanted) return changed;
  }
  throw new UserError(`cannot find the base "${old}" in ${file} to replace it`, {
    hint: `write base = "${old}" on a line of its own below [source], then run the command again`,
  });
}

function tryToml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

function parseToml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const reason = cause.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "not TOML";
    throw new UserError(`${file}:${cause.line}:${cause.column}: ${reason}`, {
      hint: "mend the file and run the command again",
      cause,
    });
  }
}

function check(value: unknown, file: string): Written {
  const result = v.safeParse(Schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = issue.path?.map((step) => String(step.key)).join(".") ?? "";
  const problem =
    issue.type !== "strict_object"
      ? issue.message
      : issue.expected === "never"
        ? "unknown key"
        : "must be a table with its keys";
  throw new UserError(`${file}: ${key === "" ? "" : `"${key}": `}${problem}`, {
    hint: "docs/formats/longarm-toml.md lists every key",
  });
}

function complete(written: Written, preset: Written, file: string): TreeConfig {
  const fail: Fail = failIn(file);
  const source =
    written.source ?? fail('"source" is missing', 'write [source] with repository = "PATH" and base = "COMMIT"');
  const maintainer = written.maintainer ?? fail('"maintainer" is missing', 'write maintainer = "Name <address>"');
  if (parseAddresses(maintainer).length !== 1)
    fail(`"maintainer" is no address: "${maintainer}"`, 'write maintainer = "Name <address>"');
  const branches = branchesOf(written.branch ?? preset.branch ?? [], fail);
  const entry = written.entry ?? preset.entry ?? branches[0]?.name ?? "";
  if (!branches.some(({ name }) => name === entry))
    fail(`"entry" is no branch of this tree: "${entry}"`, "name one of its branches");
  const { today, versions } = wordingsOf(written, preset, maintainer, fail);
  const { notices } = today;
  for (const { name, announce } of branches) {
    if (announce === null || announce === "added" || notices === null || Object.hasOwn(notices.reasons, announce))
      continue;
    fail(
      `branch "${name}" announces "${announce}", which is no notice of this tree`,
      'write "added" or one of [notices.reasons]',
    );
  }
  return {
    preset: written.preset,
    source,
    maintainer,
    branches,
    entry,
    fuzz: written.apply?.fuzz ?? preset.apply?.fuzz ?? 2,
    merge: written.apply?.merge ?? preset.apply?.merge ?? true,
    ...today,
    versions,
    mail: mailSettings(written.mail, preset.mail, fail),
  };
}

type Fail = (message: string, hint: string) => never;

function branchesOf(written: NonNullable<Written["branch"]>, fail: Fail): TreeBranch[] {
  if (written.length === 0) fail("no branch is declared", 'write [[branch]] with name = "NAME"');
  const names = new Map<string, BranchName>();
  const branches: TreeBranch[] = [];
  for (const { name } of written) {
    const parsed = parseBranchName(name) ?? fail(`"${name}" cannot be a branch name`, "use a name that git accepts");
    if (names.has(parsed)) fail(`branch "${name}" is declared twice`, "give each branch one name");
    names.set(parsed, parsed);
  }
  for (const { name, start, from, announce, enter } of written) {
    const begins = start === undefined || start === "base" ? null : branches.find((one) => one.name === start)?.name;
    if (begins === undefined) {
      fail(
        `branch "${name}" starts at "${start}", which is no earlier branch`,
        'start it at "base" or at a branch declared above it',
      );
    }
    if (from !== undefined && (from === name || !names.has(from))) {
      fail(`branch "${name}" takes patches from "${from}", which is no other branch`, "name a branch of this tree");
    }
    branches.push({
      name: names.get(name) ?? fail(`"${name}" cannot be a branch name`, "use a name that git accepts"),
      start: begins ?? null,
      from: (from === undefined ? null : names.get(from)) ?? null,
      announce: announce ?? null,
      enter: enter === undefined ? NO_RULES : rulesOf(enter),
    });
  }
  return branches;
}

function rulesOf(enter: NonNullable<v.InferOutput<typeof Branch>["enter"]>): EnterRules {
  const { reviews, days, folded, checks } = enter;
  return {
    signedOff: enter["signed-off"],
    reviews,
    days,
    folded,
    tagsTaken: enter["tags-taken"],
    noMismatch: enter["no-mismatch"],
    checks,
  };
}
