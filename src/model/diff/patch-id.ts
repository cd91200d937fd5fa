// Names for the content of a diff, so that the same change is known again in another mail, queue or commit.
import { createHash } from "node:crypto";
import type { ByteString, Bytes } from "#model/bytes";
import { byteString, fromByteString, lineStarts } from "#model/bytes";
import { printFileDiff } from "./print.ts";
import type { Diff, FileDiff } from "./types.ts";

/**
 * What `git patch-id --stable` (git 2.39, sha1) prints for the diff: line numbers and white space do not matter, nor does
 * the order of files that have hunks. A plain diff is named as if git had written it with `a/` and `b/`, so that a mailed
 * patch and its queued form have one id.
 */
export function patchId(diff: Diff): string {
  const sum = new Uint8Array(20);
  let hash = createHash("sha1");
  const flush = (): void => {
    addTo(sum, hash.digest());
    hash = createHash("sha1");
  };
  // Git's own accounts: a file without hunks is counted together with the next one, the line that opens a file is passed
  // over behind a binary one, and what is left at the end is counted, be it nothing.
  let [afterHunks, afterBinary] = [false, false];
  for (const file of diff.files) {
    if (afterHunks) flush();
    for (const line of headerLines(file).slice(afterBinary ? 1 : 0)) hash.update(fromByteString(withoutSpace(line)));
    afterHunks = file.hunks.length > 0;
    afterBinary = file.binary !== null;
    if (afterBinary) {
      hash.update(`${file.oldId ?? ""}${file.newId ?? ""}`);
      flush();
    }
    for (const hunk of file.hunks) {
      for (const line of hunk.lines) {
        const text = withoutSpace(byteString(hunk.body, line.start, line.end));
        hash.update(fromByteString(line.kind === "insert" ? `+${text}` : line.kind === "delete" ? `-${text}` : text));
      }
    }
  }
  if (diff.files.length > 0) flush();
  return Buffer.from(sum).toString("hex");
}

/** The header lines that count: git's own but `index`, or the ones git would have written. */
function headerLines(file: FileDiff): ByteString[] {
  if (file.git) {
    return byteString(file.header)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("index "));
  }
  const name = inside(file.newPath) ?? inside(file.oldPath) ?? "";
  const lines = [`diff --git a/${name} b/${name}`];
  if (file.change === "create") lines.push("new file mode 100644", "--- /dev/null", `+++ b/${name}`);
  else if (file.change === "delete") lines.push("deleted file mode 100644", `--- a/${name}`, "+++ /dev/null");
  else lines.push(`--- a/${name}`, `+++ b/${name}`);
  return lines;
}

/** The path behind its first component. */
function inside(path: ByteString | null): ByteString | null {
  return path && path.slice(path.indexOf("/") + 1);
}

/** Without what git takes for white space, to which form feeds do not belong. */
function withoutSpace(text: ByteString): ByteString {
  return text.replace(/[ \t\n\r]+/g, "");
}

/** Adds a digest as a little-endian number, which makes the sum independent of order. */
function addTo(sum: Uint8Array, digest: Uint8Array): void {
  let carry = 0;
  for (let i = 0; i < sum.length; i++) {
    carry += (sum[i] ?? 0) + (digest[i] ?? 0);
    sum[i] = carry & 0xff;
    carry >>= 8;
  }
}

/**
 * Patchwork's hash of a diff (patchwork 3.2; b4 computes the same): sha1 over the file lines with their first
 * component made `a/` or `b/`, the hunk heads without positions, and all hunk lines with their white space.
 */
export function patchworkHash(diff: Diff): string {
  const hash = createHash("sha1");
  for (const file of diff.files) {
    for (const line of linesIn(printFileDiff(file))) {
      const kept = patchworkLine(line);
      if (kept !== null) hash.update(fromByteString(`${kept}\n`));
    }
  }
  return hash.digest("hex");
}

/** The lines without line ends and without any CR. */
function* linesIn(bytes: Bytes): Generator<ByteString> {
  const starts = lineStarts(bytes);
  for (let line = 0; line + 1 < starts.length; line++)
    yield byteString(bytes, starts[line], starts[line + 1]).replaceAll(/[\r\n]/g, "");
}

function behindFirst(path: ByteString): ByteString {
  const slash = path.indexOf("/");
  return slash < 0 ? "" : path.slice(slash + 1);
}

function patchworkLine(line: ByteString): ByteString | null {
  const name = /^(---|\+\+\+) ([^ \t\n\v\f\r]+)/.exec(line);
  if (name) return `${name[1]} ${name[1] === "---" ? "a" : "b"}/${behindFirst(name[2] ?? "")}`;
  const head = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
  if (head) return `@@ -${Number(head[1] ?? 1)} +${Number(head[2] ?? 1)} @@`;
  return /^[-+ ]/.test(line) ? line : null;
}
