// What a person should know before applying a posting: sentences only, nothing is decided here.
import { readableBytes } from "#model/bytes";
import { parseDiff } from "#model/diff";
import type { GuardRules, Posting } from "#model/postings";
import { composition, describeFinding, guardPatch, printRevision } from "#model/postings";
import type { ComposedPatch } from "#model/queue";
import type { FoundPosting } from "./postings.ts";

/** Another revision than the one named, a newer one elsewhere, missing patches, other mails for a patch, objections, tags that were not taken. */
export function amWarnings(
  named: FoundPosting,
  posting: Posting,
  taken: Posting,
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
  const proposed = composition(posting, chain);
  for (const [index, { how, reason, patch }] of proposed.slots.entries()) {
    if (how === "posted" || patch === null || !patches.some(({ part }) => part === index + 1 || taken === posting))
      continue;
    const advice = taken === posting ? "; taken with --compose" : ", taken";
    warnings.push(`patch ${index + 1}: ${reason}, <${patch.message.messageId ?? ""}>${advice}`);
  }
  for (const { message, index } of proposed.fixlets) {
    const where = index === null ? "" : ` for patch ${index + 1}`;
    warnings.push(`a fixlet${where} is not folded: <${message.messageId ?? ""}>`);
  }
  if (!taken.complete && !picked) {
    const missing = taken.slots.flatMap((slot, index) => (slot === null ? [index + 1] : []));
    warnings.push(
      `incomplete: ${missing.join(", ")} of ${taken.total} ${missing.length === 1 ? "is" : "are"} not in these archives`,
    );
  }
  for (const { part, mail, objections } of patches) {
    for (const { message } of mail.problems) warnings.push(`patch ${part}: ${message}`);
    for (const { text, messageId } of objections)
      warnings.push(`patch ${part}: "${readableBytes(text).trim()}" <${messageId ?? ""}>`);
  }
  return [...warnings, ...untaken(patches)];
}

/** Characters that hide what a patch does: it is handed out all the same, for a person to look at. */
export function oddCharacters(patches: readonly ComposedPatch[], rules: GuardRules): string[] {
  return patches.flatMap(({ part, mail }) => {
    const findings = guardPatch({ ...mail, diff: parseDiff(mail.diff) }, rules);
    const named = findings.slice(0, MAX_NAMED).map(describeFinding).join("; ");
    const more = findings.length > MAX_NAMED ? `; ${findings.length - MAX_NAMED} more` : "";
    return findings.length === 0 ? [] : [`patch ${part} holds odd characters: ${named}${more}`];
  });
}

/** Odd characters of one patch that are named in a sentence. */
const MAX_NAMED = 5;

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
