// What objections do to tags: a tag taken back by who gave it, or followed by a NAK, is flagged, and a rule says what a flag does.
import type { MessageId } from "#model/mail";
import { parseAddresses } from "#model/mail";
import type { CollectedTrailer, SlotTrailers } from "./collect-trailers.ts";
import { compareAddresses } from "./compare-addresses.ts";
import { withoutNotes } from "./same-tag.ts";
import type { Objection } from "./tag-objections.ts";
import type { TagRules } from "./tag-rules.ts";

/** Something said after a tag was given. `withdrawn`: its giver took it back; `nak`: somebody objected to the patch. */
export interface TagFlag {
  readonly kind: "withdrawn" | "nak";
  readonly messageId: MessageId | null;
  /** 1-based line in the text of that mail. */
  readonly line: number;
}

/** The same tags with their flags; those taken back are among the refused where the rules say so, with that as the reason. */
export function flagTags(slot: SlotTrailers, rules: TagRules): SlotTrailers {
  if (slot.objections.length === 0) return slot;
  const flagged = slot.taken.map((tag) => {
    const flags = slot.objections.filter((objection) => speaksAgainst(objection, tag)).map(flagOf);
    return flags.length === 0 ? tag : { ...tag, flags };
  });
  if (rules.withdrawn === "keep") return { ...slot, taken: flagged };
  return {
    ...slot,
    taken: flagged.filter((tag) => !isWithdrawn(tag)),
    refused: [...slot.refused, ...flagged.filter(isWithdrawn).map(refused)],
  };
}

function isWithdrawn({ flags }: CollectedTrailer): boolean {
  return flags.some(({ kind }) => kind === "withdrawn");
}

function flagOf({ kind, messageId, line }: Objection): TagFlag {
  return { kind: kind === "nak" ? "nak" : "withdrawn", messageId, line };
}

function refused(tag: CollectedTrailer): CollectedTrailer {
  const id = tag.flags.find(({ kind }) => kind === "withdrawn")?.messageId ?? null;
  const reason = `withdrawn in <${id ?? ""}>`;
  return { ...tag, evidence: tag.evidence.map((each) => ({ ...each, verdict: "refused", reason })) };
}

// A NAK is about all that was said before it; who takes a tag back and gives it again later, has given it.
function speaksAgainst(objection: Objection, { trailer, evidence }: CollectedTrailer): boolean {
  const at = objection.time ?? Number.MAX_VALUE;
  const times = evidence.map(({ time, messageId }) =>
    messageId === objection.messageId ? Infinity : (time ?? -Infinity),
  );
  if (objection.kind === "nak") return times.some((time) => time <= at);
  if (objection.key !== null && objection.key !== trailer.key.toLowerCase()) return false;
  const person = parseAddresses(withoutNotes(trailer.value))[0];
  const { sender } = objection;
  if (person === undefined || sender === null || compareAddresses(person, sender) === "mismatch") return false;
  return times.every((time) => time <= at);
}
