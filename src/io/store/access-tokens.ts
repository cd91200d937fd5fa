// Tokens of people and robots that may do something over the web, in `.longarm/tokens.json`: only their hashes, readable by the owner
// alone. A token is 256 random bits, so that a plain hash of it tells nobody anything.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, textOf, UserError } from "#model/bytes";
import { readIfThere } from "./disk.ts";
import { writePrivateFile } from "./private-file.ts";

/** What its holder may do: change the tree, or post results of checks. */
export type TokenRight = "maintain" | "check";

export interface AccessToken {
  /** `Name <address>`, as the ledger will have it. */
  readonly name: string;
  readonly may: TokenRight;
  /** sha256 of the token, hex. */
  readonly hash: string;
  /** UTC. */
  readonly made: string;
}

const NAME = "tokens.json";
/** Before every token, so that scanners for leaked secrets know it. */
const PREFIX = "longarm_";

/** All tokens of the tree. Throws UserError when the file is damaged: nobody shall be let in, or kept out, by a guess. */
export function readTokens(privateDir: string): readonly AccessToken[] {
  const file = join(privateDir, NAME);
  const bytes = readIfThere(file);
  if (bytes === null) return [];
  try {
    const value = JSON.parse(textOf(bytes)) as readonly AccessToken[];
    if (Array.isArray(value) && value.every(isToken)) return value;
  } catch {
    // Said below.
  }
  throw new UserError(`"${file}" is damaged`, { hint: "remove it, and make the tokens anew with: longarm token add" });
}

/** Replaces the tokens; to be called under the tree's lock. */
export function writeTokens(privateDir: string, tokens: readonly AccessToken[]): void {
  mkdirSync(privateDir, { recursive: true });
  writePrivateFile(join(privateDir, NAME), bytesOf(`${JSON.stringify(tokens, null, 2)}\n`));
}

/** A new token, and what is kept of it. The token itself is nowhere afterwards. */
export function makeToken(
  name: string,
  may: TokenRight,
  now: Date,
): { readonly token: string; readonly kept: AccessToken } {
  const token = `${PREFIX}${randomBytes(32).toString("base64url")}`;
  const made = now.toISOString().replace(/\.\d+Z$/, "Z");
  return { token, kept: { name, may, hash: hashOf(token).toString("hex"), made } };
}

/** Whose token it is; null for nobody's. Takes as long for one that is nearly right as for any other. */
export function holderOf(tokens: readonly AccessToken[], token: string): AccessToken | null {
  const given = hashOf(token);
  let holder: AccessToken | null = null;
  for (const one of tokens) if (timingSafeEqual(given, Buffer.from(one.hash, "hex"))) holder = one;
  return holder;
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function isToken(value: unknown): boolean {
  const { name, may, hash, made } = Object(value) as Partial<Record<keyof AccessToken, unknown>>;
  return (
    typeof name === "string" &&
    (may === "maintain" || may === "check") &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof made === "string"
  );
}
