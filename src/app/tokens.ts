// `token`: who may do something over the web. Tokens are private to this machine; the ledger does not know them.
import { UserError } from "#model/bytes";
import { parseAddresses } from "#model/mail";
import type { AccessToken, TokenRight, Tree } from "#io/store";
import { holderOf, makeToken, readTokens, takeLock, writeTokens } from "#io/store";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface TokenRequest {
  /** `Name <address>`. */
  readonly name: string;
  readonly may: TokenRight;
  readonly dryRun: boolean;
}

/** A token as it may be shown. */
export type ShownToken = Omit<AccessToken, "hash">;

/** Makes a token; it is told this once. Null after a dry run. Throws UserError when the name is no person, or has one already. */
export async function addToken(world: World, { name, may, dryRun }: TokenRequest): Promise<string | null> {
  const [person, ...others] = parseAddresses(name);
  if (person === undefined || others.length > 0 || !/^[^<>\p{Cc}]+ <[^<>\s]+@[^<>\s]+>$/u.test(name)) {
    throw new UserError(`"${name}" is no person`, {
      hint: 'write it as "Name <address>"; a robot has an address, too',
    });
  }
  return await changeTokens(world, dryRun, (tokens) => {
    if (tokens.some((one) => one.name === name && one.may === may)) {
      throw new UserError(`"${name}" has a token to ${may} already`, {
        hint: `take it back first: longarm token remove "${name}"`,
      });
    }
    const { token, kept } = makeToken(name, may, world.now());
    return { tokens: [...tokens, kept], result: token };
  });
}

/** Takes the tokens of that name back; returns how many. Throws UserError when there is none. */
export async function removeToken(world: World, name: string, dryRun: boolean): Promise<number> {
  const removed = await changeTokens(world, dryRun, (tokens) => {
    const left = tokens.filter((one) => one.name !== name);
    if (left.length < tokens.length) return { tokens: left, result: tokens.length - left.length };
    const hint =
      tokens.length === 0 ? "there are none" : `there are those of ${tokens.map((one) => one.name).join(", ")}`;
    throw new UserError(`"${name}" has no token`, { hint });
  });
  return removed ?? 0;
}

/** Who has a token. */
export async function listTokens(world: World): Promise<readonly ShownToken[]> {
  return withTree(world, (tree) =>
    Promise.resolve(readTokens(tree.privateDir).map(({ name, may, made }) => ({ name, may, made }))),
  );
}

/** Whose token it is in this tree; null for nobody's. */
export function tokenHolder(tree: Tree, token: string): ShownToken | null {
  return holderOf(readTokens(tree.privateDir), token);
}

function changeTokens<T>(
  world: World,
  dryRun: boolean,
  change: (tokens: readonly AccessToken[]) => { readonly tokens: readonly AccessToken[]; readonly result: T },
): Promise<T | null> {
  return withTree(world, (tree) => {
    if (dryRun) {
      change(readTokens(tree.privateDir));
      return Promise.resolve(null);
    }
    using _lock = takeLock(tree.privateDir, "token");
    const { tokens, result } = change(readTokens(tree.privateDir));
    writeTokens(tree.privateDir, tokens);
    return Promise.resolve(result);
  });
}
