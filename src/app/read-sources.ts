// Reads what `add` is given and turns it into patches ready to be queued. It writes nothing and knows no branch.
import { basename, resolve } from "node:path";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, pathProblem, readableBytes, quotedPath, UserError } from "#model/bytes";
import type { Diff } from "#model/diff";
import { nameProblem, parseDiff, pathsOf } from "#model/diff";
import type { Origin } from "#model/ledger";
import { patchStates } from "#model/ledger";
import { parseMessage, printAddress } from "#model/mail";
import { noticeName, patchBlock, uniqueName } from "#model/notices";
import type { Composition, PatchTags, Posting, SlotChoice } from "#model/postings";
import { carryTags, composedPosting, composition, findPostings, printRevision, tagRules } from "#model/postings";
import type { ComposedPatch, ComposeSettings, PatchName } from "#model/queue";
import { composePatches, parsePatchFile, parsePatchName, printPerson, showName } from "#model/queue";
import { archiveKind, readArchive } from "#io/archive";
import type { PatchSettings, Tree } from "#io/store";
import { readIfThere, readLedger, wordingAt } from "#io/store";
import { coverPatch } from "./cover-patch.ts";
import type { NewPatch } from "./new-patch.ts";
import { findMail } from "./find-mail.ts";
import type { FoundPosting, Postings } from "./postings.ts";
import { onlyPosting, postingOf, readPostings } from "./postings.ts";
import { hasSeries, readQuiltSeries } from "./read-quilt.ts";
import { tagRecords, tagText } from "./tag-records.ts";
import type { World } from "./world.ts";

/** What reading a source needs. */
export interface SourceContext {
  readonly world: World;
  readonly tree: Tree;
  /** Archives to look for Message-IDs in. */
  readonly from: readonly string[];
  /** Compositions that are taken: none, those that are certain, or all. */
  readonly compose: "ask" | "accept" | "all";
  /** Where the queued patches came from, by name. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Fill the paragraphs of logs anew. */
  readonly refill?: boolean;
}

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

/** What is taken of a posting. */
export interface Taking {
  /** The posting with the mails that count for each of its patches. */
  readonly posting: Posting;
  readonly proposed: Composition;
  readonly patches: readonly ComposedPatch[];
  /** By slot. */
  readonly collected: readonly PatchTags[];
  /** How its patch files are written today. */
  readonly settings: PatchSettings;
  /** How its cover letter is written; null where the tree does not keep it. */
  readonly coverSettings: ComposeSettings | null;
}

/** Composes the patches of a posting. Throws UserError when some are missing, or a person must be asked about what it is. */
export function composeFound(context: SourceContext, { posting, chain }: FoundPosting, source: string): Taking {
  const proposed = composition(posting, chain);
  const composed = composedPosting(posting, proposed);
  if (!composed.complete) {
    const missing = composed.slots.flatMap((slot, index) => (slot === null ? [index + 1] : []));
    throw new UserError(
      `"${posting.subject}" is not complete: patch ${missing.join(", ")} of ${composed.total} is not in "${source}"`,
      {
        hint: "name an archive that has all of its mails",
      },
    );
  }
  askAbout(context, posting, proposed);
  const { mail, maintainer } = context.tree.config;
  const { patches: settings } = wordingAt(context.tree.config, context.world.now().getTime());
  const { slots: collected, gone } = carryTags(
    chain.postings.map((one) => (one === posting ? composed : one)),
    composed,
    tagRules(mail.tags),
  );
  for (const { trailer, revision, title } of gone)
    context.world.tell(`"${tagText(trailer)}" is lost: no patch has the change of "${title}" in ${revision} any more`);
  const writing = composeSettings(settings, maintainer, context.refill ?? false);
  const patches = composePatches(composed, writing, collected);
  return {
    posting: composed,
    proposed,
    patches,
    collected,
    settings,
    coverSettings: settings.mergeCover ? writing : null,
  };
}

/** A file name for a patch that is not among `taken`, where it is put. */
export function freshName(patch: ComposedPatch, taken: Set<string>): PatchName {
  const text = uniqueName(noticeName(patch.mail.subject.title), taken);
  taken.add(text);
  const name = parsePatchName(byteString(bytesOf(text)));
  if (name === null) throw new Error(`made the patch name "${text}", which is none`);
  return name;
}

/** Refuses, with the proposal, a composition that neither the person nor the tree has accepted; tells of fixlets, which nobody folds here. */
function askAbout({ compose, world }: SourceContext, posting: Posting, { slots, fixlets, verdict }: Composition): void {
  for (const { message, index, reason, by, asks } of fixlets) {
    if (by === "author" || asks) world.tell(`<${message.messageId ?? ""}> is not folded${placeOf(index)}: ${reason}`);
  }
  if (verdict === "posted" || compose === "all" || (compose === "accept" && verdict === "certain")) return;
  const lines = slots.map(({ patch, reason, certain }, index) => {
    const id = patch?.message.messageId ?? "";
    return `  ${index + 1}/${slots.length} <${id}>\n      ${reason}${certain ? "" : " (look at it)"}`;
  });
  throw new UserError(`"${posting.subject}" did not come in one piece, and this is what it would be`, {
    hint: `take it with: longarm add --compose\n${lines.join("\n")}`,
    exitCode: 3,
  });
}

function placeOf(index: number | null): string {
  return index === null ? "" : ` into patch ${index + 1}`;
}

/** What composing needs of a tree's settings. */
export function composeSettings(settings: PatchSettings, maintainer: string, isRefilled: boolean): ComposeSettings {
  const { cc, ccExclude, ccKeep, ccQuote, names, ...rest } = settings;
  return {
    ...rest,
    signOff: settings.signOff ? maintainer : null,
    people: cc === "none" ? null : { order: cc, exclude: ccExclude, keep: ccKeep, quote: ccQuote, names },
    refill: isRefilled,
  };
}

/** The patch file of a composed patch under a name; `diff` is what it changes, the mail's own unless another one is given. */
export function newPatch(
  { posting, proposed, collected, settings }: Taking,
  patch: ComposedPatch,
  name: PatchName,
  diff: Diff = parseDiff(patch.mail.diff),
): NewPatch {
  const choice = proposed.slots[patch.part - 1];
  const tags = tagRecords({ ...patch, lost: collected[patch.part - 1]?.lost ?? [] });
  const id = patch.mail.message.messageId ?? "";
  const shown = `patch ${patch.part} of ${posting.total}, <${id}>`;
  checkDiff(
    shown,
    diff.problems.map((problem) => problem.message),
    diff,
  );
  const author = patch.author === null ? "" : printAddress(patch.author);
  const from = patch.author !== null && settings.quoteNames ? printPerson(patch.author) : author;
  const bytes = patchBlock(
    {
      name: showName(name),
      author: byteString(bytesOf(from)),
      header: settings.header,
      title: byteString(bytesOf(patch.title)),
      date: patch.date,
      log: patch.log,
      diff,
    },
    settings.diff,
  );
  const revision = printRevision(posting.revision);
  const origin = {
    kind: "mail",
    messageId: id,
    posting: posting.id ?? id,
    revision,
    part: `${patch.part}/${posting.total}`,
    ...(posting.base.commit === null ? {} : { base: posting.base.commit }),
    ...(choice === undefined || choice.how === "posted" ? {} : { composed: composedOf(choice) }),
  } as const;
  return { name, title: patch.title, author, bytes, origin, tags };
}

function composedOf({ how, patch, from, reason }: SlotChoice): { how: string; revision: string; reason: string } {
  const own = patch?.subject.revision;
  return { how, revision: printRevision(own?.stated === true ? own : from.revision), reason };
}

/** Refuses what cannot be queued: no diff, a damaged one, or one that would write outside the source tree. */
function checkDiff(shown: string, problems: readonly string[], diff: Diff): void {
  const [problem] = problems;
  if (problem !== undefined)
    throw new UserError(`${shown}: ${problem}`, { hint: "ask for the patch again, it is damaged or no patch" });
  if (diff.files.length === 0)
    throw new UserError(`${shown}: no file change is in it`, { hint: "name a patch with a unified diff" });
  for (const file of diff.files) {
    if (file.binary !== null && file.binary.forward === null) {
      throw new UserError(
        `${shown}: the binary change of ${quotedPath(file.newPath ?? file.oldPath ?? "")} carries no data`,
        {
          hint: "ask for the patch again, made with git format-patch --binary",
        },
      );
    }
    const short = file.hunks.find((hunk) => hunk.chopped > 0);
    if (short) {
      const text = readableBytes(byteString(short.head)).trim();
      throw new UserError(`${shown}: hunk "${text}" ends ${short.chopped} lines too early`, {
        hint: "ask for the patch again, its end is missing",
      });
    }
    const absolute = nameProblem(file);
    if (absolute !== null)
      throw new UserError(`${shown}: refuse the path ${absolute}`, { hint: "do not trust this patch" });
    for (const path of pathsOf(file, 1)) {
      const wrong = pathProblem(path);
      if (wrong !== null) {
        throw new UserError(`${shown}: refuse the path ${quotedPath(path)}, it ${wrong}`, {
          hint: "do not trust this patch",
        });
      }
    }
  }
}

/** Where the patches of the queue came from, by their names. */
export function originsOf(tree: Tree, queued: ReadonlySet<string>): ReadonlyMap<string, Origin> {
  return new Map(
    [...patchStates(readLedger(tree))].flatMap(([name, { origin }]) =>
      origin !== null && queued.has(byteString(bytesOf(name))) ? [[name, origin] as const] : [],
    ),
  );
}

/** One mail is queued once, and two revisions of one series never side by side. */
function refuseQueued(origins: ReadonlyMap<string, Origin>, { posting, chain }: FoundPosting, original: Posting): void {
  const own = new Set(posting.slots.map((slot) => slot?.message.messageId));
  const others = new Set(chain.postings.filter((one) => one !== original).map((one) => one.id));
  const mails = [...origins].flatMap(([name, origin]) => (origin.kind === "mail" ? [{ name, origin }] : []));
  const same = mails.filter(({ origin }) => [...own].some((id) => id === origin.messageId));
  const other = mails.filter(({ origin }) => [...others].some((id) => id === origin.posting));
  const [first] = same.length > 0 ? same : other;
  if (first === undefined) return;
  const names = (same.length > 0 ? same : other).map(({ name }) => name).join(" ");
  const message =
    same.length > 0
      ? `<${first.origin.messageId}> is queued already, as "${first.name}"`
      : `${first.origin.revision} of this series is queued ("${first.name}"), and this is ${printRevision(posting.revision)}`;
  throw new UserError(message, {
    hint:
      same.length > 0
        ? `drop it first: longarm drop --reason to-be-updated ${names}`
        : `replace it by this one with: longarm update ${posting.id ?? ""}`,
    exitCode: 3,
  });
}
