// The versions of one patch that there are: as it came into the queue each time, as it is now, and as it was posted, so that any two
// can be compared. What came is read from the tree's own history, what was posted from the mail index.
import type { Bytes } from "#model/bytes";
import { bytesOf, concatBytes, UserError } from "#model/bytes";
import { standingEvents } from "#model/ledger";
import type { LedgerEvent } from "#model/ledger";
import { printAddress } from "#model/mail";
import { printRevision } from "#model/postings";
import type { PatchMail, Posting } from "#model/postings";
import type { PatchFile } from "#model/queue";
import { matchRevision, parsePatchFile, parsePatchName, typedName } from "#model/queue";
import type { Tree } from "#io/store";
import { patchPath, readPatchBytes } from "#io/store";
import { findMails } from "./find-mail.ts";
import { operationCommits } from "./operation-commits.ts";
import { postingOf } from "./postings.ts";
import type { KnownPatch } from "./rows.ts";
import type { World } from "./world.ts";

/** One version of a patch. */
export interface PatchVersion {
  /** Names it among the versions of its patch: `now`, `v5`, `queued-v5`; several of one name are told apart by a number. */
  readonly id: string;
  /** `now`: the patch file as it is. `queued`: as it came into the queue. `posted`: as a mail has it. */
  readonly kind: "now" | "queued" | "posted";
  /** `v5` where it is known. */
  readonly revision: string | null;
  /** Of the mail that it is or came from, without `<>`; null for none. */
  readonly messageId: string | null;
  /** When it came or was posted, UTC; null when that is not known. */
  readonly at: string | null;
  readonly file: PatchFile;
}

/** All of them: what was posted and what came, oldest first, then what is now. `was` is the patch file of one that left. */
export async function patchVersions(
  world: World,
  tree: Tree,
  events: readonly LedgerEvent[],
  { row, life, queued }: KnownPatch,
  was: Bytes | null,
): Promise<readonly PatchVersion[]> {
  const bytes = queued === null ? was : readPatchBytes(tree, queued.name);
  const now = bytes === null ? null : parsePatchFile(bytes);
  const came = await queuedVersions(tree, events, new Set([row.name, ...life.names]));
  const origin = life.state.origin;
  const like = now ?? came.at(-1)?.file;
  const posted =
    origin?.kind === "mail" && like !== undefined ? await postedVersions(world, tree, origin.messageId, like) : [];
  const inTime = [...posted, ...came].toSorted((one, other) => (one.at ?? "").localeCompare(other.at ?? ""));
  const current = now === null ? [] : [{ ...NOW, file: now }];
  return withDistinctIds([...inTime, ...current]);
}

const NOW = { id: "now", kind: "now", revision: null, messageId: null, at: null } as const;

async function queuedVersions(
  tree: Tree,
  events: readonly LedgerEvent[],
  names: ReadonlySet<string>,
): Promise<PatchVersion[]> {
  const arrivals = standingEvents(events).flatMap((event) =>
    (event.kind === "queued" || event.kind === "updated") && names.has(event.patch) ? [event] : [],
  );
  if (arrivals.length === 0) return [];
  const commits = await operationCommits(tree);
  const found: PatchVersion[] = [];
  for (const { op, at, patch, origin } of arrivals) {
    const [commit, name] = [commits.get(op), parsePatchName(typedName(patch))];
    // A tree whose history was rewritten does not have them any more.
    const bytes = commit === undefined || name === null ? null : await tree.git.readFile(commit.id, patchPath(name));
    if (bytes === null) continue;
    const [revision, messageId] = origin.kind === "mail" ? [origin.revision, origin.messageId] : [null, null];
    const id = `queued-${revision ?? "version"}`;
    found.push({ id, kind: "queued", revision, messageId, at, file: parsePatchFile(bytes) });
  }
  return found;
}

/** The patch in each posting of its series, found as an update would find it; none when the index does not know the mail. */
async function postedVersions(world: World, tree: Tree, messageId: string, like: PatchFile): Promise<PatchVersion[]> {
  if (tree.config.mail.archives.length === 0) return [];
  try {
    const { chain } = postingOf(await findMails(world, tree, [], [messageId]), messageId);
    return chain.postings.flatMap((posting): PatchVersion[] => {
      const found = samePatch(posting, like);
      if (found === null) return [];
      const revision = printRevision(posting.revision);
      const time = found.mail.message.date?.time ?? null;
      const at = time === null ? null : new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
      return [
        { id: revision, kind: "posted", revision, messageId: found.mail.message.messageId, at, file: found.file },
      ];
    });
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function samePatch(posting: Posting, like: PatchFile): { readonly mail: PatchMail; readonly file: PatchFile } | null {
  const mails = posting.slots.filter((slot) => slot !== null && slot.hasDiff) as PatchMail[];
  const files = mails.map((mail) => parsePatchFile(patchText(mail)));
  const matches = matchRevision(
    [{ title: like.title ?? "", stem: "", diff: like.diff }],
    mails.map(({ title }, index) => ({ title, stem: "", diff: (files[index] as PatchFile).diff })),
  );
  const index = matches.find(({ old, next }) => old !== null && next !== null)?.next ?? null;
  const [mail, file] = [mails[index ?? -1], files[index ?? -1]];
  return mail === undefined || file === undefined ? null : { mail, file };
}

/** What a mail would be as a patch file: enough of it to be compared. */
function patchText({ title, author, description, diff }: PatchMail): Bytes {
  const from = author === null ? "" : `From: ${printAddress(author)}\n`;
  return concatBytes([bytesOf(`${from}Subject: ${title}\n\n`), description, bytesOf("\n---\n"), diff]);
}

function withDistinctIds(versions: readonly PatchVersion[]): PatchVersion[] {
  const seen = new Map<string, number>();
  return versions.map((version) => {
    const count = (seen.get(version.id) ?? 0) + 1;
    seen.set(version.id, count);
    return count === 1 ? version : { ...version, id: `${version.id}-${count}` };
  });
}
