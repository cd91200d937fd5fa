// Opens the archive behind an address: picks the kind by its scheme. The kinds themselves are next door.
import { type Archive, archiveLimits, type ArchiveOptions } from "../archive.ts";
import { openImapArchive } from "../imap/imap-archive.ts";
import { openNntpArchive } from "../nntp/nntp-archive.ts";
import { parseRemoteAddress } from "./address.ts";
import { openWebArchive } from "../web/web-archive.ts";
import type { RemoteOptions } from "./options.ts";

/** Opens the archive at an address with one of the schemes of {@link parseRemoteAddress}; nothing is connected yet. Throws UserError. */
export function openRemoteArchive(spec: string, options: ArchiveOptions & RemoteOptions): Archive {
  const address = parseRemoteAddress(spec);
  switch (address.scheme) {
    case "nntp":
    case "nntps":
      return openNntpArchive(address, { every: archiveLimits.every, ...options });
    case "imap":
    case "imaps":
      return openImapArchive(address, { every: archiveLimits.every, ...options });
    case "http":
    case "https":
      return openWebArchive(address, { every: archiveLimits.every, ...options });
  }
}
