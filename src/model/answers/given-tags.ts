// Which tags of a person were taken: from the records that the ledger keeps with every patch, queued or gone.
import type { TagRecord } from "#model/ledger";
import type { Life } from "./life.ts";

/** What became of a tag. */
export type TagFate = "taken" | "not taken" | "lost" | "waiting";

/** One tag of the person with its evidence. */
export interface GivenTag {
  readonly patch: string;
  readonly tag: string;
  readonly fate: TagFate;
  /** How sender and person agree (`exact`, `mismatch`, …), or why it was lost. */
  readonly why: string;
  /** Mail that gave it, without `<>`; empty when it stood in the patch itself. */
  readonly messageId: string;
  /** When it was written down; null while it waits. */
  readonly at: string | null;
  /** How the patch left; null while it is queued. */
  readonly gone: string | null;
}

/** Verdicts of records that tell of a tag that did not come into the patch file. */
const NOT_TAKEN: ReadonlySet<string> = new Set(["suggested", "mismatch", "refused", "objection", "lost"]);

/** Whether a recorded tag was written into the patch file. */
export function isTaken({ verdict }: Pick<TagRecord, "verdict">): boolean {
  return !NOT_TAKEN.has(verdict);
}

/**
 * The tags that hold `person` (an address, a name, or a piece of one, in any case), patch by patch. `waiting` are tags of
 * replies that are not taken yet, by patch, where they are known.
 */
export function givenTags(
  lives: Iterable<Life>,
  person: string,
  waiting: ReadonlyMap<string, readonly string[]>,
): GivenTag[] {
  const wanted = person.toLowerCase();
  const isTheirs = (tag: string): boolean => tag.toLowerCase().includes(wanted);
  return [...lives].flatMap((life) => {
    const { name: patch, state, lost } = life;
    const gone = life.gone?.reason ?? null;
    const recorded = state.tags.map((record): GivenTag => {
      const fate = isTaken(record) ? "taken" : record.verdict === "lost" ? "lost" : "not taken";
      const why = record.reason ?? record.verdict;
      return { patch, tag: record.tag, fate, why, messageId: record.messageId, at: record.at, gone };
    });
    const known = new Set(recorded.map(({ tag }) => tag));
    const dropped = lost
      .filter(({ tag }) => !known.has(tag))
      .map(({ tag, at }): GivenTag => ({ patch, tag, fate: "lost", why: "updated", messageId: "", at, gone }));
    const open = (waiting.get(patch) ?? []).map((tag): GivenTag => ({
      patch,
      tag,
      fate: "waiting",
      why: "not taken yet",
      messageId: "",
      at: null,
      gone,
    }));
    return [...recorded, ...dropped, ...open].filter(({ tag }) => isTheirs(tag));
  });
}
