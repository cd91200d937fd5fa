// `add`: puts a posting, a patch file or a quilt directory into the queue, in one operation with its notices.
import { basename, resolve } from "node:path";
import type { Bytes, Path } from "#model/bytes";
import { byteString, bytesOf, fromByteString, readableBytes, UserError } from "#model/bytes";
import { parseDiff, pathsOf } from "#model/diff";
import type { EventBody, Origin, TagRecord } from "#model/ledger";
import { parseMessage, printAddress } from "#model/mail";
import type { DiffStyle } from "#model/notices";
import { noticeName, patchBlock, uniqueName } from "#model/notices";
import type { Posting } from "#model/postings";
import { findPostings, printRevision } from "#model/postings";
import type { BranchName, ComposedPatch, PatchName, Queue } from "#model/queue";
import {
  composePatches,
  insertPatches,
  parsePatchFile,
  parsePatchName,
  parseSeries,
  patchesOf,
  printSeries,
} from "#model/queue";
import { pathProblem, readablePath } from "#model/bytes";
import { archiveKind, readArchive } from "#io/archive";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readIfThere, readQueue, SERIES_FILE } from "#io/store";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { announceAdded } from "./announce.ts";
import { onlyPosting, postingOf, readPostings } from "./postings.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface AddRequest {
  /** Message-IDs, or paths of mails, archives, patch files and quilt directories. */
  readonly sources: readonly string[];
  /** Archives to look for Message-IDs in. */
  readonly from: readonly string[];
  /** Null for the tree's entry branch. */
  readonly branch: string | null;
  readonly dryRun: boolean;
}

/** One patch about to be queued. */
export interface NewPatch {
  readonly name: PatchName;
  readonly title: string;
  readonly author: string;
  readonly bytes: Bytes;
  readonly origin: Origin;
  readonly tags: readonly TagRecord[];
}

export interface AddPlan {
  readonly branch: BranchName;
  readonly patches: readonly NewPatch[];
  readonly change: TreeChange;
}

/** Queues what the sources hold. Throws UserError, and changes nothing, when one of them holds no usable patch. */
export async function add(world: World, request: AddRequest): Promise<Changed<AddPlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "add", request.dryRun, async () => planAdd(world, tree, request)),
  );
}

async function planAdd(world: World, tree: Tree, request: AddRequest): Promise<AddPlan> {
  const { queue } = readQueue(tree);
  const branch = chosenBranch(tree, request.branch);
  const taken = new Set<string>(patchesOf(queue).map(({ name }) => name));
  const patches: NewPatch[] = [];
  for (const source of request.sources) {
    const found = await readSource(world, tree, request, source, taken);
    for (const patch of found) {
      if (taken.has(patch.name)) {
        throw new UserError(`"${readableBytes(patch.name)}" is in the queue already`, {
          hint: "drop it first, or rename the new patch",
        });
      }
      if (readIfThere(resolve(tree.dir, "patches", readableBytes(patch.name))) !== null) {
        throw new UserError(
          `a file "patches/${readableBytes(patch.name)}" is there, although the series does not name it`,
          { hint: "remove the file or add its line to the series" },
        );
      }
      taken.add(patch.name);
      patches.push(patch);
    }
  }
  const order = tree.config.branches.map(({ name }) => name);
  const after = insertPatches(
    queue,
    patches.map(({ name }) => name),
    branch,
    order,
  );
  const files = new Map<Path, Bytes | null>(patches.map(({ name, bytes }) => [patchPath(name), bytes]));
  files.set(SERIES_FILE, printSeries(after));
  return { branch, patches, change: changeOf(world, tree, branch, patches, after, files) };
}

function changeOf(
  world: World,
  tree: Tree,
  branch: BranchName,
  patches: readonly NewPatch[],
  after: Queue,
  files: ReadonlyMap<Path, Bytes | null>,
): TreeChange {
  const events: EventBody[] = patches.map(({ name, title, author, origin, tags }) => ({
    kind: "queued",
    patch: readableBytes(name),
    branch,
    title,
    author,
    origin,
    tags,
  }));
  const announced = announceAdded(tree, world.now(), branch, patches, after);
  const what = patches.length === 1 ? readableBytes(patches[0]?.name ?? "") : `${patches.length} patches`;
  return {
    summary: `queue: add ${what} to ${branch}`,
    files,
    events: [...events, ...announced.events],
    notices: announced.notices,
  };
}

/** The branch a command names, or the tree's entry branch. */
export function chosenBranch(tree: Tree, name: string | null): BranchName {
  const wanted = name ?? tree.config.entry;
  const found = tree.config.branches.find((branch) => branch.name === wanted);
  if (found) return found.name;
  throw new UserError(`no branch "${wanted}" in this tree`, {
    hint: `branches: ${tree.config.branches.map((branch) => branch.name).join(", ")}`,
  });
}

async function readSource(
  world: World,
  tree: Tree,
  request: AddRequest,
  source: string,
  taken: ReadonlySet<string>,
): Promise<NewPatch[]> {
  const path = resolve(world.cwd, source);
  const series = readIfThere(resolve(path, "series"));
  if (series !== null) return readQuiltDirectory(path, source, series);
  if (looksLikeId(source) && readIfThere(path) === null) {
    if (request.from.length === 0)
      throw new UserError(`no archive to look for "${source}" in`, { hint: "name one with --from PATH" });
    return patchesOfPosting(tree, postingOf(await readPostings(world, request.from), source).posting, source, taken);
  }
  const kind = archiveKind(path);
  if (kind !== "message")
    return patchesOfPosting(tree, onlyPosting(await readPostings(world, [source]), source), source, taken);
  const [bytes] = (await readArchive(path)).messages;
  if (bytes === undefined) throw new UserError(`"${source}" is empty`, { hint: "name a file that holds a patch" });
  const message = parseMessage(bytes);
  if (message.messageId === null) return [patchFile(source, bytes)];
  const [posting] = findPostings([message]).postings;
  if (posting === undefined)
    throw new UserError(`"${source}" is a mail without a patch`, { hint: "name a mail that holds a unified diff" });
  return patchesOfPosting(tree, posting, source, taken);
}

function looksLikeId(source: string): boolean {
  return /^<?[^\s<>/]+@[^\s<>]+>?$/.test(source);
}

/** A patch file keeps its bytes and its name. */
function patchFile(source: string, bytes: Bytes): NewPatch {
  const patch = parsePatchFile(bytes);
  checkDiff(
    source,
    patch.problems.map((problem) => problem.message),
    parseDiff(bytes),
  );
  const file = basename(source);
  const name = parsePatchName(byteString(bytesOf(/\.(?:patch|diff)$/.test(file) ? file : `${file}.patch`)));
  if (name === null)
    throw new UserError(`"${source}" cannot be a patch name`, { hint: "rename the file: one word, no blanks" });
  return {
    name,
    title: patch.title ?? file,
    author: patch.author === null ? "" : printAddress(patch.author),
    bytes,
    origin: { kind: "file", path: file },
    tags: [],
  };
}

function readQuiltDirectory(dir: string, shown: string, series: Bytes): NewPatch[] {
  const { queue, problems } = parseSeries(series);
  const [problem] = problems;
  if (problem)
    throw new UserError(`${shown}/series:${problem.line ?? 1}: ${problem.message}`, {
      hint: "mend the series and add it again",
    });
  return patchesOf(queue).map((queued) => {
    const shownName = readableBytes(queued.name);
    const bytes = readIfThere(Buffer.concat([Buffer.from(`${dir}/`), fromByteString(queued.name)]));
    if (bytes === null)
      throw new UserError(`${shown}/series names "${shownName}", but there is no such file`, {
        hint: "put it there or take its line out",
      });
    if (queued.strip !== 1 || queued.reverse) {
      throw new UserError(
        `${shown}/series: "${shownName}" has options, which only "longarm init --import-quilt" keeps`,
        { hint: "refresh it with quilt as -p1 first" },
      );
    }
    return { ...patchFile(shownName, bytes), name: queued.name, origin: { kind: "quilt", path: shown } as const };
  });
}

function patchesOfPosting(tree: Tree, posting: Posting, source: string, taken: ReadonlySet<string>): NewPatch[] {
  if (!posting.complete) {
    const missing = posting.slots.flatMap((slot, index) => (slot === null ? [index + 1] : []));
    throw new UserError(
      `"${posting.subject}" is not complete: patch ${missing.join(", ")} of ${posting.total} is not in "${source}"`,
      {
        hint: "name an archive that has all of its mails",
      },
    );
  }
  const { patches: settings, maintainer } = tree.config;
  const composed = composePatches(posting, { ...settings, signOff: settings.signOff ? maintainer : null });
  const names = new Set(taken);
  return composed.map((patch) => {
    const text = uniqueName(noticeName(patch.mail.subject.title), names);
    names.add(text);
    const name = parsePatchName(byteString(bytesOf(text)));
    if (name === null) throw new Error(`made the patch name "${text}", which is none`);
    return newPatch(posting, patch, name, settings.diff);
  });
}

function newPatch(posting: Posting, patch: ComposedPatch, name: PatchName, style: DiffStyle): NewPatch {
  const diff = parseDiff(patch.mail.diff);
  const id = patch.mail.message.messageId ?? "";
  const shown = `patch ${patch.part} of ${posting.total}, <${id}>`;
  checkDiff(
    shown,
    diff.problems.map((problem) => problem.message),
    diff,
  );
  const author = patch.author === null ? "" : printAddress(patch.author);
  const bytes = patchBlock(
    {
      name: readableBytes(name),
      author: byteString(bytesOf(author)),
      title: byteString(bytesOf(patch.title)),
      date: patch.date,
      log: patch.log,
      diff,
    },
    style,
  );
  const tags = [...patch.taken, ...patch.refused].map(({ trailer, evidence }) => ({
    tag: `${readableBytes(trailer.key)}: ${readableBytes(trailer.value)}`,
    messageId: evidence[0]?.messageId ?? "",
    verdict: evidence[0]?.verdict ?? "",
  }));
  const revision = printRevision(posting.revision);
  const origin = {
    kind: "mail",
    messageId: id,
    posting: posting.id ?? id,
    revision,
    part: `${patch.part}/${posting.total}`,
  } as const;
  return { name, title: patch.title, author, bytes, origin, tags };
}

/** Refuses what cannot be queued: no diff, a damaged one, or one that would write outside the source tree. */
function checkDiff(shown: string, problems: readonly string[], diff: ReturnType<typeof parseDiff>): void {
  const [problem] = problems;
  if (problem !== undefined)
    throw new UserError(`${shown}: ${problem}`, { hint: "ask for the patch again, it is damaged or no patch" });
  if (diff.files.length === 0)
    throw new UserError(`${shown}: no file change is in it`, { hint: "name a patch with a unified diff" });
  for (const file of diff.files) {
    for (const path of pathsOf(file, 1)) {
      const wrong = pathProblem(path);
      if (wrong !== null) {
        throw new UserError(`${shown}: refuse the path "${readablePath(path)}", it ${wrong}`, {
          hint: "do not trust this patch",
        });
      }
    }
  }
}
