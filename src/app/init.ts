// `init`: makes a tree on a base commit of a source repository, empty or from a quilt series.
import { basename, join, relative, resolve } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, textOf, UserError } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import { parsePatchFile, showName } from "#model/queue";
import type { CommitId } from "#io/git";
import { initRepository, openGit } from "#io/git";
import type { OperationDone, TreeChange } from "#io/store";
import {
  CONFIG_FILE,
  namesIn,
  parseConfig,
  patchPath,
  presetNames,
  PRIVATE_DIR,
  readIfThere,
  runOperation,
  SERIES_FILE,
  takeLock,
} from "#io/store";
import type { QuiltSeries } from "./read-quilt.ts";
import { readQuiltSeries } from "./read-quilt.ts";
import type { World } from "./world.ts";

const NO_QUILT: QuiltSeries = { series: bytesOf(""), patches: [] };

export interface InitRequest {
  readonly dir: string;
  /** Path of the source repository. */
  readonly source: string;
  /** Revision in it. */
  readonly base: string;
  readonly preset: string;
  /** `Name <address>`; null asks git in the source repository. */
  readonly maintainer: string | null;
  /** Directory with a `series` file and the patches it names; null for an empty queue. */
  readonly quilt: string | null;
  readonly dryRun: boolean;
}

export interface InitResult {
  readonly dir: string;
  readonly base: CommitId;
  readonly preset: string;
  readonly branches: readonly string[];
  /** Branches that a build makes by merging others. */
  readonly merges: readonly string[];
  readonly patches: number;
  /** Whether the tree writes notices; their list and places are then the preset's until the tree says its own. */
  readonly notices: boolean;
  readonly done: OperationDone | null;
}

/** Makes the tree. Throws UserError when there is one already, the base does not exist or a quilt patch is missing. */
export async function init(world: World, request: InitRequest): Promise<InitResult> {
  const dir = resolve(world.cwd, request.dir);
  if (readIfThere(join(dir, CONFIG_FILE)) !== null) {
    throw new UserError(`there is a tree already: "${join(request.dir, CONFIG_FILE)}"`, {
      hint: "choose another directory",
    });
  }
  await refuseUsed(dir, request.dir);
  const presets = presetNames(world.presetsDir);
  if (!presets.includes(request.preset)) {
    throw new UserError(`unknown preset "${request.preset}"`, { hint: `choose one of: ${presets.join(", ")}` });
  }
  const sourceDir = resolve(world.cwd, request.source);
  await using source = await openGit(sourceDir);
  const base = await source.find(request.base);
  if (base === null) {
    throw new UserError(`"${request.base}" is no commit of the repository "${request.source}"`, {
      hint: "name a tag, a branch or a commit id that is there",
    });
  }
  const maintainer = request.maintainer ?? (await identityIn(source));
  const text = configText(request, relative(dir, sourceDir) || ".", base, maintainer);
  const config = parseConfig(text, CONFIG_FILE, world.presetsDir);
  const imported =
    request.quilt === null ? NO_QUILT : readQuiltSeries(resolve(world.cwd, request.quilt), request.quilt);
  const files = new Map<Path, Bytes | null>([
    [CONFIG_FILE, bytesOf(text)],
    [".gitignore", bytesOf(`/${PRIVATE_DIR}/\n/.pc/\n`)],
    [SERIES_FILE, imported.series],
    ...imported.patches.map(({ queued, file }) => [patchPath(queued.name), file] as const),
  ]);
  const events: EventBody[] = [{ kind: "created", preset: request.preset, base }];
  const branch = config.branches[0]?.name ?? "";
  for (const { queued, file } of imported.patches) {
    const name = showName(queued.name);
    const patch = parsePatchFile(file);
    const author = patch.author === null ? "" : `${patch.author.name} <${patch.author.address}>`;
    const origin = { kind: "quilt", path: basename(request.quilt ?? "") } as const;
    events.push({
      kind: "queued",
      patch: name,
      branch,
      title: patch.title ?? "",
      author,
      origin,
      tags: [],
    });
  }
  const change: TreeChange = { summary: `tree: create on ${base.slice(0, 12)}`, files, events, notices: [] };
  const result = {
    dir,
    base,
    preset: request.preset,
    branches: config.branches.map(({ name }) => name),
    merges: config.merges.map(({ name }) => name),
    patches: imported.patches.length,
    notices: config.notices !== null,
  };
  if (request.dryRun) return { ...result, done: null };
  await using git = await initRepository(dir, { branch: "main" });
  const privateDir = join(dir, PRIVATE_DIR);
  using _lock = takeLock(privateDir, "init");
  const done = await runOperation({ dir, privateDir, git, now: world.now(), by: maintainer }, change);
  return { ...result, done };
}

/** A tree gets a directory of its own: it must not mix with a repository or files that are there. */
async function refuseUsed(dir: string, shown: string): Promise<void> {
  const names = namesIn(dir);
  if (names.length === 0) return;
  // An `init` that was killed before its commit leaves these two and nothing that counts.
  if (names.includes(".git") && names.every((name) => name === ".git" || name === PRIVATE_DIR)) {
    await using git = await openGit(dir);
    if ((await git.find("HEAD")) === null) return;
  }
  throw new UserError(`"${shown}" is not empty, and a tree wants a directory of its own`, {
    hint: "name a new directory",
  });
}

async function identityIn(source: Awaited<ReturnType<typeof openGit>>): Promise<string> {
  const { exitCode, stdout } = await source.run(["var", "GIT_COMMITTER_IDENT"], { exitCodes: [0, 128] });
  const found = exitCode === 0 ? /^(.* <[^<>]+@[^<>]+>) \d+ [+-]\d{4}\s*$/.exec(textOf(stdout)) : null;
  if (found?.[1] !== undefined) return found[1];
  throw new UserError("nobody is named as the tree's maintainer", {
    hint: 'add --maintainer "Name <address>", or set user.name and user.email in git',
  });
}

// A TOML basic string has the escapes of JSON.
function configText(request: InitRequest, repository: string, base: CommitId, maintainer: string): string {
  return `# A Longarm tree; docs/formats/longarm-toml.md lists every key.
preset = ${JSON.stringify(request.preset)}
maintainer = ${JSON.stringify(maintainer)}

[source]
repository = ${JSON.stringify(repository)}
base = ${JSON.stringify(base)} # ${request.base.replace(/[\r\n]/g, " ")}
`;
}
