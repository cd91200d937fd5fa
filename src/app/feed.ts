// `feed`: an Atom feed of the tree, one of its branches, an author's patches or one patch; as text, or in a file that is replaced whole.
import type { Bytes } from "#model/bytes";
import { bytesOf, byteString } from "#model/bytes";
import { printAtom, treeFeed } from "#model/feeds";
import type { Feed, FeedScope, PageOf } from "#model/feeds";
import { parseAddresses } from "#model/mail";
import type { Tree } from "#io/store";
import { readLedger, writeNewFile } from "#io/store";
import { resolve } from "node:path";
import { askedAmong, askedPatches } from "./asked.ts";
import { branchNamed } from "./change.ts";
import type { KnownPatch } from "./rows.ts";
import type { TreeView } from "./view.ts";
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

/** The feed of a tree that was read before, with a link to a page in each entry. Throws UserError as {@link feed} does. */
export async function feedOf(
  view: TreeView,
  request: Pick<FeedRequest, "branch" | "author" | "patch" | "self">,
  pageOf: PageOf,
): Promise<string> {
  const { tree, events } = view;
  const asked = request.patch === null ? [] : (await askedAmong(view, request.patch)).patches;
  const scope = scopeFrom(tree, request, asked);
  return printAtom(treeFeed(events, scope, hostOf(tree), request.self, pageOf));
}

/** A feed takes the place of a feed, never of a file that happens to have the name, such as "series". */
function isFeed(bytes: Bytes): boolean {
  return bytes.length === 0 || byteString(bytes.subarray(0, HEAD)).includes("<feed ");
}

/** Bytes in which the beginning of a feed is looked for. */
const HEAD = 200;

async function scopeOf(tree: Tree, request: FeedRequest): Promise<FeedScope> {
  const { patch } = request;
  return scopeFrom(tree, request, patch === null ? [] : (await askedPatches(tree, readLedger(tree), patch)).patches);
}

/** `asked` is what the patch turned out to be. */
function scopeFrom(
  tree: Tree,
  { branch, author, patch }: Pick<FeedRequest, "branch" | "author" | "patch">,
  asked: readonly KnownPatch[],
): FeedScope {
  if (branch !== null) return { kind: "branch", branch: branchNamed(tree, branch) };
  if (author !== null) return { kind: "author", author };
  if (patch === null) return { kind: "tree" };
  return { kind: "patches", patches: asked.map(({ row }) => row.name) };
}

/** Whoever runs the tree is named by the host of its Message-IDs, or of the maintainer's address. */
function hostOf({ config }: Tree): string {
  const host = config.notices?.host ?? parseAddresses(config.maintainer)[0]?.address.replace(/^.*@/, "") ?? "";
  return /^[a-z0-9.-]+$/i.test(host) ? host.toLowerCase() : "localhost";
}
