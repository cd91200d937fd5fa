// The commit of HEAD by a look into files, so that asking "anything new?" costs no process.
// Whatever these files do not answer (reftable, symbolic refs of symbolic refs) is git's to say.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommitId, parseCommitId } from "./ids.ts";

/** The commit that HEAD names, as the files say; null when they do not say it, which does not mean that there is none. */
export function plainTip(gitDir: string, commonDir: string): CommitId | null {
  const head = firstLine(join(gitDir, "HEAD"));
  const ref = /^ref: (refs\/[^\0]+)$/.exec(head)?.[1];
  if (ref === undefined) return parseCommitId(head);
  if (ref.split("/").includes("..")) return null;
  const loose = parseCommitId(firstLine(join(commonDir, ref)));
  if (loose !== null) return loose;
  const packed = contentOf(join(commonDir, "packed-refs"));
  const line = packed.split("\n").find((one) => one.endsWith(` ${ref}`));
  return line === undefined ? null : parseCommitId(line.slice(0, line.indexOf(" ")));
}

function firstLine(file: string): string {
  return contentOf(file).split("\n", 1)[0]?.trim() ?? "";
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
