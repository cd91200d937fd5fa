// Reads a quilt directory: its series and the patches it names, byte for byte.
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { fromByteString, UserError } from "#model/bytes";
import type { QueuedPatch } from "#model/queue";
import { parseSeries, patchesOf, showName } from "#model/queue";
import { readIfThere } from "#io/store";

/** A quilt series with its patches, in series order. Files that the series does not name are not read. */
export interface QuiltSeries {
  readonly series: Bytes;
  readonly patches: readonly { readonly queued: QueuedPatch; readonly file: Bytes }[];
}

export function hasSeries(dir: string): boolean {
  return readIfThere(join(dir, "series")) !== null;
}

/** Reads the directory; `shown` is how the person called it. Throws UserError at a line or file that is wrong or missing. */
export function readQuiltSeries(dir: string, shown: string): QuiltSeries {
  const series = readIfThere(join(dir, "series"));
  const where = join(shown, "series");
  if (series === null) {
    throw new UserError(`"${shown}" has no file "series"`, { hint: "name the directory that holds the quilt patches" });
  }
  const { queue, problems } = parseSeries(series);
  const [problem] = problems;
  if (problem)
    throw new UserError(`${where}:${problem.line ?? 1}: ${problem.message}`, { hint: "mend the series and try again" });
  const patches = patchesOf(queue).map((queued) => {
    const file = readIfThere(Buffer.concat([Buffer.from(`${dir}/`), fromByteString(queued.name)]));
    if (file !== null) return { queued, file };
    throw new UserError(`${where} names "${showName(queued.name)}", but there is no such file`, {
      hint: "put the patch there or take its line out of the series",
    });
  });
  return { series, patches };
}
