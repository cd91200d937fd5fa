// The tags that replies gave to a posting, each with the evidence: which mail, which line, which rule, whose name.
// Follows b4 where b4 is right (0.12 and 0.17). Changes no patch: what is taken is decided with this in hand.
import type { ByteString } from "#model/bytes";
import type { MessageId, Trailer } from "#model/mail";
import { judgeTag, type Verdict } from "./judge-tag.ts";
import type { Posting, Reply } from "./posting.ts";
import { replyTrailers } from "./reply-trailers.ts";
import { DEFAULT_RULES, isRobot, type TagRules } from "./tag-rules.ts";

/** Where a tag was found, and what was thought of it. */
export interface Evidence {
  readonly messageId: MessageId | null;
  /** Address of the sender of that mail. */
  readonly from: ByteString;
  /** 1-based line in the text of that mail. */
  readonly line: number;
  /** `patch`: an answer to the patch; `cover`: an answer to the cover, counted for all patches; `extra`: an answer to a competing patch of the slot. */
  readonly rule: "patch" | "cover" | "extra";
  readonly verdict: Verdict;
  /** Why it was refused; null otherwise. */
  readonly reason: string | null;
}

/** A tag and everything that speaks for it, oldest first. The trailer's value is verbatim. */
export interface CollectedTrailer {
  readonly trailer: Trailer;
  readonly evidence: readonly Evidence[];
}

/** What replies gave to one patch. Tags that the patch carries already are not repeated. */
export interface SlotTrailers {
  /** Tags of persons whose mail says so themselves. */
  readonly taken: readonly CollectedTrailer[];
  /** `Fixes:`, `Closes:`, `Link:` and objections: for a person to judge, since replies often quote what should change. */
  readonly suggestions: readonly CollectedTrailer[];
  /** Tags given in somebody else's name, or by robots. */
  readonly refused: readonly CollectedTrailer[];
}

/** One entry for each slot, in order. Mails are read oldest first. */
export function collectTrailers(posting: Posting, rules: TagRules = DEFAULT_RULES): SlotTrailers[] {
  const slots = posting.slots.map((slot) => ({
    known: new Set(slot?.trailers.map(identity)),
    found: new Map<string, Found>(),
  }));
  for (const reply of posting.replies) {
    for (const { trailer, line } of replyTrailers(reply.message)) {
      const kind = rules.kindOf(trailer.key);
      if (kind === "ignored") continue;
      const evidence = evidenceOf(posting, reply, trailer, line, kind, rules);
      const list =
        evidence.verdict === "refused" || evidence.verdict === "mismatch"
          ? "refused"
          : kind === "person"
            ? "taken"
            : "suggestions";
      for (const [index, slot] of slots.entries()) {
        if (reply.to !== "cover" && reply.to !== index) continue;
        if (slot.known.has(identity(trailer))) continue;
        const name = `${list} ${identity(trailer)}`;
        const before = slot.found.get(name);
        slot.found.set(name, {
          list,
          trailer: before?.trailer ?? trailer,
          evidence: [...(before?.evidence ?? []), evidence],
        });
      }
    }
  }
  return slots.map(({ found }) => {
    const pick = (list: Found["list"]): CollectedTrailer[] =>
      [...found.values()].filter((each) => each.list === list).map(({ trailer, evidence }) => ({ trailer, evidence }));
    return { taken: pick("taken"), suggestions: pick("suggestions"), refused: pick("refused") };
  });
}

interface Found extends CollectedTrailer {
  readonly list: "taken" | "suggestions" | "refused";
}

function evidenceOf(
  posting: Posting,
  reply: Reply,
  trailer: Trailer,
  line: number,
  kind: string,
  rules: TagRules,
): Evidence {
  const { message } = reply;
  const isExtra = posting.extras.some(({ patch }) => patch.message === reply.target);
  const rule = reply.to === "cover" ? "cover" : isExtra ? "extra" : "patch";
  const from = message.from[0]?.address ?? "";
  const base = { messageId: message.messageId, from, line, rule } as const;
  if (kind !== "person") return { ...base, verdict: "no-person", reason: null };
  if (isRobot(message, rules) && !rules.robotsMay(trailer.key)) {
    return { ...base, verdict: "refused", reason: `"${trailer.key}" of a robot` };
  }
  const { verdict, reason } = judgeTag(trailer, message);
  return { ...base, verdict, reason };
}

// Two tags are one when key and value agree in everything but case and blanks.
function identity({ key, value }: Trailer): string {
  return `${key}: ${value}`.toLowerCase().replace(/\s+/g, " ").trim();
}
