// Names for the content of a diff, so that the same change is known again in another mail, queue or commit.
import { createHash } from "node:crypto";
import type { ByteString } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import { printFileDiff } from "./print.ts";
import type { Diff, FileDiff } from "./types.ts";

/**
 * What `git patch-id --stable` (git 2.39, sha1) prints for the diff: line numbers and white space do not matter, nor does
 * the order of files. A plain diff is named as if git had written it with `a/` and `b/`, so that a mailed patch and its
 * queued form have one id.
 */
export function patchId(diff: Diff): string {
  const sum = new Uint8Array(20);
  for (const file of diff.files) {
    const hash = createHash("sha1");
    const binary = file.binary !== null;
    for (const line of headerLines(file)) hash.update(fromByteString(withoutSpace(line)));
    if (binary) hash.update(`${file.oldId ?? ""}${file.newId ?? ""}`);
    for (const hunk of file.hunks) {
      for (const line of hunk.lines) {
        const text = withoutSpace(byteString(hunk.body, line.start, line.end));
        hash.update(fromByteString(line.kind === "insert" ? `+${text}` : line.kind === "delete" ? `-${text}` : text));
      }
    }
    addTo(sum, hash.digest());
  }
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

function withoutSpace(text: ByteString): ByteString {
  return text.replace(/[ \t\n\v\f\r]+/g, "");
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
  const text = diff.files.map((file) => byteString(printFileDiff(file))).join("");
  for (const line of text.replaceAll("\r", "").split("\n")) {
    const kept = patchworkLine(line);
    if (kept !== null) hash.update(fromByteString(`${kept}\n`));
  }
  return hash.digest("hex");
}

function patchworkLine(line: ByteString): ByteString | null {
  const name = /^(---|\+\+\+) ([^ \t\n\v\f\r]+)/.exec(line);
  if (name) return `${name[1]} ${name[1] === "---" ? "a" : "b"}/${(name[2] ?? "").split("/").slice(1).join("/")}`;
  const head = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
  if (head) return `@@ -${Number(head[1] ?? 1)} +${Number(head[2] ?? 1)} @@`;
  return /^[-+ ]/.test(line) ? line : null;
}
