// Why a patch leaves the queue: the reasons that every tree knows, with or without notices. What a notice says is a preset's task.

/** Reason to what it means. A tree may have more in `[notices.reasons]`. */
export const STANDARD_REASONS: ReadonlyMap<string, string> = new Map([
  ["merged", "it is in another tree now"],
  ["to-be-updated", "a newer revision is to come"],
  ["obsolete", "it is not needed any more"],
  ["withdrawn", "its author took it back"],
  ["nacked", "somebody objected"],
  ["alternative-merged", "another patch for the same was taken"],
  ["failures", "it failed in testing"],
  ["folded", "it became part of another patch"],
]);
