// Reads what a source tree's own scripts/get_maintainer.pl prints with --roles; running it is io/scripts' task.
import type { ByteString } from "#model/bytes";
import type { Address } from "#model/mail";
import { parseAddresses } from "#model/mail";

/** Somebody who looks after what a patch changes. */
export interface Person {
  readonly address: Address;
  /** As the list of maintainers has it: `maintainer:CONTROL GROUP (CGROUP)`. */
  readonly role: string;
}

/** People that are taken of one run. */
const MAX_PEOPLE = 200;
const LINE = /^(.*(?:<[^<>]+>|[^\s<>]+@[^\s<>]+)) \(([a-z][a-z ]*:.*)\)$/;

/** The people with a role, in the order printed; lists and whoever only wrote commits are passed over. */
export function parseMaintainers(output: ByteString): Person[] {
  const found: Person[] = [];
  for (const line of output.split("\n")) {
    if (found.length >= MAX_PEOPLE) break;
    const match = LINE.exec(line);
    const address = match === null ? undefined : parseAddresses(match[1] ?? "")[0];
    const role = match?.[2] ?? "";
    if (address !== undefined && /^(?:maintainer|supporter|odd fixer|reviewer):/.test(role))
      found.push({ address, role });
  }
  return found;
}
