// The tags that replies gave to a posting, each with the evidence: which mail, which line, which rule, whose name.
// Follows b4 where b4 is right (0.12 and 0.17). Changes no patch, and knows one posting only: see carry-tags.ts for earlier ones.
import type { ByteString } from "#model/bytes";
import type { MessageId, Trailer } from "#model/mail";
import { judgeTag, type Verdict } from "./judge-tag.ts";
import type { Posting, Reply } from "./posting.ts";
import { replyLines } from "./reply-lines.ts";
import { replyTrailers, type ReplyTrailer } from "./reply-trailers.ts";
import { tagIdentity } from "./same-tag.ts";
import { flagTags, type TagFlag } from "./tag-flags.ts";
import { findObjections, type Objection } from "./tag-objections.ts";
import { DEFAULT_RULES, isIgnored, isRobot, isSuggestion, type KeyKind, type TagRules } from "./tag-rules.ts";

/** Where a tag was found, and what was thought of it. */
export interface Evidence {
  readonly messageId: MessageId | null;
  /** Address of the sender of that mail. */
  readonly from: ByteString;
  /** When it was sent, in milliseconds since 1970; null when the mail has no date. */
  readonly time: number | null;
  /** 1-based line in the text of that mail. */
  readonly line: number;
  /**
   * `patch`: an answer to the patch; `cover`: an answer to the cover, counted for all patches; `extra`: an answer to a competing
   * patch of the slot; `carried`: given to the same change in another revision.
   */
  readonly rule: "patch" | "cover" | "extra" | "carried";
  /** The revision whose mails gave it, `v5`; null for the posting's own. */
  readonly revision: string | null;
  readonly verdict: Verdict;
  /** Why it was refused; null otherwise. */
  readonly reason: string | null;
  /** What transport or typing did to the tag, a sentence part behind "it"; null when nothing. */
  readonly damage: string | null;
}

/** A tag and everything that speaks for it, oldest first, and against it. The trailer's value is verbatim. */
export interface CollectedTrailer {
  readonly trailer: Trailer;
  readonly evidence: readonly Evidence[];
  readonly flags: readonly TagFlag[];
}

/** What replies gave to one patch. Tags that the patch carries already are not repeated. */
export interface SlotTrailers {
  /** Tags of persons whose mail says so themselves. */
  readonly taken: readonly CollectedTrailer[];
  /** `Fixes:`, `Closes:`, `Link:`, and the sign-off of a change that a reply holds: for a person to judge. */
  readonly suggestions: readonly CollectedTrailer[];
  /** Tags given in somebody else's name, by robots, or taken back. */
  readonly refused: readonly CollectedTrailer[];
  /** What was said against the patch, or against tags by who gave them; oldest first. */
  readonly objections: readonly Objection[];
}

/** One entry for each slot, in order. Mails are read oldest first. */
export function collectTrailers(posting: Posting, rules: TagRules = DEFAULT_RULES): SlotTrailers[] {
  const slots = posting.slots.map((slot) => ({
    known: new Set(slot?.trailers.map(tagIdentity)),
    found: new Map<string, Found>(),
    objections: [] as Objection[],
  }));
  for (const reply of posting.replies) {
    if (isIgnored(reply.message, rules)) continue;
    const text = replyLines(reply.message);
    const answered = slots.filter((_, index) => reply.to === "cover" || reply.to === index);
    if (!isRobot(reply.message, rules)) {
      const objections = findObjections(reply.message, text);
      for (const slot of answered) slot.objections.push(...objections);
    }
    for (const found of replyTrailers(reply.message, text)) {
      const kind = rules.kindOf(found.trailer.key);
      if (kind === "ignored" || kind === "objection" || (kind === "suggestion" && !isSuggestion(found.trailer)))
        continue;
      const evidence = evidenceOf(posting, reply, found, kind, rules);
      const list = listOf(evidence, kind, found);
      const identity = tagIdentity(found.trailer);
      for (const slot of answered) {
        if (slot.known.has(identity)) continue;
        const name = `${list} ${identity}`;
        const before = slot.found.get(name);
        const trailer = before?.trailer ?? found.trailer;
        slot.found.set(name, { list, trailer, evidence: [...(before?.evidence ?? []), evidence] });
      }
    }
  }
  return slots.map(({ found, objections }) => {
    const pick = (list: Found["list"]): CollectedTrailer[] =>
      [...found.values()]
        .filter((each) => each.list === list)
        .map(({ trailer, evidence }) => ({ trailer, evidence, flags: [] }));
    const slot = { suggestions: pick("suggestions"), refused: pick("refused"), objections };
    return flagTags({ ...slot, taken: pick("taken") }, rules);
  });
}

interface Found {
  readonly list: "taken" | "suggestions" | "refused";
  readonly trailer: Trailer;
  readonly evidence: readonly Evidence[];
}

function listOf({ verdict }: Evidence, kind: KeyKind, { signsOwnChange }: ReplyTrailer): Found["list"] {
  if (verdict === "refused" || verdict === "mismatch") return "refused";
  return kind === "person" && !signsOwnChange ? "taken" : "suggestions";
}

function evidenceOf(posting: Posting, reply: Reply, found: ReplyTrailer, kind: KeyKind, rules: TagRules): Evidence {
  const { message } = reply;
  const { trailer, line, damage, signsOwnChange } = found;
  const isExtra = posting.extras.some(({ patch }) => patch.message === reply.target);
  const rule = reply.to === "cover" ? "cover" : isExtra ? "extra" : "patch";
  const from = message.from[0]?.address ?? "";
  const time = message.date?.time ?? null;
  const base = { messageId: message.messageId, from, time, line, rule, revision: null, damage } as const;
  if (kind !== "person") return { ...base, verdict: "no-person", reason: null };
  if (isRobot(message, rules) && !rules.robotsMay(trailer.key)) {
    return { ...base, verdict: "refused", reason: `"${trailer.key}" of a robot` };
  }
  const { verdict, reason } = judgeTag(trailer, message);
  return { ...base, verdict, reason: reason ?? (signsOwnChange ? "it signs the change in that mail" : null) };
}
