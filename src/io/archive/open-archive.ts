// Opens the archive that a person names: a path or an address. Picks the kind; what a kind does is in its own file.
import { UserError } from "#model/bytes";
import type { Archive } from "./archive.ts";

/** What every kind takes; tests and settings use it. */
export interface ArchiveOptions {
  /** Most messages between two `reached`, so how many a reader stores in one transaction; {@link archiveLimits} otherwise. */
  readonly every?: number;
}

/** `every`: messages between two `reached` when nobody says otherwise. */
export const archiveLimits = { every: 1000 } as const;

/** Opens the archive that `spec` names. Throws UserError when there is none or it is of no known kind. */
export function openArchive(spec: string, options: ArchiveOptions = {}): Promise<Archive> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(spec)?.[1]?.toLowerCase() ?? null;
  switch (scheme) {
    case null:
    case "file":
    case "imap":
    case "imaps":
    case "nntp":
    case "nntps":
    case "news":
    case "http":
    case "https":
    default:
      void options;
      return Promise.reject(
        new UserError(`cannot read the archive "${spec}"`, { hint: "name a path on this machine's disk" }),
      );
  }
}
