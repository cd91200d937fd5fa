// longarm.toml: read, checked and laid over its preset. Presets are data (presets/*.toml); nothing here knows one by name.
// See docs/formats/longarm-toml.md for the promises.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { UserError } from "#model/bytes";
import { parseAddresses } from "#model/mail";
import { branchesOf, mergeCheckOf, mergesOf, treesOf } from "./config-branches.ts";
import type { Written } from "./config-schema.ts";
import { Schema } from "./config-schema.ts";
import { sendingConfig } from "./config-sending.ts";
import type { Fail } from "./config-text.ts";
import { failIn, parseToml } from "./config-text.ts";
import { webConfig } from "./config-web.ts";
import { mailSettings } from "./mail-settings.ts";
import type { TreeConfig } from "./tree-config.ts";
import type { DatedWording, Wording } from "./wording.ts";
import { wordingsOf } from "./wording.ts";

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
    web: webConfig(written.web, preset.web),
    sending: sendingConfig({ ...written, ...written.mail }, { ...preset, ...preset.mail }, maintainer),
  };
}
