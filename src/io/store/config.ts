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
import { mailSettings } from "./mail-settings.ts";
import type { Written } from "./config-schema.ts";
import { Schema } from "./config-schema.ts";
import type { MailSettings } from "./mail-settings.ts";
import type { DatedWording, PatchSettings, Wording } from "./wording.ts";
import { wordingsOf } from "./wording.ts";
import type { SendingConfig } from "./config-sending.ts";
import { sendingConfig } from "./config-sending.ts";

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
  /** Branches that are merges, in the order of the file. */
  readonly merges: readonly MergeSpec[];
  /** Trees of others, that a merge may take in. */
  readonly trees: readonly OtherTree[];
  /** What `merge-check` tries when nothing is named. */
  readonly mergeCheck: {
    /** Branches and merges of this tree. */
    readonly branches: readonly BranchName[];
    /** Names of other trees. */
    readonly trees: readonly string[];
    /** A file with more trees, as linux-next keeps them; absolute or from the tree. Null for none. */
    readonly list: string | null;
  };
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
  /** Levels of lints by name, as written; what the names are is known to checks/lint. */
  readonly lint: Readonly<Record<string, string>>;
  /** Branches of others in the source repository, in which queued patches may turn up. */
  readonly watch: readonly WatchedRef[];
  /** Null when the tree sends no notices. */
  readonly notices: NoticeTemplates | null;
  /** How both were said before, oldest first; `wordingAt` finds those of a moment. */
  readonly versions: readonly DatedWording[];
  /** How mails, branches and patch files leave the tree. */
  readonly sending: SendingConfig;
}

/** A branch of somebody else. */
export interface WatchedRef {
  /** A revision of the source repository: `linus/master`, `refs/heads/upstream`. */
  readonly ref: string;
  /** What `--fetch` fetches before it looks; null for the remote that `ref` begins with, if there is one. */
  readonly remote: string | null;
}

/** A branch that has no patches of its own: others are merged into it, one after the other. */
export interface MergeSpec {
  readonly name: BranchName;
  /** Where it begins: at the base, or at the end of a branch. */
  readonly start: BranchName | null;
  /** In the order in which they are merged. */
  readonly parts: readonly MergePart[];
}

export type MergePart =
  { readonly kind: "branch"; readonly name: BranchName } | { readonly kind: "tree"; readonly tree: OtherTree };

/** A branch of a repository of somebody else. */
export interface OtherTree {
  readonly name: string;
  /** What git fetches from: a URL, or a path from the source repository. */
  readonly url: string;
  readonly branch: string;
}

/** A branch with what the life of its patches needs. */
export interface TreeBranch extends BranchSpec {
  /** The branch that its patches are promoted from; null when none are. */
  readonly from: BranchName | null;
  /** What is announced of a patch that moves into it: `added`, one of the tree's reasons, or null for nothing. */
  readonly announce: string | null;
  /** Whether it may be rewritten once it is public. */
  readonly rebase: boolean;
  readonly enter: EnterRules;
  /** Levels of lints that hold for its patches, laid over the tree's. */
  readonly lint: Readonly<Record<string, string>>;
}

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
  const trees = treesOf(written.tree ?? preset.tree ?? [], fail);
  // A tree with branches of its own has no use for a merge of the preset's.
  const merging = written.merge ?? (written.branch === undefined ? preset.merge : []) ?? [];
  const merges = mergesOf(merging, branches, trees, fail);
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
    merges,
    trees,
    mergeCheck: mergeCheckOf(written["merge-check"] ?? preset["merge-check"] ?? {}, { branches, merges, trees }, fail),
    entry,
    fuzz: written.apply?.fuzz ?? preset.apply?.fuzz ?? 2,
    merge: written.apply?.merge ?? preset.apply?.merge ?? true,
    ...today,
    versions,
    lint: { ...preset.lint, ...written.lint },
    watch: (written.watch ?? preset.watch ?? []).map(({ ref, remote }) => ({ ref, remote: remote ?? null })),
    mail: mailSettings(written.mail, preset.mail, fail),
    sending: sendingConfig({ ...written, ...written.mail }, { ...preset, ...preset.mail }, maintainer),
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
  for (const { name, start, from, announce, rebase, enter, lint } of written) {
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
      rebase: rebase ?? true,
      enter: enter === undefined ? NO_RULES : rulesOf(enter),
      lint: lint ?? {},
    });
  }
  return branches;
}

function treesOf(written: NonNullable<Written["tree"]>, fail: Fail): OtherTree[] {
  const names = new Set<string>();
  for (const { name, url, branch } of written) {
    // The name becomes part of a ref, and the others are arguments of git.
    if (parseBranchName(name) === null) fail(`"${name}" cannot be the name of a tree`, "use a name that git accepts");
    if (names.has(name)) fail(`tree "${name}" is declared twice`, "give each tree one name");
    if (url === "" || url.startsWith("-")) fail(`tree "${name}" has no URL: "${url}"`, "write what git fetches from");
    if (parseBranchName(branch) === null)
      fail(`tree "${name}" has no branch "${branch}"`, "use a name that git accepts");
    names.add(name);
  }
  return written.map(({ name, url, branch }) => ({ name, url, branch }));
}

function mergesOf(
  written: NonNullable<Written["merge"]>,
  branches: readonly TreeBranch[],
  trees: readonly OtherTree[],
  fail: Fail,
): MergeSpec[] {
  const merges: MergeSpec[] = [];
  const known = (name: string): BranchName | undefined =>
    [...branches, ...merges].find((branch) => branch.name === name)?.name;
  for (const { name, start, of } of written) {
    const parsed = parseBranchName(name) ?? fail(`"${name}" cannot be a branch name`, "use a name that git accepts");
    if (known(name) !== undefined) fail(`branch "${name}" is declared twice`, "give each branch one name");
    const begins = start === undefined || start === "base" ? null : known(start);
    if (begins === undefined) {
      fail(
        `merge "${name}" starts at "${start}", which is no branch above it`,
        'start it at "base" or at a branch of this tree',
      );
    }
    const parts = of.map((part): MergePart => {
      const branch = known(part);
      const tree = trees.find((one) => one.name === part);
      if (branch !== undefined && tree !== undefined)
        return fail(`"${part}" is a branch and a tree`, "give the tree another name");
      if (branch !== undefined) return { kind: "branch", name: branch };
      if (tree !== undefined) return { kind: "tree", tree };
      return fail(
        `merge "${name}" takes in "${part}", which is no branch above it and no tree`,
        "name a branch of this tree, or declare the other tree with [[tree]]",
      );
    });
    if (new Set(of).size < of.length) fail(`merge "${name}" takes in a branch twice`, "name each one once");
    merges.push({ name: parsed, start: begins ?? null, parts });
  }
  return merges;
}

function mergeCheckOf(
  {
    branches = [],
    trees = [],
    list = null,
  }: { branches?: string[] | undefined; trees?: string[] | undefined; list?: string | null | undefined },
  known: Pick<TreeConfig, "branches" | "merges" | "trees">,
  fail: Fail,
): TreeConfig["mergeCheck"] {
  const missing = trees.find((name) => !known.trees.some((tree) => tree.name === name));
  if (missing !== undefined)
    fail(`"merge-check.trees" names "${missing}", which is no tree`, "declare it with [[tree]]");
  return {
    branches: branches.map(
      (name) =>
        [...known.branches, ...known.merges].find((branch) => branch.name === name)?.name ??
        fail(`"merge-check.branches" names "${name}", which is no branch`, "name branches of this tree"),
    ),
    trees,
    list,
  };
}

function rulesOf(enter: NonNullable<NonNullable<Written["branch"]>[number]["enter"]>): EnterRules {
  const { reviews, days, folded, checks } = enter;
  return {
    signedOff: enter["signed-off"],
    reviews,
    days,
    folded,
    tagsTaken: enter["tags-taken"],
    noMismatch: enter["no-mismatch"],
    lint: enter.lint,
    checks,
  };
}
