// Reads what a source tree's own scripts/checkpatch.pl prints with --terse --show-types; running it is io/scripts' task.
import type { ByteString } from "#model/bytes";
import { fromByteString, textOf } from "#model/bytes";

/** One remark of checkpatch. */
export interface StyleRemark {
  readonly severity: "error" | "warning" | "check";
  /** Its own name for what it found: `LONG_LINE`. */
  readonly type: string;
  readonly message: string;
  /** Line of the patch file, from 1. */
  readonly line: number;
}

/** Remarks that are taken of one run. */
const MAX_REMARKS = 10_000;
const LINE = /^(.*?):(\d{1,9}): (ERROR|WARNING|CHECK):([A-Z0-9_]+): (.*)$/;
const SEVERITY = { ERROR: "error", WARNING: "warning", CHECK: "check" } as const;

/** The remarks by the file name that checkpatch was given; other lines, such as its own complaints, are passed over. */
export function parseCheckpatch(output: ByteString): ReadonlyMap<string, readonly StyleRemark[]> {
  const found = new Map<string, StyleRemark[]>();
  let left = MAX_REMARKS;
  for (const line of output.split("\n")) {
    const match = LINE.exec(line);
    if (match === null || left-- <= 0) continue;
    const [, file = "", number = "", severity, type = "", message = ""] = match;
    const list = found.get(file) ?? [];
    found.set(file, list);
    list.push({
      severity: SEVERITY[severity as keyof typeof SEVERITY],
      type,
      message: textOf(fromByteString(message)).trim(),
      line: Number(number),
    });
  }
  return found;
}
