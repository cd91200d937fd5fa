// `feed`: an Atom feed of the tree, one of its branches, an author's patches or one patch; as text, or in a file that is replaced whole.
import type { Bytes } from "#model/bytes";
import { bytesOf, byteString } from "#model/bytes";
import { printAtom, treeFeed } from "#model/feeds";
import type { Feed, FeedScope } from "#model/feeds";
import { parseAddresses } from "#model/mail";
import type { Tree } from "#io/store";
import { readLedger, writeNewFile } from "#io/store";
import { resolve } from "node:path";
import { askedPatches } from "./asked.ts";
import { branchNamed } from "./change.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface FeedRequest {
  /** At most one of them is not null. */
  readonly branch: string | null;
  readonly author: string | null;
  /** Whatever `show` takes. */
  readonly patch: string | null;
  /** Where the feed will be found; null where nobody knows. */
  readonly self: string | null;
  /** Null to write no file. */
  readonly output: string | null;
}

export interface MadeFeed {
  readonly feed: Feed;
  readonly xml: string;
}

/** Makes a feed. Throws UserError for a branch or patch that is not there, and where the output is a file that is no feed. */
export async function feed(world: World, request: FeedRequest): Promise<MadeFeed> {
  return withTree(world, async (tree) => {
    const events = readLedger(tree);
    const made = treeFeed(events, await scopeOf(tree, request), hostOf(tree), request.self);
    const xml = printAtom(made);
    if (request.output !== null) writeNewFile(resolve(world.cwd, request.output), bytesOf(xml), isFeed);
    return { feed: made, xml };
  });
}

/** A feed takes the place of a feed, never of a file that happens to have the name, such as "series". */
function isFeed(bytes: Bytes): boolean {
  return bytes.length === 0 || byteString(bytes.subarray(0, HEAD)).includes("<feed ");
}

/** Bytes in which the beginning of a feed is looked for. */
const HEAD = 200;

async function scopeOf(tree: Tree, { branch, author, patch }: FeedRequest): Promise<FeedScope> {
  if (branch !== null) return { kind: "branch", branch: branchNamed(tree, branch) };
  if (author !== null) return { kind: "author", author };
  if (patch === null) return { kind: "tree" };
  const { patches } = await askedPatches(tree, readLedger(tree), patch);
  return { kind: "patches", patches: patches.map(({ row }) => row.name) };
}

/** Whoever runs the tree is named by the host of its Message-IDs, or of the maintainer's address. */
function hostOf({ config }: Tree): string {
  const host = config.notices?.host ?? parseAddresses(config.maintainer)[0]?.address.replace(/^.*@/, "") ?? "";
  return /^[a-z0-9.-]+$/i.test(host) ? host.toLowerCase() : "localhost";
}
