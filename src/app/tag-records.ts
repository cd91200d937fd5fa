// Tags as the ledger keeps them: what was taken, and what was not and why.
import { readableBytes } from "#model/bytes";
import type { TagRecord } from "#model/ledger";
import type { Trailer } from "#model/mail";
import type { CollectedTrailer, LostTag, Objection } from "#model/postings";
import type { ComposedPatch } from "#model/queue";

/** Everything that was known of a patch's tags when it was queued; taken ones first. */
export function tagRecords(
  patch: Pick<ComposedPatch, "taken" | "suggested" | "refused" | "objections"> & { readonly lost: readonly LostTag[] },
): TagRecord[] {
  return [
    ...patch.taken.map(tagRecord),
    ...patch.suggested.map((tag) => ({ ...tagRecord(tag), verdict: "suggested" })),
    ...patch.refused.map(tagRecord),
    ...patch.objections.filter(({ kind }) => kind === "nak").map(objectionRecord),
    ...patch.lost.map(({ trailer, messageId, revision, reason }) => ({
      tag: tagText(trailer),
      messageId: messageId ?? "",
      verdict: "lost",
      revision,
      reason,
    })),
  ];
}

/** One tag with the mail that speaks for it first. */
export function tagRecord({ trailer, evidence }: CollectedTrailer): TagRecord {
  const [first] = evidence;
  const revision = first?.revision ?? null;
  return {
    tag: tagText(trailer),
    messageId: first?.messageId ?? "",
    verdict: first?.verdict ?? "",
    ...(revision === null ? {} : { revision }),
  };
}

/** `Key: value` for a person. */
export function tagText({ key, value }: Trailer): string {
  return `${readableBytes(key)}: ${readableBytes(value)}`;
}

function objectionRecord({ messageId, text }: Objection): TagRecord {
  return { tag: readableBytes(text), messageId: messageId ?? "", verdict: "objection" };
}
