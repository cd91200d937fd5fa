// Judges whether a patch is in a range of commits already: evidence from commits, confirmed by what the files hold.
// Finding the evidence is app's task; this only weighs it.
import type { Presence } from "./upstream-content.ts";

/** Why a commit may be a patch, the strongest first. */
export type EvidenceKind =
  | "patch-id"
  | "patchwork-hash"
  | "message-id"
  | "subject-author"
  | "range-diff"
  /** The change is in the files; without a commit, because none is known to have made it. */
  | "content";

export interface Evidence {
  readonly kind: EvidenceKind;
  /** The commit's full id; null for content. */
  readonly commit: string | null;
  /** For patch-ids: which diff algorithm and which form of the patch; for content: null, or what was left when it was merged. */
  readonly how: string | null;
  /** A later commit of the range that says it reverts this one, and stands itself. */
  readonly revertedBy: string | null;
}

/** What is known of a patch and the range. */
export interface Upstream {
  /**
   * `already upstream`: the queue can do without it. `maybe upstream`: something speaks for it, but the change is not all
   * there. `reverted upstream`: it was there once.
   */
  readonly verdict: "already upstream" | "maybe upstream" | "reverted upstream";
  /** The strongest first, content last. */
  readonly evidence: readonly Evidence[];
  /** Hunks of the patch that the new base has, of all. */
  readonly hunks: Presence["hunks"];
}

const STRENGTH: readonly EvidenceKind[] = [
  "patch-id",
  "patchwork-hash",
  "message-id",
  "subject-author",
  "range-diff",
  "content",
];

/** The verdict; null when nothing speaks for it. */
export function judgeUpstream(evidence: readonly Evidence[], presence: Presence): Upstream | null {
  const sorted = evidence.toSorted((one, other) => STRENGTH.indexOf(one.kind) - STRENGTH.indexOf(other.kind));
  const { hunks } = presence;
  if (presence.kind === "there" && (sorted.length > 0 || presence.telling)) {
    const content: Evidence = { kind: "content", commit: null, how: presence.how, revertedBy: null };
    return { verdict: "already upstream", evidence: [...sorted, content], hunks };
  }
  if (sorted.length === 0) return null;
  const certain = sorted.filter(({ kind }) => kind === "patch-id" || kind === "patchwork-hash");
  const stands = (list: readonly Evidence[]): boolean => list.some(({ revertedBy }) => revertedBy === null);
  if (certain.length > 0) {
    // It was there; where it can be applied exactly it is so no more, whatever took it away.
    const gone = presence.kind === "not there" || !stands(certain);
    return { verdict: gone ? "reverted upstream" : "already upstream", evidence: sorted, hunks };
  }
  return { verdict: stands(sorted) ? "maybe upstream" : "reverted upstream", evidence: sorted, hunks };
}

/** Which commits of a range were reverted; to be told of them newest first. */
export interface Reverts {
  add(commit: string, reverts: readonly string[]): void;
  /** The newest commit that reverts this one and was not reverted itself; null when there is none. */
  revertedBy(commit: string): string | null;
}

/** Digits by which ids are found; an abbreviation has at least as many. */
const PREFIX = 7;

export function makeReverts(): Reverts {
  const byPrefix = new Map<string, { readonly reverted: string; readonly by: string }[]>();
  const revertedBy = (commit: string): string | null =>
    byPrefix.get(commit.slice(0, PREFIX))?.find(({ reverted }) => commit.startsWith(reverted))?.by ?? null;
  return {
    add(commit, reverts) {
      // A revert that was itself reverted took nothing back in the end.
      if (reverts.length === 0 || revertedBy(commit) !== null) return;
      for (const reverted of reverts) {
        const prefix = reverted.slice(0, PREFIX);
        const list = byPrefix.get(prefix) ?? [];
        byPrefix.set(prefix, [...list, { reverted, by: commit }]);
      }
    },
    revertedBy,
  };
}
