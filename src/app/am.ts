// `mail am`: a posting as `git am` or quilt would take it. It changes no tree; all it writes is the file that was asked for.
import { resolve } from "node:path";
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { PatchRecord } from "#model/export";
import { amMailbox, patchRecord, quiltFiles, trailerTexts, withCcTrailers, withoutCrlf } from "#model/export";
import { noticeName } from "#model/notices";
import type { Posting, RevisionChain } from "#model/postings";
import { carryTags, composedPosting, composition, printRevision } from "#model/postings";
import type { ComposedPatch } from "#model/queue";
import { composePatches } from "#model/queue";
import { writeNewDirectory, writeNewFile } from "#io/store";
import { amWarnings, oddCharacters } from "./am-warnings.ts";
import { guardRules } from "./attest.ts";
import { chooseParts } from "./choose-parts.ts";
import { chooseRevision } from "./choose-revision.ts";
import { mailSettings } from "./mail-settings.ts";
import { findMailHere } from "./find-mail.ts";
import { postingOf } from "./postings.ts";
import type { World } from "./world.ts";

export interface AmRequest {
  readonly id: string;
  /** Archives to read. */
  readonly from: readonly string[];
  /** `5`, `v6.1`, `latest`; null for the newest revision in the thread of `id`. */
  readonly revision: string | null;
  /** `1,3-5`, or `_` for the patch that `id` names; null for all. */
  readonly parts: string | null;
  /** `setting`: as the tree says; else the beginning of each `Link:`; null for none. */
  readonly link: { readonly prefix: string } | "setting" | null;
  /** What is done of that which is proposed for a posting that did not come in one piece: what its senders are certain of, as b4 does; all; nothing. */
  readonly compose: "certain" | "all" | "nothing";
  readonly coverTags: boolean;
  /** Add `Cc:` for everybody whom the mail went to and no trailer names. */
  readonly ccTrailers: boolean;
  /** A file, `-` for the caller to print it, null for a file named after the posting, none when there is a quilt directory. */
  readonly out: string | null;
  readonly quilt: string | null;
  /** Replace the file if it is there. */
  readonly force: boolean;
}

export interface AmResult {
  readonly posting: Posting;
  readonly patches: readonly PatchRecord[];
  /** What replies gave, for each of `patches`. */
  readonly given: readonly (readonly string[])[];
  /** Where the mailbox is, as it was named; null when there is none or it is printed. */
  readonly file: string | null;
  readonly quilt: string | null;
  /** The mailbox that the caller prints; null when it was written. */
  readonly mailbox: Bytes | null;
  /** What a person should know before applying it, a sentence each. */
  readonly warnings: readonly string[];
  /** The commit that the posting says it is based on. */
  readonly base: string | null;
}

/** Makes the mailbox, or the quilt directory, or both. Throws UserError when the posting, a part of it or the place is not there. */
export async function am(world: World, request: AmRequest): Promise<AmResult> {
  const settings = await mailSettings(world);
  const postings = await findMailHere(world, request.from, request.id);
  for (const problem of postings.problems) world.tell(problem);
  const named = postingOf(postings, request.id);
  // Whoever names one patch wants that very mail.
  const exact = request.parts === "_" && request.revision === null;
  const posting = exact ? named.posting : chooseRevision(named, request.revision);
  const taken = composedOf(posting, named.chain, request.compose);
  const composed = composePatches(
    taken,
    {
      ...settings,
      foldCover: false,
      link: linkPrefix(request.link, settings.link),
      signOff: null,
      coverTags: request.coverTags,
    },
    carryTags(
      named.chain.postings.map((one) => (one === posting ? taken : one)),
      taken,
      settings.rules,
    ).slots,
  );
  const wanted = chooseParts(taken, request.parts, request.id);
  const chosen = composed.filter(({ part }) => wanted === null || wanted.has(part)).map(withoutCrlf);
  if (chosen.length === 0) {
    throw new UserError(`no patch of "${posting.subject}" is in these archives`, {
      hint: "name an archive that has them with --from",
    });
  }
  const patches = request.ccTrailers ? chosen.map(withCcTrailers) : chosen;
  const printed = request.out === "-";
  const file = printed ? null : (request.out ?? (request.quilt === null ? fileName(posting) : null));
  const mailbox = amMailbox(patches, taken);
  if (request.quilt !== null) writeNewDirectory(resolve(world.cwd, request.quilt), quiltFiles(patches, settings.diff));
  if (file !== null) writeNewFile(resolve(world.cwd, file), mailbox, request.force ? "replace" : "keep");
  return {
    posting,
    patches: patches.map((patch) => patchRecord(taken, patch)),
    given: patches.map(givenTo),
    file,
    quilt: request.quilt,
    mailbox: printed ? mailbox : null,
    warnings: [
      ...amWarnings(named, posting, taken, patches, wanted !== null),
      ...oddCharacters(patches, guardRules(world)),
    ],
    base: posting.base.commit,
  };
}

/** The posting, or what is proposed in its place and accepted. */
function composedOf(posting: Posting, chain: RevisionChain, accepted: AmRequest["compose"]): Posting {
  const proposed = composition(posting, chain);
  const isTaken = accepted === "all" || (accepted === "certain" && proposed.verdict === "certain");
  return isTaken && proposed.verdict !== "posted" ? composedPosting(posting, proposed) : posting;
}

function linkPrefix(link: AmRequest["link"], setting: string): string {
  if (link === null) return "";
  if (link !== "setting") return link.prefix;
  if (setting !== "") return setting;
  throw new UserError("no address is known that links begin with", {
    hint: 'name one with --link-prefix URL, or set patches.link in the "longarm.toml" of the tree',
  });
}

/** `greet-better-manners-v2.mbx`: what `git am` does not mind and a person can tell from its other revisions. */
function fileName(posting: Posting): string {
  const stem = noticeName(posting.subject).replace(/\.patch$/, "");
  const rfc = posting.rfc ? "rfc-" : "";
  return `${stem}-${rfc}${printRevision(posting.revision)}.mbx`;
}

function givenTo({ taken }: ComposedPatch): string[] {
  return trailerTexts(taken.map(({ trailer }) => trailer));
}
