// One patch as a row of a list: what can be told of it in a line, and what filters ask for.
import type { CheckState, Disabling, Hold } from "#model/ledger";
import type { Gone } from "./life.ts";

/** A patch of the queue, or one that left. Its field names are those of `list --json`. */
export interface PatchRow {
  readonly name: string;
  readonly title: string;
  /** `Name <address>`. */
  readonly author: string;
  /** Where it is, or was last. */
  readonly branch: string;
  /** Revision of the posting it came from, `v2`; null when it did not come by mail. */
  readonly revision: string | null;
  /** When it was queued, UTC; null when it was put into the series by hand. */
  readonly since: string | null;
  /** When it came into its branch. */
  readonly entered: string | null;
  /** In its place, but not applied. */
  readonly disabled: boolean;
  /** Why, where that was said; null when it is not disabled, or was by hand. */
  readonly disabling: Disabling | null;
  readonly hold: Hold | null;
  readonly notes: readonly string[];
  /** Remarks that never leave this machine. */
  readonly privateNotes: readonly string[];
  /** Paths that it changes; none for one that left. */
  readonly files: readonly string[];
  /** Its trailers that name a person, `Reviewed-by: Name <address>`; of one that left those that were taken. */
  readonly tags: readonly string[];
  readonly checks: readonly { readonly context: string; readonly state: CheckState }[];
  /** Watched branches of others that have it. */
  readonly landed: readonly string[];
  readonly gone: Gone | null;
}
