// Runs the tables cases/*.txt, which say in their first block how to write a case; UPDATE_CASES=1 writes what comes out anew.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, equalBytes, fromByteString, pathOf, readablePath, textOf } from "#model/bytes";
import type { BaseEntry, FileEntry, FileOutcome, Files, Merging, PushSettings } from "#model/files";
import { changesOf, fileAt, pushPatch, tryPush } from "#model/files";
import { markedText, printConflict } from "#model/merge";
import type { FileMode, HunkOutcome, Lines } from "./index.ts";
import { linesOf, parseDiff, printDiff } from "./index.ts";

const folder = join(import.meta.dirname, "cases");

describe.each(readdirSync(folder))("%s", (name) => {
  const blocks = readFileSync(join(folder, name), "utf8").split(/^(?=# )/m);
  const now = blocks.map(rewrite);
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(join(folder, name), now.join(""));
  test.each(blocks.map((block, index) => [block.split("\n")[0] ?? "", index] as const))("%s", (_, index) => {
    expect(process.env["UPDATE_CASES"] === "1" ? now[index] : blocks[index]).toBe(now[index]);
  });
});

/** The block with its outcome as the code makes it. A block without `==>` is an explanation. */
function rewrite(block: string): string {
  const arrow = block.indexOf("\n==>\n");
  if (arrow < 0) return block;
  return `${block.slice(0, arrow)}\n==>\n${outcomeOf(block.slice(0, arrow))}\n`;
}

interface Section {
  readonly head: string;
  readonly body: Bytes;
}

function outcomeOf(block: string): string {
  const sections = block
    .split(/\n(?=== (?:before|base|made for|resolved|patch)\b)/)
    .slice(1)
    .map((text): Section => {
      const end = `${text}\n`.indexOf("\n");
      return { head: text.slice(3, end), body: unescaped(text.slice(end + 1)) };
    });
  const patch = sections.find(({ head }) => /^patch\b/.test(head));
  if (patch === undefined) throw new Error(`find the patch of case "${block.split("\n")[0]}": no line "== patch"`);
  const base = new Map<string, BaseEntry>();
  for (const { head, body } of sections) {
    const [, name, mode] = /^before (.*?)(?: \((\d{6})\))?$/.exec(head) ?? [];
    if (name !== undefined) {
      base.set(pathOf(name), { kind: "file", mode: (mode ?? "100644") as FileMode, bytes: body });
    }
  }
  const diff = parseDiff(patch.body);
  // Files that the queue has changed already: what was there before is told by "== base".
  const changed = new Map<string, FileEntry>();
  const blobs = new Map<string, Lines>();
  for (const { head, body } of sections) {
    const [, kind, name = ""] = /^(base|made for) (.*)$/.exec(head) ?? [];
    const path = pathOf(name);
    const before = base.get(path);
    if (kind === "base" && before?.kind === "file") {
      changed.set(path, { mode: before.mode, lines: linesOf(before.bytes) });
      base.set(path, { ...before, bytes: body });
    }
    const id = diff.files.find((file) => file.oldPath?.endsWith(`/${path}`))?.oldId ?? null;
    if (kind === "made for" && id !== null) blobs.set(id, linesOf(body));
  }
  const start: Files = { base, changed: changesOf(changed) };
  const merging: Merging = { blobs, posted: new Map(), resolutions: new Map(), guess: true };
  const settings: PushSettings = {
    strip: Number(/-p(\d)/.exec(patch.head)?.[1] ?? 1),
    fuzz: Number(/-F(\d)/.exec(patch.head)?.[1] ?? 2),
    reverse: / -R/.test(patch.head),
    merging: / -m/.test(patch.head) ? merging : null,
  };
  const { conflicts } = tryPush(start, diff, settings);
  // "== resolved" is what a person made of an equal conflict before.
  const resolved = sections.find(({ head }) => head === "resolved")?.body;
  const resolutions = new Map(
    [...conflicts.values()].flatMap(({ id, conflict }) =>
      resolved === undefined ? [] : [[id, { preimage: markedText(conflict), postimage: resolved }] as const],
    ),
  );
  const { files, outcome } = pushPatch(start, diff, {
    ...settings,
    merging: settings.merging ? { ...merging, resolutions } : null,
  });
  const lines: string[] = [outcome.kind];
  if (!equalBytes(printDiff(diff), patch.body)) lines.push("printed diff differs from the patch");
  for (const { line, message } of diff.problems) lines.push(`problem at line ${line}: ${message}`);
  if (outcome.kind === "rejected" && outcome.reason !== null) lines.push(`rejected: ${outcome.reason}`);
  lines.push(...outcome.files.flatMap(describeFile));
  if (outcome.kind === "rejected") {
    for (const [path, { conflict }] of conflicts) {
      const marked = printConflict(conflict, { ours: "file", base: null, theirs: "patch" });
      lines.push(`== conflict ${readablePath(path)}`, escaped(marked));
    }
  }
  if (outcome.kind === "applied") {
    for (const { path } of outcome.changes) {
      const entry = fileAt(files, path);
      const before = base.get(path);
      const was = before?.kind === "file" ? before.mode : "100644";
      const mode = entry === null || entry.mode === was ? "" : ` (${entry.mode})`;
      lines.push(entry === null ? `== gone ${readablePath(path)}` : `== after ${readablePath(path)}${mode}`);
      if (entry !== null && entry.lines.bytes.length > 0) lines.push(escaped(entry.lines.bytes));
    }
  }
  return `${lines.join("\n")}\n`;
}

function describeFile(file: FileOutcome): string[] {
  const path = readablePath(file.path);
  const hunks = file.hunks.map((hunk, index) => `${path} hunk ${index + 1} ${describeHunk(hunk)}`);
  if (file.kind === "merged") {
    return [...hunks, `${path} merged with ${file.with}${file.resolved === null ? "" : ", as it was resolved before"}`];
  }
  return file.kind === "rejected"
    ? [...hunks, `${path} ${file.reason}`]
    : hunks.length > 0
      ? hunks
      : [`${path} applied`];
}

function describeHunk(hunk: HunkOutcome): string {
  if (hunk.kind === "applied") {
    const offset = hunk.offset === 0 ? "" : `, offset ${hunk.offset}`;
    return `at ${hunk.line}${offset}${hunk.fuzz === 0 ? "" : `, fuzz ${hunk.fuzz}`}`;
  }
  const needed = hunk.fuzzNeeded === null ? "" : `, would fit with fuzz ${hunk.fuzzNeeded}`;
  return `rejected, sought at ${hunk.line}${needed}${hunk.alreadyAt === null ? "" : `, is already at ${hunk.alreadyAt}`}`;
}

/** Bytes from a case: its signs for what an editor hides become what they stand for, and each text ends with LF. */
function unescaped(text: string): Bytes {
  if (text === "") return bytesOf("");
  const plain = text.endsWith("␄") ? text.slice(0, -1) : `${text}\n`;
  const bytes = byteString(bytesOf(plain.replaceAll("␍", "\r").replaceAll("␀", "\0").replaceAll("␠", " ")));
  return fromByteString(
    bytes.replace(/\xe2\x9f\xa8([0-9a-f]{2})\xe2\x9f\xa9/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
  );
}

function escaped(bytes: Bytes): string {
  const text = textOf(bytes);
  const readable = text.includes("\uFFFD")
    ? byteString(bytes).replace(/[\x80-\xff]/g, (char) => `⟨${char.charCodeAt(0).toString(16)}⟩`)
    : text;
  const shown = readable.replaceAll("\r", "␍").replaceAll("\0", "␀").replace(/ $/gm, "␠");
  return shown.endsWith("\n") ? shown.slice(0, -1) : `${shown}␄`;
}
