// Single mails that mend a posting: `v5.1 10/12`, REPLACE, a lost patch sent again, a fixup on top. They are put beside the slot
// they are for; which of them counts is for composition.ts to propose.
import type { Problem } from "#model/bytes";
import type { Message } from "#model/mail";
import type { Group } from "./group-patches.ts";
import type { PatchMail } from "./patch-mail.ts";
import type { Cover, Extra, Reply } from "./posting.ts";
import { ancestors, type Threads } from "./threads.ts";

/** A posting in the making. */
export interface Draft {
  readonly group: Group;
  readonly cover: Cover | null;
  readonly slots: (PatchMail | null)[];
  readonly extras: Extra[];
  readonly replies: Reply[];
  readonly problems: Problem[];
}

/** What a further patch for a slot is, by its subject. */
export function extraKindOf({ subject }: PatchMail): Extra["kind"] {
  if (subject.amends === "fix") return "fixup";
  return subject.revision.minor !== null || subject.resend || subject.amends === "replace"
    ? "replacement"
    : "duplicate";
}

/**
 * An incomplete group without a cover that has the sender, revision, project and RFC mark of a posting above it (or of an earlier one,
 * when it answers nothing and its subject says that it amends) mends that posting. Gives the drafts that remain.
 */
export function foldAmendments(drafts: readonly Draft[], threads: Threads): Draft[] {
  const owner = new Map<Message, Draft>();
  for (const draft of drafts) for (const message of draft.group.messages) owner.set(message, draft);
  const earlier = new Map<string, Draft[]>();
  const gone = new Set<Draft>();
  for (const draft of drafts) {
    const { group } = draft;
    const bare = group.patches.every((patch) => patch.subject.counter === null);
    const says = group.revision.minor !== null || group.patches.every((patch) => patch.subject.amends !== null);
    const mends =
      draft.cover === null &&
      group.patches.length > 0 &&
      (says || (!bare && draft.slots.some((slot) => slot === null)));
    // A whole series v5.1 is a revision.
    const whole = !bare && draft.slots.every((slot) => slot !== null) && group.total > 1;
    const target =
      !mends || whole
        ? null
        : (postingAbove(draft, bare, owner, threads, gone) ??
          (says ? postingBefore(draft, bare, earlier, threads) : null));
    if (target === null) {
      const known = earlier.get(seriesKey(group)) ?? [];
      earlier.set(seriesKey(group), [...known.slice(-MAX_EARLIER), draft]);
      continue;
    }
    gone.add(draft);
    for (const patch of group.patches) put(target.draft, patch, bare ? target.index : (patch.subject.counter ?? 1) - 1);
  }
  return drafts.filter((draft) => !gone.has(draft));
}

/** Earlier postings of one sender and revision that an unthreaded amendment is tried on. */
const MAX_EARLIER = 50;

function put({ slots, extras }: Draft, patch: PatchMail, index: number): void {
  while (slots.length <= index) slots.push(null);
  const kind = extraKindOf(patch);
  if (slots[index] === null && patch.subject.revision.minor === null && kind !== "fixup") slots[index] = patch;
  else extras.push({ patch, index, kind });
}

interface Target {
  readonly draft: Draft;
  readonly index: number;
}

function postingAbove(
  draft: Draft,
  bare: boolean,
  owner: ReadonlyMap<Message, Draft>,
  threads: Threads,
  gone: ReadonlySet<Draft>,
): Target | null {
  const { group } = draft;
  const [first] = group.patches;
  if (first === undefined) return null;
  for (const above of ancestors(threads, first.message)) {
    const other = owner.get(above);
    if (other === undefined || other === draft || gone.has(other) || !isSameSeries(group, other.group)) continue;
    const answered = other.slots.findIndex((slot) => slot?.message === above);
    const index = bare ? slotFor(first, other, answered) : answered;
    if (bare ? index >= 0 : other.group.total === group.total) return { draft: other, index };
  }
  return null;
}

// Sent without threading: the newest earlier posting of the same sender that has such a slot.
function postingBefore(
  draft: Draft,
  bare: boolean,
  earlier: ReadonlyMap<string, readonly Draft[]>,
  threads: Threads,
): Target | null {
  const { group } = draft;
  const [first] = group.patches;
  if (first === undefined || threads.parentOf(first.message) !== null) return null;
  for (const other of (earlier.get(seriesKey(group)) ?? []).toReversed()) {
    if (!isSameSeries(group, other.group)) continue;
    const index = bare ? slotFor(first, other, -1) : 0;
    if (bare ? index >= 0 : other.group.total === group.total) return { draft: other, index };
  }
  return null;
}

// `fixup! TITLE` names its patch by title; any other bare patch is for the one it answers, or has its title.
function slotFor({ title }: PatchMail, { slots }: Draft, answered: number): number {
  const named = title.replace(/^(?:fixup|squash|amend)! /, "").toLowerCase();
  const found = slots.findIndex((slot) => slot?.title.toLowerCase() === named);
  return found >= 0 ? found : answered;
}

function isSameSeries(group: Group, other: Group): boolean {
  return (
    seriesKey(group) === seriesKey(other) &&
    other.revision.minor === null &&
    other.rfc === group.rfc &&
    prefixKey(other) === prefixKey(group)
  );
}

function seriesKey({ sender, revision }: Group): string {
  return `${revision.major} ${sender}`;
}

function prefixKey({ prefixes }: Group): string {
  return prefixes.join(" ").toLowerCase();
}
