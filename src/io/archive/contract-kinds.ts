// Every kind of archive on this machine's disk, as contract.ts takes it. Test code only.
import { byteString, fromByteString } from "#model/bytes";
import type { ContractKind } from "./contract.ts";
import {
  counted,
  ended,
  makeFolder,
  makeMailbox,
  makeMaildir,
  printMboxcl2,
  printMboxo,
  printMboxrd,
} from "./contract-files.ts";
import { makeInbox } from "./contract-inbox.ts";

const noDamage = ["damage", "read"] as const;

/** By name; those of {@link quickKinds} and these together are all. */
export const moreKinds: Readonly<Record<string, ContractKind>> = {
  "public-inbox v2, one epoch": { make: () => makeInbox({ version: 2, epoch: null }) },
  "public-inbox v2, not bare": { make: () => makeInbox({ version: 2, epoch: null, bare: false }) },
  "public-inbox v2, SHA-256": { make: () => makeInbox({ version: 2, format: "sha256", epoch: 4 }) },
  "Maildir, read at once": { make: () => makeMaildir({ read: true }) },
  mboxo: {
    make: () => makeMailbox(printMboxo),
    // mboxo cannot say whether a quoted line was quoted before.
    given: (mail) => (/^>From /m.test(byteString(mail)) ? null : ended(mail)),
    lacks: noDamage,
  },
  "Maildir, a subfolder": { make: () => makeMaildir({ folder: ".lists.patches" }) },
  folder: { make: () => makeFolder(false) },
};

/** Kinds that `npm test` runs. */
export const quickKinds: Readonly<Record<string, ContractKind>> = {
  "public-inbox v2, three mails an epoch": { make: () => makeInbox({ version: 2, epoch: 3 }) },
  "public-inbox v1": { make: () => makeInbox({ version: 1, epoch: null }), lacks: ["damage"] },
  mboxrd: { make: () => makeMailbox(printMboxrd), given: ended, lacks: noDamage },
  "mboxrd, gzipped": { make: () => makeMailbox(printMboxrd, true), given: ended, lacks: noDamage },
  mboxcl2: {
    make: () => makeMailbox(printMboxcl2),
    given: (mail) => fromByteString(counted(byteString(mail))),
    lacks: noDamage,
  },
  Maildir: { make: () => makeMaildir() },
  "folder, nested": { make: () => makeFolder(true) },
};
