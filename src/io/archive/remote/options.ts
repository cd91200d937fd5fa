// What a person may set for an archive on another machine, and what follows from it for TLS.
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { UserError } from "#model/bytes";
import type { SecretSource } from "./secret.ts";

/** Settings of a remote archive. Without any, certificates are verified against Node's own list and nobody logs in. */
export interface RemoteOptions {
  /** Where the password of the address's user is. */
  readonly password?: SecretSource;
  /** A PEM file with the certificates to trust instead of the public ones. */
  readonly ca?: string;
}

/** Options for TLS: certificates are verified always; `ca` says against what. */
export function tlsOptions(
  options: RemoteOptions,
): Pick<ConnectionOptions, "ca" | "minVersion" | "rejectUnauthorized"> {
  const base = { minVersion: "TLSv1.2", rejectUnauthorized: true } as const;
  if (options.ca === undefined) return base;
  try {
    return { ...base, ca: readFileSync(options.ca) };
  } catch (cause) {
    throw new UserError(`cannot read the certificates in "${options.ca}"`, {
      hint: "name a PEM file",
      cause,
    });
  }
}
