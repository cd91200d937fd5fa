// Which waiting mails need not go because what they tell of was taken back by what later ones tell: dropped and added again, added
// and dropped again, moved up and back. It compares states that it is given; where a patch was when is not its business.

/** What the operation that a mail tells of did to one patch. A state is any text, equal where the patch is the same in the same branch. */
export interface Telling {
  readonly patch: string;
  /** Null while the patch is not in the queue. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One mail, in the order in which things happened. */
export interface ToldMail {
  readonly name: string;
  /** One a patch; a mail may be about thirty. */
  readonly tells: readonly Telling[];
  /** Somebody has it or may have it, or a person said that it shall go: it cannot be cancelled. */
  readonly firm: boolean;
}

/**
 * Mails that cancel each other, group by group; `now` gives the state of each patch that the mails name.
 * Law: for every patch, what the mails that are left tell is still a chain: each begins where the one before it ended.
 * A mail about several patches goes as soon as one of them is not as it was, and then so do those that follow from it.
 */
export function cancelGroups(mails: readonly ToldMail[], now: ReadonlyMap<string, string | null>): string[][] {
  const changes = new Map(
    mails.map(({ name, tells }) => [name, tells.filter(({ before, after }) => before !== after)]),
  );
  const chains = new Map<string, Link[]>();
  for (const { name } of mails) {
    for (const { patch, before } of changes.get(name) ?? []) {
      const chain = chains.get(patch);
      if (chain === undefined) chains.set(patch, [{ name, before }]);
      else chain.push({ name, before });
    }
  }
  // A mail that changed nothing, such as one that a person asked for, has nothing that could be taken back.
  let open = new Set(mails.filter(({ name, firm }) => !firm && changes.get(name)?.length).map(({ name }) => name));
  for (;;) {
    const spans = [...chains].flatMap(([patch, chain]) => spansOf(chain, now.get(patch) ?? null, open));
    const covered = new Map<string, number>();
    for (const name of spans.flat()) covered.set(name, (covered.get(name) ?? 0) + 1);
    const left = new Set([...open].filter((name) => covered.get(name) === changes.get(name)?.length));
    // A mail that must go breaks the spans that it was part of, so those are looked for again.
    if (left.size === open.size) return joined(mails, spans);
    open = left;
  }
}

interface Link {
  readonly name: string;
  readonly before: string | null;
}

/** Runs of at least two open mails of one patch after which it is as it was before them; the longest first. */
function spansOf(chain: readonly Link[], now: string | null, open: ReadonlySet<string>): string[][] {
  const spans: string[][] = [];
  for (let from = 0; from < chain.length; from++) {
    let to = -1;
    for (let at = from; at < chain.length && open.has(chain[at]?.name ?? ""); at++) {
      const next = chain[at + 1];
      const after = next === undefined ? now : next.before;
      if (at > from && after === chain[from]?.before) to = at;
    }
    if (to < 0) continue;
    spans.push(chain.slice(from, to + 1).map(({ name }) => name));
    from = to;
  }
  return spans;
}

/** Spans that have a mail in common as one group, all in the order of the mails. */
function joined(mails: readonly ToldMail[], spans: readonly (readonly string[])[]): string[][] {
  const groupOf = new Map<string, Set<string>>();
  for (const span of spans) {
    const group = new Set(span.flatMap((name) => [name, ...(groupOf.get(name) ?? [])]));
    for (const name of group) groupOf.set(name, group);
  }
  return [...new Set(groupOf.values())].map((group) =>
    mails.filter(({ name }) => group.has(name)).map(({ name }) => name),
  );
}
