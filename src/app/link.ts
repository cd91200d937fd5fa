// `mail link`: what a person says about two postings, recorded in the ledger. It reads no archive unless it is asked to check.
import { UserError } from "#model/bytes";
import type { LedgerEvent } from "#model/ledger";
import { manualLinksOf } from "#model/ledger";
import type { MessageId } from "#model/mail";
import { parseMessageId } from "#model/mail";
import type { ManualLink } from "#model/postings";
import type { Tree, TreeChange } from "#io/store";
import { readLedger } from "#io/store";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { postingOf, readPostings } from "./postings.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface LinkRequest {
  /** Message-IDs of mails of the two postings, with or without `<>`. */
  readonly newer: string;
  readonly older: string;
  readonly relation: LinkedRelation;
  /** Archives that must have both postings; none for no check. */
  readonly from: readonly string[];
  readonly dryRun: boolean;
}

/** `revision`, `unrelated`, or `forgotten` to take back what was said. */
type LinkedRelation = Extract<LedgerEvent, { kind: "linked" }>["relation"];

export interface LinkPlan {
  readonly newer: MessageId;
  readonly older: MessageId;
  readonly relation: LinkedRelation;
  readonly change: TreeChange;
}

/** Records the decision. Throws UserError for what is no Message-ID, for a pair that nothing was said of, and for mails that are not there. */
export async function linkPostings(world: World, request: LinkRequest): Promise<Changed<LinkPlan>> {
  return withTree(world, (tree) =>
    changeTree(world, tree, "mail link", request.dryRun, () => planLink(world, tree, request)),
  );
}

async function planLink(world: World, tree: Tree, request: LinkRequest): Promise<LinkPlan> {
  const { relation } = request;
  const [newer, older] = [idOf(request.newer), idOf(request.older)];
  if (newer === older) throw new UserError(`"${newer}" is named twice`, { hint: "name mails of two postings" });
  if (request.from.length > 0) {
    const found = await readPostings(world, request.from, tree);
    if (postingOf(found, newer).posting === postingOf(found, older).posting)
      throw new UserError(`"${newer}" and "${older}" are of one posting`, { hint: "name mails of two postings" });
  }
  const known = manualLinksOf(readLedger(tree)).find((link) => isPair(link, newer, older));
  if (relation === "forgotten" && known === undefined) {
    throw new UserError(`nothing was said of "${newer}" and "${older}"`, {
      hint: 'see what was said of others with "longarm log"',
    });
  }
  if (known?.kind === relation && known.newer === newer)
    throw new UserError(`that was said of "${newer}" and "${older}" already`, { hint: "take it back with --remove" });
  const summary = {
    revision: `mail: ${newer} is the next revision of ${older}`,
    unrelated: `mail: ${newer} is no revision of ${older}`,
    forgotten: `mail: forget the link of ${newer} and ${older}`,
  }[relation];
  const change = {
    summary,
    files: new Map(),
    events: [{ kind: "linked", newer, older, relation } as const],
    notices: [],
  };
  return { newer, older, relation, change };
}

function idOf(text: string): MessageId {
  const id = parseMessageId(text.startsWith("<") ? text : `<${text}>`);
  if (id === null) throw new UserError(`"${text}" is no Message-ID`, { hint: "it has the form left@right" });
  return id;
}

function isPair(link: ManualLink, one: MessageId, other: MessageId): boolean {
  return (link.newer === one && link.older === other) || (link.newer === other && link.older === one);
}
