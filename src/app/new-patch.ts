// A patch on its way into the queue.
import type { Bytes } from "#model/bytes";
import type { Origin, TagRecord } from "#model/ledger";
import type { PatchName } from "#model/queue";

/** One patch about to be queued. */
export interface NewPatch {
  readonly name: PatchName;
  readonly title: string;
  readonly author: string;
  readonly bytes: Bytes;
  readonly origin: Origin;
  readonly tags: readonly TagRecord[];
}
