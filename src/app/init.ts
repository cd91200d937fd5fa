// `init`: makes a tree on a base commit of a source repository, empty or from a quilt series.
import { join, relative, resolve } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { bytesOf, readableBytes, textOf, UserError } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import { parsePatchFile, parseSeries, patchesOf } from "#model/queue";
import type { CommitId } from "#io/git";
import { initRepository, openGit } from "#io/git";
import type { OperationDone, TreeChange } from "#io/store";
import {
  CONFIG_FILE,
  parseConfig,
  patchPath,
  presetNames,
  PRIVATE_DIR,
  readIfThere,
  runOperation,
  SERIES_FILE,
  takeLock,
} from "#io/store";
import type { World } from "./world.ts";

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
  readonly patches: number;
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
  const presets = presetNames(world.presetsDir);
  if (!presets.includes(request.preset)) {
    throw new UserError(`unknown preset "${request.preset}"`, { hint: `choose one of: ${presets.join(", ")}` });
  }
  const sourceDir = resolve(world.cwd, request.source);
  await using source = await openGit(sourceDir);
  const base = await source.resolve(request.base);
  const maintainer = request.maintainer ?? (await identityIn(source));
  const text = configText(request, relative(dir, sourceDir) || ".", base, maintainer);
  const config = parseConfig(text, CONFIG_FILE, world.presetsDir);
  const imported = request.quilt === null ? noQuilt : readQuilt(resolve(world.cwd, request.quilt), request.quilt);
  const files = new Map<Path, Bytes | null>([
    [CONFIG_FILE, bytesOf(text)],
    [".gitignore", bytesOf(`/${PRIVATE_DIR}/\n/.pc/\n`)],
    [SERIES_FILE, imported.series],
    ...imported.files,
  ]);
  const events: EventBody[] = [{ kind: "created", preset: request.preset, base }];
  const branch = config.branches[0]?.name ?? "";
  for (const { name, file } of imported.patches) {
    const patch = parsePatchFile(file);
    const author = patch.author === null ? "" : `${patch.author.name} <${patch.author.address}>`;
    const origin = { kind: "quilt", path: readableBytes(name) } as const;
    events.push({
      kind: "queued",
      patch: readableBytes(name),
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
    patches: imported.patches.length,
  };
  if (request.dryRun) return { ...result, done: null };
  await using git = await initRepository(dir, { branch: "main" });
  const privateDir = join(dir, PRIVATE_DIR);
  using _lock = takeLock(privateDir, "init");
  const done = await runOperation({ dir, privateDir, git, now: world.now(), by: maintainer }, change);
  return { ...result, done };
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

interface Quilt {
  readonly series: Bytes;
  readonly patches: readonly { readonly name: string; readonly file: Bytes }[];
  readonly files: readonly (readonly [Path, Bytes])[];
}

const noQuilt: Quilt = { series: bytesOf(""), patches: [], files: [] };

/** The series and its patches, byte for byte. Patches that the series does not name stay behind. */
function readQuilt(dir: string, shown: string): Quilt {
  const series = readIfThere(join(dir, "series"));
  if (series === null)
    throw new UserError(`"${shown}" has no file "series"`, { hint: "name the directory that holds the quilt patches" });
  const { queue, problems } = parseSeries(series);
  const [problem] = problems;
  if (problem)
    throw new UserError(`${join(shown, "series")}:${problem.line ?? 1}: ${problem.message}`, {
      hint: "mend the series and import again",
    });
  const patches = patchesOf(queue).map(({ name }) => {
    const file = readIfThere(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name, "latin1")]));
    if (file === null) {
      throw new UserError(`${join(shown, "series")} names "${readableBytes(name)}", but there is no such file`, {
        hint: "put the patch there or take its line out of the series",
      });
    }
    return { name, file };
  });
  return { series, patches, files: patches.map(({ name, file }) => [patchPath(name), file]) };
}
