// What a person should know before applying a posting: sentences only, nothing is decided here.
import { readableBytes } from "#model/bytes";
import type { Posting } from "#model/postings";
import { printRevision } from "#model/postings";
import type { ComposedPatch } from "#model/queue";
import type { FoundPosting } from "./postings.ts";

/** Another revision than the one named, a newer one elsewhere, missing and contested patches, tags that were not taken. */
export function amWarnings(
  named: FoundPosting,
  posting: Posting,
  patches: readonly ComposedPatch[],
  picked: boolean,
): string[] {
  const warnings: string[] = [];
  const { chain } = named;
  if (posting !== named.posting) {
    warnings.push(
      `${show(posting)} is taken; ${show(named.posting)} is what was named, take it with -v ${named.posting.revision.major}`,
    );
  }
  const newest = chain.postings.at(-1);
  if (newest !== undefined && newest !== posting) {
    warnings.push(`${show(newest)} is newer: <${newest.id ?? ""}>, take it with -v latest`);
  }
  if (!posting.complete && !picked) {
    const missing = posting.slots.flatMap((slot, index) => (slot === null ? [index + 1] : []));
    warnings.push(
      `incomplete: ${missing.join(", ")} of ${posting.total} ${missing.length === 1 ? "is" : "are"} not in these archives`,
    );
  }
  for (const { index, patch, kind } of posting.extras) {
    if (!patches.some(({ part }) => part === index + 1)) continue;
    const what = kind === "replacement" ? "a replacement of" : "a second mail for";
    warnings.push(`<${patch.message.messageId ?? ""}> is ${what} patch ${index + 1}, the first one is taken`);
  }
  return [...warnings, ...untaken(patches)];
}

/** One sentence a tag, not one a patch: tags on the cover are refused for every patch alike. */
function untaken(patches: readonly ComposedPatch[]): string[] {
  const parts = new Map<string, number[]>();
  for (const { part, refused, suggested } of patches) {
    for (const { trailer, evidence } of [...refused, ...suggested]) {
      const [first] = evidence;
      const tag = readableBytes(`${trailer.key}: ${trailer.value}`);
      const why = first?.verdict === "no-person" ? "for you to judge" : (first?.reason ?? "");
      const sentence = `not taken: ${tag} (${why}, see <${first?.messageId ?? ""}>)`;
      parts.set(sentence, [...(parts.get(sentence) ?? []), part]);
    }
  }
  return [...parts].map(([sentence, list]) => `patch ${list.join(", ")}: ${sentence}`);
}

function show({ revision, rfc }: Posting): string {
  return `${rfc ? "RFC " : ""}${printRevision(revision)}`;
}
