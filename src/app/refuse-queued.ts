// Whether a posting is in the queue already, itself or as another revision. What a posting is, is told elsewhere.
import { UserError } from "#model/bytes";
import type { Origin } from "#model/ledger";
import type { Posting } from "#model/postings";
import { printRevision } from "#model/postings";
import type { FoundPosting } from "./postings.ts";

/** One mail is queued once, and two revisions of one series never side by side. */
export function refuseQueued(
  origins: ReadonlyMap<string, Origin>,
  { posting, chain }: FoundPosting,
  original: Posting,
): void {
  const own = new Set(posting.slots.map((slot) => slot?.message.messageId));
  const others = new Set(chain.postings.filter((one) => one !== original).map((one) => one.id));
  const mails = [...origins].flatMap(([name, origin]) => (origin.kind === "mail" ? [{ name, origin }] : []));
  const same = mails.filter(({ origin }) => [...own].some((id) => id === origin.messageId));
  const other = mails.filter(({ origin }) => [...others].some((id) => id === origin.posting));
  const [first] = same.length > 0 ? same : other;
  if (first === undefined) return;
  const names = (same.length > 0 ? same : other).map(({ name }) => name).join(" ");
  const message =
    same.length > 0
      ? `<${first.origin.messageId}> is queued already, as "${first.name}"`
      : `${first.origin.revision} of this series is queued ("${first.name}"), and this is ${printRevision(posting.revision)}`;
  throw new UserError(message, {
    hint:
      same.length > 0
        ? `drop it first: longarm drop --reason to-be-updated ${names}`
        : `replace it by this one with: longarm update ${posting.id ?? ""}`,
    exitCode: 3,
  });
}
