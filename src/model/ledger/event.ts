// The events of the ledger: what happened to the tree and its patches, one JSON object a line (docs/formats/ledger.md).
// It only shapes them: ledger-file.ts reads and prints them, history.ts says what they add up to.

/** Names one operation: 12 hex digits, given by the store. All events of an operation carry it. */
export type OperationId = string & { readonly operationId: never };

/** What every event says. */
interface Common {
  readonly op: OperationId;
  /** When, in UTC: `2024-02-12T16:30:54Z`. */
  readonly at: string;
  /** Who ran the operation, `Name <address>`. */
  readonly by: string;
}

/** Where a patch came from. */
export type Origin =
  | {
      readonly kind: "mail";
      readonly messageId: string;
      readonly posting: string;
      readonly revision: string;
      readonly part: string;
      /** Commit that the posting says it was made on, 7 to 64 hex digits; left out when it says none. */
      readonly base?: string;
      /** Where its mail is not the one that was posted under its number: what was taken, from which revision, and why. */
      readonly composed?: { readonly how: string; readonly revision: string; readonly reason: string };
    }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "quilt"; readonly path: string };

/** A tag that was taken from a reply, or not, and why. */
export interface TagRecord {
  readonly tag: string;
  readonly messageId: string;
  readonly verdict: string;
  /** The earlier revision whose mails gave it, `v5`; left out for the posting's own. */
  readonly revision?: string;
  /** Why a tag of that revision was lost. */
  readonly reason?: string;
}

/** States of a check, worst last but one: `pending` has no result yet. */
export type CheckState = "success" | "warning" | "fail" | "pending";

export type LedgerEvent = Common &
  (
    | { readonly kind: "created"; readonly preset: string; readonly base: string }
    | {
        readonly kind: "queued";
        readonly patch: string;
        readonly branch: string;
        readonly title: string;
        readonly author: string;
        readonly origin: Origin;
        readonly tags: readonly TagRecord[];
      }
    | {
        /** Tags that came after it was queued were written into its patch file. */
        readonly kind: "tagged";
        readonly patch: string;
        readonly tags: readonly TagRecord[];
        /** Tags that they took the place of. */
        readonly replaced: readonly string[];
      }
    | {
        readonly kind: "dropped";
        readonly patch: string;
        readonly branch: string;
        readonly reason: string;
        /** Branch it was merged into, or patch it was folded into, for reasons that name one. */
        readonly into: string | null;
        readonly note: string | null;
      }
    | {
        /** Its place changed: by a person's wish, or `promoted` because it met what its new branch asks. */
        readonly kind: "moved" | "promoted";
        readonly patch: string;
        readonly from: string;
        readonly to: string;
      }
    | { readonly kind: "reordered"; readonly branch: string; readonly order: string }
    | { readonly kind: "renamed"; readonly patch: string; readonly from: string }
    | {
        /** A newer revision took its place, under its name. */
        readonly kind: "updated";
        readonly patch: string;
        /** What is another one: nothing, only the log, or the change itself (and perhaps the log). */
        readonly change: "same" | "log" | "diff";
        readonly title: string;
        readonly author: string;
        readonly origin: Origin;
        /** Where it came from before. */
        readonly from: Origin;
        readonly tags: readonly TagRecord[];
        /** Tags that the patch in the queue had and this one has not. */
        readonly lost: readonly string[];
      }
    /** Fixes, which left the queue, became part of the patch. */
    | { readonly kind: "folded"; readonly patch: string; readonly fixes: readonly string[] }
    | {
        readonly kind: "held";
        readonly patch: string;
        readonly reason: string;
        /** What ends the hold besides `released`: a day in UTC (`2026-03-01`), a tag key (`Acked-by`), a person's word; null for none. */
        readonly until: string | null;
        readonly tag: string | null;
        readonly person: string | null;
      }
    | { readonly kind: "released"; readonly patch: string }
    | { readonly kind: "disabled"; readonly patch: string; readonly reason: string | null }
    | { readonly kind: "enabled"; readonly patch: string }
    | { readonly kind: "noted"; readonly patch: string; readonly text: string }
    | {
        /** What a tester or a robot found, as patchwork's checks say it; the newest of a context counts. */
        readonly kind: "checked";
        readonly patch: string;
        readonly context: string;
        readonly state: CheckState;
        readonly url: string | null;
        readonly text: string | null;
      }
    | {
        /**
         * What a person decided about two postings, each named by the Message-ID of one of its mails, without `<>`: `newer` is the next
         * revision of `older`, or they are unrelated; `forgotten` takes back what was said of the pair.
         */
        readonly kind: "linked";
        readonly newer: string;
        readonly older: string;
        readonly relation: "revision" | "unrelated" | "forgotten";
      }
    | { readonly kind: "announced"; readonly patch: string; readonly notice: string; readonly messageId: string }
    | {
        readonly kind: "built";
        readonly base: string;
        /** Branch name to the commit it now points to. */
        readonly branches: Readonly<Record<string, string>>;
        readonly rejected: readonly string[];
      }
    | {
        readonly kind: "rebased";
        /** Commit ids of the old and the new base. */
        readonly from: string;
        readonly to: string;
        /** Patches that left the queue because the new base has them; each has a `dropped` event too. */
        readonly dropped: readonly string[];
      }
    | {
        readonly kind: "refreshed";
        readonly patch: string;
        /** Hunks that got other numbers only, and hunks that got context lines of the file. */
        readonly moved: number;
        readonly fuzz: number;
        /** Files whose hunks were made anew, after a merge or where fuzz left no other way. */
        readonly anew: readonly string[];
      }
    | {
        readonly kind: "edited";
        readonly patch: string;
        /** Files in which its result changed. */
        readonly files: readonly string[];
        /** Patches above that applied before and do not any more. */
        readonly broke: readonly string[];
      }
    | {
        readonly kind: "resolved";
        readonly patch: string;
        readonly conflicts: readonly { readonly id: string; readonly path: string }[];
      }
    | {
        /** Seen in a watched branch of somebody else, as that commit. */
        readonly kind: "landed";
        readonly patch: string;
        /** The branch as the configuration calls it. */
        readonly branch: string;
        readonly commit: string;
      }
    | {
        /** No longer in a watched branch where it had landed; the patch itself may have left the queue since. */
        readonly kind: "left";
        readonly patch: string;
        readonly branch: string;
        /** What it had landed as, and the commit that took it back; null where the branch was made anew without it. */
        readonly commit: string;
        readonly revertedBy: string | null;
      }
    | {
        /** How conflicts of a merge were solved: in the merged branch of this tree, at that part of it. */
        readonly kind: "merge-resolved";
        readonly merge: string;
        readonly part: string;
        readonly conflicts: readonly { readonly id: string; readonly path: string }[];
      }
    | {
        /** Another tree's commit that merges take in from now on. */
        readonly kind: "fetched";
        readonly tree: string;
        readonly from: string | null;
        readonly to: string;
      }
    | {
        /** A branch of this tree cannot be merged with another tree, or can again; seen by `merge-check`. */
        readonly kind: "conflicted" | "unconflicted";
        readonly branch: string;
        readonly tree: string;
        readonly path: string;
      }
    | {
        /** The branches are public; what waited for that may be told. */
        readonly kind: "published";
        /** Names one publishing: 12 hex digits. */
        readonly publish: string;
        /** Where the branches and the queue went, without a password; null when they stayed. */
        readonly remote: string | null;
        readonly queue: string | null;
        /** Branch name to commit id, only those that moved there; and what they were before, null when new. */
        readonly branches: Readonly<Record<string, string>>;
        readonly before: Readonly<Record<string, string | null>>;
        /** File of the tree that tells old commits to new ones. */
        readonly map: string | null;
        /** Message-IDs of the mails that were set free. */
        readonly notices: readonly string[];
      }
    | {
        /** A mail with commands was read; it is never read again. */
        readonly kind: "commanded";
        readonly messageId: string;
        /** Address of its writer. */
        readonly from: string;
        readonly results: readonly { readonly line: string; readonly outcome: string; readonly text: string }[];
        /** Message-ID of the answer; null when a machine must not answer it, and why. */
        readonly answer: string | null;
        readonly silent: string | null;
      }
    | { readonly kind: "undone"; readonly undoes: OperationId }
  );

/** What an operation writes, before it has a name, a time and a person. */
export type EventBody = LedgerEvent extends infer E ? (E extends Common ? Omit<E, keyof Common> : never) : never;
