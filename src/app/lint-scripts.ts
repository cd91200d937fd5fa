// What the source tree's own scripts say of patches, for lint: scripts/get_maintainer.pl and scripts/checkpatch.pl as they are
// at the base, never as a patch would have them. They run in a scratch directory that holds what they need and nothing else.
import type { Person, StyleRemark } from "#checks/lint";
import { parseCheckpatch, parseMaintainers } from "#checks/lint";
import type { Bytes, Path } from "#model/bytes";
import { byteString, textOf } from "#model/bytes";
import type { PatchName } from "#model/queue";
import type { Git } from "#io/git";
import type { Scratch, ScriptResult } from "#io/scripts";
import { makeScratch, runScript } from "#io/scripts";
import type { Tree } from "#io/store";
import { lintKey, readLintMemory, writeLintMemory } from "#io/store";
import { hasHistory } from "./lint-commits.ts";
import { baseOf } from "./plan-queue.ts";
import type { World } from "./world.ts";

export interface ScriptRequest {
  readonly patches: readonly { readonly name: PatchName; readonly bytes: Bytes | null }[];
  /** Ask who looks after the changed files. */
  readonly people: boolean;
  /** Ask what is wrong with the style. */
  readonly style: boolean;
  readonly remember: boolean;
}

export interface ScriptAnswers {
  /** Patches that a script was not asked about, or could not tell about, are missing. */
  readonly people: ReadonlyMap<PatchName, readonly Person[]>;
  readonly style: ReadonlyMap<PatchName, readonly StyleRemark[]>;
  /** Sentences about what went wrong. */
  readonly notJudged: readonly string[];
}

const CHECKPATCH: Path = "scripts/checkpatch.pl";
const MAINTAINERS: Path = "scripts/get_maintainer.pl";
/** What the two read besides the patch, as far as the source has it. */
const NEEDED: readonly Path[] = [
  CHECKPATCH,
  MAINTAINERS,
  "MAINTAINERS",
  ".get_maintainer.ignore",
  ".get_maintainer.conf",
  ".mailmap",
  ".checkpatch.conf",
  "scripts/spelling.txt",
  "scripts/const_structs.checkpatch",
];
/** Without `--tree` they look at no file of the source, of which there is none; what needs one is not asked. */
const CHECKPATCH_ARGS = ["--no-tree", "--terse", "--show-types", "--no-summary", "--color=never", "--strict"];
const MAINTAINERS_ARGS = ["--no-tree", "--no-git", "--no-git-fallback", "--no-l", "--roles", "--no-rolestats"];

/** Patches that one checkpatch looks at, and processes at once. */
const CHUNK = 20;
const AT_ONCE = 2;
/** Milliseconds for one patch alone. */
const ALONE = 20_000;

/** Runs the scripts that the source has on patches that they have not seen before. */
export async function runTreeScripts(
  world: World,
  tree: Tree,
  source: Git,
  { patches, people, style, remember }: ScriptRequest,
): Promise<ScriptAnswers> {
  const nothing = { people: new Map(), style: new Map(), notJudged: [] };
  const given = patches.flatMap(({ name, bytes }) => (bytes === null ? [] : [{ name, bytes }]));
  if ((!people && !style) || given.length === 0) return nothing;
  const base = await baseOf(tree, source);
  const entries = await source.readEntries(base, NEEDED);
  const blobs = new Map(
    [...entries].flatMap(([path, entry]) => (entry.kind === "blob" ? [[path, entry.id] as const] : [])),
  );
  const asksPeople = people && blobs.has(MAINTAINERS) && blobs.has("MAINTAINERS");
  const asksStyle = style && blobs.has(CHECKPATCH);
  if (!asksPeople && !asksStyle) return nothing;
  const contents = await source.readBlobs(blobs.values());
  using scratch = makeScratch();
  for (const [path, id] of blobs) scratch.write(path, contents.get(id) ?? new Uint8Array());

  const known = new Map(readLintMemory(tree.privateDir));
  const before = known.size;
  const stamp = [...blobs].flat();
  const whole = asksStyle && (await hasHistory(tree, source));
  const context = { world, scratch, known, troubles: new Set<string>() };
  const peopleKeys = keysOf(given, [MAINTAINERS, ...MAINTAINERS_ARGS, ...stamp]);
  if (asksPeople) await askPeople(context, given, peopleKeys);
  const styleArgs = [...CHECKPATCH_ARGS, ...(whole ? [] : ["--ignore=UNKNOWN_COMMIT_ID"])];
  const styleKeys = keysOf(given, [CHECKPATCH, ...styleArgs, ...stamp]);
  // It asks git for the commits that a description names; nothing of the user's git is asked.
  const git = { GIT_DIR: source.commonDir, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  if (asksStyle) await askStyle(context, given, styleKeys, styleArgs, whole ? git : {});
  if (remember && known.size > before) writeLintMemory(tree.privateDir, kept(known, [peopleKeys, styleKeys]));
  const answers = <T>(
    keys: ReadonlyMap<PatchName, string>,
    read: (said: string, key: string) => T,
  ): Map<PatchName, T> =>
    new Map(
      [...keys].flatMap(([name, key]) => (known.has(key) ? [[name, read(known.get(key) ?? "", key)] as const] : [])),
    );
  return {
    people: asksPeople ? answers(peopleKeys, (said) => parseMaintainers(said)) : nothing.people,
    style: asksStyle ? answers(styleKeys, (said, key) => parseCheckpatch(said).get(fileOf(key)) ?? []) : nothing.style,
    notJudged: [...context.troubles],
  };
}

interface Context {
  readonly world: World;
  readonly scratch: Scratch;
  /** What was said by key; what is found out is added. */
  readonly known: Map<string, string>;
  readonly troubles: Set<string>;
}

type Given = readonly { readonly name: PatchName; readonly bytes: Bytes }[];

function keysOf(given: Given, parts: readonly string[]): ReadonlyMap<PatchName, string> {
  return new Map(given.map(({ name, bytes }) => [name, lintKey(parts, bytes)]));
}

/** What is worth keeping when the memory has grown: the patches of this run, and some of the runs before. */
function kept(known: ReadonlyMap<string, string>, now: readonly ReadonlyMap<PatchName, string>[]): Map<string, string> {
  const current = new Set(now.flatMap((keys) => [...keys.values()]));
  const others = [...known].filter(([key]) => !current.has(key)).slice(-MAX_KEPT);
  return new Map([...others, ...[...known].filter(([key]) => current.has(key))]);
}

/** Answers about patches that are not in question now. */
const MAX_KEPT = 20_000;

function fileOf(key: string): string {
  return `${key}.patch`;
}

async function askPeople(
  { world, scratch, known, troubles }: Context,
  given: Given,
  keys: ReadonlyMap<PatchName, string>,
): Promise<void> {
  const open = given.filter(({ name }) => !known.has(keys.get(name) ?? ""));
  let done = 0;
  await inTurns(open, async ({ name, bytes }) => {
    const key = keys.get(name) ?? "";
    world.progress(`asking who looks after the changed files: ${++done} of ${open.length}`);
    scratch.write(fileOf(key), bytes);
    const args = [MAINTAINERS, ...MAINTAINERS_ARGS, fileOf(key)];
    const result = await runScript({ dir: scratch.dir, program: "perl", args, timeout: ALONE });
    const trouble = troubleOf(MAINTAINERS, result, [0, 1]);
    if (trouble !== null) troubles.add(trouble);
    else if (result.kind === "done") known.set(key, byteString(result.stdout));
  });
}

async function askStyle(
  { world, scratch, known, troubles }: Context,
  given: Given,
  keys: ReadonlyMap<PatchName, string>,
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const open = given
    .map(({ name, bytes }) => ({ key: keys.get(name) ?? "", bytes }))
    .filter(({ key }) => !known.has(key));
  for (const { key, bytes } of open) scratch.write(fileOf(key), bytes);
  const ask = async (some: readonly { readonly key: string }[], timeout: number): Promise<string | null> => {
    const args = [CHECKPATCH, ...options, ...some.map(({ key }) => fileOf(key))];
    const result = await runScript({ dir: scratch.dir, program: "perl", args, timeout, environment });
    const trouble = troubleOf(CHECKPATCH, result, [0, 1]);
    if (trouble !== null || result.kind !== "done") return trouble;
    const lines = byteString(result.stdout).split("\n");
    for (const { key } of some) {
      const own = lines.filter((line) => line.startsWith(`${fileOf(key)}:`));
      known.set(key, own.join("\n"));
    }
    return null;
  };
  const chunks = Array.from({ length: Math.ceil(open.length / CHUNK) }, (_none, index) =>
    open.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  let done = 0;
  await inTurns(chunks, async (chunk) => {
    world.progress(`checking style: ${done} of ${open.length}`);
    done += chunk.length;
    if ((await ask(chunk, ALONE * 3)) === null) return;
    // One patch that it cannot take must not keep the others from being looked at.
    for (const one of chunk) {
      const trouble = await ask([one], ALONE);
      if (trouble !== null) troubles.add(trouble);
    }
  });
}

/** What kept a script from answering, as a sentence; null when it answered. */
function troubleOf(script: Path, result: ScriptResult, answers: readonly number[]): string | null {
  if (result.kind === "missing") return `${script} was not run: there is no perl`;
  if (result.kind === "stopped") return `${script} ${result.why} for a patch and was stopped`;
  if (answers.includes(result.exitCode)) return null;
  const said = textOf(result.stderr).trim().split("\n", 1)[0] ?? "";
  return `${script} failed with exit code ${result.exitCode}${said === "" ? "" : `: ${said.slice(0, 200)}`}`;
}

/** Does the work of all items, a few at a time. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
