// Where the public keys of domains come from: the DNS, a directory for machines that are offline, or nowhere.
import type { Resolver } from "node:dns/promises";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileError, UserError } from "#model/bytes";

/** Finds the key record (`v=DKIM1; k=rsa; p=…`) of a name such as `SELECTOR._domainkey.DOMAIN`; null when there is none. Throws when nobody answers. */
export type DomainKeys = (name: string) => Promise<string | null>;

/** Knows no key, asks nobody. */
export const noKeys: DomainKeys = () => Promise.resolve(null);

/** Milliseconds after which a name server counts as silent. */
export const DNS_TIMEOUT = 4000;

/**
 * Asks the name servers of this machine, or those at `servers` (`IP:PORT`), each name once.
 * After the first question without an answer it asks nothing more, so that a machine that is offline waits once.
 */
export function dnsKeys(servers: readonly string[] = [], timeout: number = DNS_TIMEOUT): DomainKeys {
  let resolver: Promise<Resolver> | null = null;
  const asked = new Map<string, Promise<string | null>>();
  let silence: Error | null = null;
  return (name) => {
    if (silence !== null) return Promise.reject(silence);
    const known = asked.get(name) ?? ask((resolver ??= makeResolver(servers, timeout)), name);
    asked.set(name, known);
    known.catch((error: unknown) => {
      silence ??= error instanceof Error ? error : new Error("no answer");
    });
    return known;
  };
}

/** Loaded with the first question: most commands ask none. */
async function makeResolver(servers: readonly string[], timeout: number): Promise<Resolver> {
  const { Resolver } = await import("node:dns/promises");
  const resolver = new Resolver({ timeout, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

async function ask(making: Promise<Resolver>, name: string): Promise<string | null> {
  const resolver = await making;
  try {
    // A record comes in strings of at most 255 bytes; of several records the first counts (RFC 6376 section 3.6.2.2).
    return (await resolver.resolveTxt(name))[0]?.join("") ?? null;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOTFOUND" || code === "ENODATA") return null;
    throw error;
  }
}

/** A longer file is no key record. */
const MAX_RECORD = 64 * 1024;

/** Key records in files that are called like their names, `SELECTOR._domainkey.DOMAIN`. Throws UserError when the directory is not there. */
export function directoryKeys(dir: string): DomainKeys {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UserError(`no directory of domain keys "${dir}"`, {
      hint: "make it, with files called SELECTOR._domainkey.DOMAIN, or correct mail.attestation.keys in longarm.toml",
    });
  }
  return (name) => {
    // The name comes from a mail and must not lead out of the directory.
    if (!/^[a-z0-9_-][a-z0-9._-]{0,250}$/i.test(name)) return Promise.resolve(null);
    const path = join(dir, name.toLowerCase());
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined || !stats.isFile() || stats.size > MAX_RECORD) return Promise.resolve(null);
      // Copied from a zone file or from dig: pieces in quotes.
      return Promise.resolve(
        readFileSync(path, "utf8")
          .replace(/"\s*"/g, "")
          .replace(/["\r\n]/g, "")
          .trim(),
      );
    } catch (error) {
      return Promise.reject(fileError(error, path));
    }
  };
}
