// Reads what `add` is given and turns it into patches ready to be queued. It writes nothing and knows no branch.
import { basename, resolve } from "node:path";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, UserError } from "#model/bytes";
import { parseDiff } from "#model/diff";
import { parseMessage, printAddress } from "#model/mail";
import { noticeName, uniqueName } from "#model/notices";
import { composedPosting, composition, findPostings, printRevision } from "#model/postings";
import { parsePatchFile, parsePatchName, showName } from "#model/queue";
import { archiveKind, readArchive } from "#io/archive";
import { readIfThere } from "#io/store";
import { checkDiff } from "./check-diff.ts";
import { composeFound } from "./compose-found.ts";
import { coverPatch } from "./cover-patch.ts";
import { findMail } from "./find-mail.ts";
import type { NewPatch } from "./new-patch.ts";
import { freshName, newPatch } from "./new-patch.ts";
import type { FoundPosting, Postings } from "./postings.ts";
import { onlyPosting, postingOf, readPostings } from "./postings.ts";
import { hasSeries, readQuiltSeries } from "./read-quilt.ts";
import { refuseQueued } from "./refuse-queued.ts";
import type { SourceContext } from "./source-context.ts";

/**
 * The patches that a source holds: a Message-ID, a mail, an archive with one series, a patch file or a quilt directory.
 * `taken` are the patch names that are not free. Throws UserError when there is none, or one that cannot be queued.
 */
export async function readSource(
  context: SourceContext,
  source: string,
  taken: ReadonlySet<string>,
): Promise<NewPatch[]> {
  const { world } = context;
  const path = resolve(world.cwd, source);
  if (hasSeries(path)) return quiltPatches(path, source);
  if (looksLikeId(source) && readIfThere(path) === null) {
    const found = told(context, await findMail(world, context.tree, context.from, source));
    return patchesOfPosting(context, postingOf(found, source), source, taken);
  }
  const kind = archiveKind(path);
  if (kind !== "message") {
    return patchesOfPosting(
      context,
      onlyPosting(told(context, await readPostings(world, [source], context.tree)), source),
      source,
      taken,
    );
  }
  const [bytes] = (await readArchive(path)).messages;
  if (bytes === undefined) throw new UserError(`"${source}" is empty`, { hint: "name a file that holds a patch" });
  const message = parseMessage(bytes);
  if (message.messageId === null) return [patchFile(source, bytes)];
  const [posting] = findPostings([message]).postings;
  if (posting === undefined) {
    throw new UserError(`"${source}" is a mail without a patch`, { hint: "name a mail that holds a unified diff" });
  }
  return patchesOfPosting(context, { posting, chain: { postings: [posting], links: [] } }, source, taken);
}

/** Tells what is wrong with the archives, for a mail may be missing because of it. */
function told({ world }: SourceContext, found: Postings): Postings {
  for (const problem of found.problems) world.tell(problem);
  return found;
}

function looksLikeId(source: string): boolean {
  return /^<?[^\s<>/]+@[^\s<>]+>?$/.test(source);
}

/** A patch file keeps its bytes and its name. */
function patchFile(source: string, bytes: Bytes): NewPatch {
  const patch = parsePatchFile(bytes);
  // The cover letter of a series, from another tree's queue, changes nothing and may.
  if (patch.mergeOf.length === 0) {
    checkDiff(
      source,
      patch.problems.map((problem) => problem.message),
      parseDiff(bytes),
    );
  }
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

function quiltPatches(dir: string, shown: string): NewPatch[] {
  return readQuiltSeries(dir, shown).patches.map(({ queued, file }) => {
    const name = showName(queued.name);
    if (queued.strip !== 1 || queued.reverse) {
      throw new UserError(`${shown}/series: "${name}" has options, which only "longarm init --import-quilt" keeps`, {
        hint: "refresh it with quilt as -p1 first",
      });
    }
    return { ...patchFile(name, file), name: queued.name, origin: { kind: "quilt", path: basename(dir) } as const };
  });
}

function patchesOfPosting(
  context: SourceContext,
  found: FoundPosting,
  source: string,
  taken: ReadonlySet<string>,
): NewPatch[] {
  const { posting, chain } = found;
  refuseQueued(context.origins, { posting: composedPosting(posting, composition(posting, chain)), chain }, posting);
  const newest = chain.postings.at(-1);
  if (newest !== undefined && newest !== posting) {
    context.world.tell(
      `${printRevision(posting.revision)} is not the newest revision: ${printRevision(newest.revision)} is <${newest.id ?? ""}>`,
    );
  }
  const taking = composeFound(context, found, source);
  const names = new Set(taken);
  const patches = taking.patches.map((patch) => newPatch(taking, patch, freshName(patch, names)));
  const cover = coverPatch(
    context.tree.config.maintainer,
    taking,
    patches.map(({ name }) => name),
    (title) => uniqueName(noticeName(title), names),
  );
  return cover === null ? patches : [...patches, cover];
}
