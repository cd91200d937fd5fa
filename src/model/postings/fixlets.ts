// Fixlets: a diff in a reply to a patch ("fold this?"), or a fixup sent as a mail of its own. Says where each belongs and whether its
// author means it to be folded; folds nothing.
import type { Bytes, Path } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Diff } from "#model/diff";
import { parseDiff, pathsOf } from "#model/diff";
import type { Message } from "#model/mail";
import { findDiff, patchText, sameAddress, unflow } from "#model/mail";
import type { PatchMail } from "./patch-mail.ts";
import type { Posting } from "./posting.ts";

/** A diff that belongs to a patch of a posting. */
export interface Fixlet {
  readonly message: Message;
  /** Raw bytes from the first line of the diff. */
  readonly diff: Bytes;
  /** Files that it changes, without the first directory. */
  readonly paths: readonly Path[];
  /** Index of the slot whose patch it belongs to; null when no patch touches its files. */
  readonly index: number | null;
  /** Whether the sender is the patch's author or poster. */
  readonly by: "author" | "other";
  /** `on-top`: it changes what the patch made. `instead`: it changes what the patch changes. `unclear`: neither can be seen. */
  readonly kind: "on-top" | "instead" | "unclear";
  /** Whether the text asks to fold it, or asks whether to. */
  readonly asks: boolean;
  /** A sentence without full stop, for people. */
  readonly reason: string;
  /** True when the author of the patch asks for it, and it can be seen that it goes on top. */
  readonly certain: boolean;
}

/** Fixlets of one posting that are looked at. */
export const MAX_FIXLETS = 200;
/** Bytes of a reply that are read. */
const MAX_REPLY = 1_000_000;
/** Words by which people ask to fold something. */
const ASKS = /\b(?:fold(?:ed)?|squash(?:ed)?|fixlets?|fix-?ups?|amend|on top of (?:this|it|that)|incremental)\b/i;

/** Oldest first. `slots` are the patches that are proposed for the posting's slots. */
export function fixletsOf(posting: Posting, slots: readonly { readonly patch: PatchMail | null }[]): Fixlet[] {
  const parsed = slots.map(({ patch }) => (patch === null ? null : parseDiff(patch.diff)));
  const found: Fixlet[] = [];
  const add = (message: Message, near: number | null): void => {
    if (found.length >= MAX_FIXLETS) return;
    const text = textOf(message);
    const at = findDiff(text);
    if (at < 0) return;
    const diff = text.subarray(at);
    const fix = parseDiff(diff);
    const paths = [...new Set(fix.files.flatMap((file) => pathsOf(file, 1)))];
    if (paths.length === 0 || fix.files.every(({ hunks, binary }) => hunks.length === 0 && binary === null)) return;
    const index = placeOf(paths, parsed, near);
    const patch = index === null ? null : (slots[index]?.patch ?? null);
    const whole = index === null ? null : (parsed[index] ?? null);
    const kind = whole === null ? "unclear" : kindOf(fix, whole);
    const by = isBy(message, patch ?? slots[near ?? 0]?.patch ?? null) ? "author" : "other";
    const prose = byteString(text.subarray(0, at)).replace(/^\s*>.*$/gm, "");
    const isQuestion = /\?\s*$/m.test(prose);
    const asks = ASKS.test(prose) || ASKS.test(message.subject);
    const certain = by === "author" && kind === "on-top" && asks && !isQuestion;
    found.push({
      message,
      diff,
      paths,
      index,
      by,
      kind,
      asks,
      reason: reasonOf(by, kind, asks, isQuestion, index),
      certain,
    });
  };
  for (const { message, to } of posting.replies) {
    add(message, to === "cover" ? null : to);
  }
  for (const { patch, index, kind } of posting.extras) if (kind === "fixup") add(patch.message, index);
  return found;
}

function textOf(message: Message): Bytes {
  const { bytes, flowed } = patchText(message);
  const text = bytes.subarray(0, MAX_REPLY);
  return flowed === null ? text : unflow(text, flowed.delsp);
}

// The patch that it answers when that touches one of its files, else the only patch that does, else the last one that does.
function placeOf(paths: readonly Path[], parsed: readonly (Diff | null)[], near: number | null): number | null {
  const touches = (diff: Diff | null | undefined): boolean =>
    diff?.files.some((file) => pathsOf(file, 1).some((path) => paths.includes(path))) ?? false;
  if (near !== null && touches(parsed[near])) return near;
  const place = parsed.findLastIndex((diff) => touches(diff));
  return place < 0 ? null : place;
}

// By blob ids where both say them, else by lines: what it removes or leaves was added by the patch, or is what the patch removes.
function kindOf(fix: Diff, patch: Diff): Fixlet["kind"] {
  for (const file of fix.files) {
    const same = patch.files.find((other) => other.newPath !== null && other.newPath === file.newPath);
    if (same === undefined) continue;
    if (isPrefix(file.oldId, same.newId)) return "on-top";
    if (isPrefix(file.oldId, same.oldId)) return "instead";
  }
  const added = linesOf(patch, "+");
  const removed = linesOf(patch, "-");
  const old = [...linesOf(fix, "-"), ...linesOf(fix, " ")].filter((line) => line.trim().length > 3);
  if (old.some((line) => added.has(line) && !removed.has(line))) return "on-top";
  return [...linesOf(fix, "-")].some((line) => line.trim().length > 3 && removed.has(line)) ? "instead" : "unclear";
}

function isPrefix(one: string | null, other: string | null): boolean {
  if (one === null || other === null || /^0+$/.test(one)) return false;
  return one.length <= other.length ? other.startsWith(one) : one.startsWith(other);
}

function linesOf(diff: Diff, sign: string): Set<string> {
  const lines = diff.files.flatMap(({ hunks }) => hunks.flatMap(({ body }) => byteString(body).split("\n")));
  return new Set(lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1)));
}

function isBy(message: Message, patch: PatchMail | null): boolean {
  const sender = message.from[0]?.address;
  const owners = [patch?.author?.address, patch?.message.from[0]?.address];
  return sender !== undefined && owners.some((owner) => owner !== undefined && sameAddress(owner, sender));
}

function reasonOf(
  by: Fixlet["by"],
  kind: Fixlet["kind"],
  asks: boolean,
  isQuestion: boolean,
  index: number | null,
): string {
  const who = by === "author" ? "the author of the patch" : "somebody else";
  const what = isQuestion ? "asks about it" : asks ? "asks to fold it" : "says nothing of folding it";
  const where = {
    "on-top": `it goes on top of patch ${(index ?? 0) + 1}`,
    instead: `it stands for what patch ${(index ?? 0) + 1} does`,
    unclear: index === null ? "no patch touches its files" : `it touches files of patch ${index + 1}`,
  }[kind];
  return `${who} ${what}, and ${where}`;
}
