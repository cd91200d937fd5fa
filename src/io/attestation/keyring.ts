// The keys of developers that a tree trusts: a directory in the layout of patatt, KIND/DOMAIN/LOCAL/SELECTOR.
// Never a key that came with a mail.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { fileError, readableBytes, UserError } from "#model/bytes";

/** Finds keys by whom they belong to. */
export interface Keyring {
  /**
   * The key file of an address: base64 of 32 bytes for `ed25519`, an armored or binary public key for `openpgp`; null when there is none.
   * The address comes from a mail and may be anything.
   */
  find(kind: "ed25519" | "openpgp", address: string, selector: string): Bytes | null;
}

/** Trusts nobody. */
export const emptyKeyring: Keyring = { find: () => null };

/** A larger key file is none. */
export const MAX_KEY_BYTES = 1024 * 1024;

/** The keyring in a directory; throws UserError when it is not there. */
export function openKeyring(dir: string): Keyring {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UserError(`no keyring directory "${dir}"`, {
      hint: "make it, with files such as ed25519/DOMAIN/LOCAL/SELECTOR, or correct mail.attestation.keyring in longarm.toml",
    });
  }
  return {
    find(kind, address, selector) {
      const at = address.lastIndexOf("@");
      if (at <= 0) return null;
      const parts = [address.slice(at + 1).toLowerCase(), address.slice(0, at).toLowerCase(), selector].map(
        readableBytes,
      );
      return parts.every(isPlainName) ? readKey(join(dir, kind, ...parts)) : null;
    },
  };
}

/** Longer than any real domain, local part or selector. */
const MAX_PART = 255;

// The names come from mails: none may lead out of the directory.
function isPlainName(part: string): boolean {
  return /^[^/\\\p{Cc}]+$/u.test(part) && !part.startsWith(".") && part.length <= MAX_PART;
}

function readKey(path: string): Bytes | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined || !stats.isFile() || stats.size > MAX_KEY_BYTES ? null : readFileSync(path);
  } catch (error) {
    throw fileError(error, path);
  }
}
