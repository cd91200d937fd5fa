// The series as a commit of the tree has it, and a patch's line in it.
import type { Bytes, ByteString } from "#model/bytes";
import { noBytes, UserError } from "#model/bytes";
import type { PatchName, Queue } from "#model/queue";
import { parseSeries, placedPatches } from "#model/queue";

/** The queue in the bytes of a series, null for an empty one. Throws UserError where a line of it cannot be read. */
export function queueOf(bytes: Bytes | null): Queue {
  const { queue, problems } = parseSeries(bytes ?? noBytes);
  const [problem] = problems;
  if (problem === undefined) return queue;
  throw new UserError(`a commit of the tree has a "series" that cannot be read: ${problem.message}`, {
    hint: "git log -p -- series shows which; mend it in a commit of its own",
    exitCode: 3,
  });
}

/** A patch's line with the branch it stands in; null when it is not there. */
export function lineOf(queue: Queue, name: PatchName): ByteString | null {
  const line = placedPatches(queue).find((one) => one.name === name);
  return line === undefined ? null : `${line.branch ?? ""} ${line.raw.replace(/\n$/, "")}`;
}
