// The laws of every kind of archive with more mails, more cursors and more kills than `npm test` has time for.
import { archiveContract } from "../../src/io/archive/contract.ts";
import { moreKinds, quickKinds } from "../../src/io/archive/contract-kinds.ts";

for (const [name, kind] of Object.entries({ ...quickKinds, ...moreKinds })) {
  archiveContract(name, { ...kind, thorough: true });
}
