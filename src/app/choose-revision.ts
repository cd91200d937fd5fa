// Which revision of a series `mail am` takes when a Message-ID names one of them. Reads no archive.
import { UserError } from "#model/bytes";
import type { Posting } from "#model/postings";
import { printRevision } from "#model/postings";
import type { FoundPosting } from "./postings.ts";

/**
 * Without a wish the newest revision of the series in the same thread, as b4 does; one in another thread is only told of, see am-warnings.ts.
 * `latest` is the newest of all; a number, with or without `v`, is that revision: the named posting itself before others, a patch before an RFC.
 * Throws UserError when there is none of that number.
 */
export function chooseRevision({ posting, chain }: FoundPosting, wanted: string | null): Posting {
  const { postings } = chain;
  if (wanted === null) {
    const later = postings.slice(postings.indexOf(posting));
    return later.findLast((one) => one.thread === posting.thread && !isOlder(one, posting)) ?? posting;
  }
  if (wanted === "latest") return postings.at(-1) ?? posting;
  const number = `v${wanted.replace(/^v/i, "")}`;
  const found = [posting, ...postings.toReversed()].filter((one) => printRevision(one.revision) === number);
  const chosen = found.find((one) => one === posting) ?? found.find((one) => !one.rfc) ?? found[0];
  if (chosen !== undefined) return chosen;
  throw new UserError(`no revision ${number} of "${posting.subject}" is in these archives`, {
    hint: `revisions: ${postings.map(({ revision, rfc }) => `${rfc ? "RFC " : ""}${printRevision(revision)}`).join(", ")}`,
  });
}

/** A resend of an older revision may come late. */
function isOlder({ revision: a }: Posting, { revision: b }: Posting): boolean {
  return a.major < b.major || (a.major === b.major && (a.minor ?? 0) < (b.minor ?? 0));
}
