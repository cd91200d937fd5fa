// What a posting says about its base and about what it needs below it: the lines that `git format-patch --base`, b4, patchwork and
// people write. Resolves nothing; base-guess.ts of the app looks for a base that nobody stated.
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { MessageId } from "#model/mail";
import { parseMessageId } from "#model/mail";
import { readNamedBase } from "./named-base.ts";

/** Lines of a cover letter or patch mail that place it. */
export interface BaseInfo {
  /** `base-commit:` as written, 7 to 64 hex digits; else the commit of a sentence "based on <commit>". */
  readonly commit: string | null;
  /** Tag or branch of a sentence "based on v6.8-rc3" or of a line `base: …`, as written; null when there is none. */
  readonly named: string | null;
  /** `prerequisite-patch-id:` in order. */
  readonly prerequisites: readonly string[];
  /** Other postings that it needs, in order. */
  readonly dependsOn: readonly Dependency[];
  /** `change-id:`, the same in all revisions of a series sent with b4. */
  readonly changeId: string | null;
}

/** Another posting that must be there first. */
export type Dependency =
  /** `prerequisite-change-id: ID:vN`; the revision is null when it is not said. */
  | { readonly kind: "change-id"; readonly id: string; readonly revision: number | null }
  /** `prerequisite-message-id:`, `Depends-on:` and `Based-on:` with an id in `<>` or an archive address. */
  | { readonly kind: "message"; readonly id: MessageId };

/** Prerequisites after this many are not read. */
export const MAX_PREREQUISITES = 1000;

/** No base is stated. */
export const noBase: BaseInfo = { commit: null, named: null, prerequisites: [], dependsOn: [], changeId: null };

/** Reads the lines wherever they stand in a mail body; quoted lines do not count. The first of several base commits wins. */
export function parseBase(body: Bytes): BaseInfo {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = new Map<string, string[]>();
  for (const { name, value } of lines(buffer)) {
    const list = found.get(name) ?? [];
    if (list.length < MAX_PREREQUISITES) list.push(value);
    found.set(name, list);
  }
  const words = (name: string, shape: RegExp): string[] =>
    (found.get(name) ?? []).map((value) => /^\S*/.exec(value)?.[0] ?? "").filter((word) => shape.test(word));
  const named = readNamedBase(byteString(buffer, 0, endOfText(buffer)));
  const commit = words("base-commit", /^[0-9a-f]{7,64}$/)[0] ?? named.commit;
  const prerequisites = words("prerequisite-patch-id", /^[0-9a-f]{40,64}$/);
  const changeId = words("change-id", /^[\w.-]{3,200}$/i)[0] ?? null;
  const dependsOn = [...found].flatMap(([name, values]) => values.flatMap((value) => dependencyOf(name, value) ?? []));
  const isEmpty =
    commit === null && changeId === null && named.name === null && prerequisites.length + dependsOn.length === 0;
  return isEmpty ? noBase : { commit, named: named.name, prerequisites, dependsOn, changeId };
}

/** The first statement of each kind among several texts, cover first. */
export function firstBase(bases: readonly BaseInfo[]): BaseInfo {
  return {
    commit: bases.find((base) => base.commit !== null)?.commit ?? null,
    named: bases.find((base) => base.named !== null)?.named ?? null,
    prerequisites: bases.find((base) => base.prerequisites.length > 0)?.prerequisites ?? [],
    dependsOn: bases.find((base) => base.dependsOn.length > 0)?.dependsOn ?? [],
    changeId: bases.find((base) => base.changeId !== null)?.changeId ?? null,
  };
}

// "Change-Id:" and "Depends-On:" are written, too: the case of a name varies.
const NAMES =
  /^(base-commit|change-id|prerequisite-patch-id|prerequisite-change-id|prerequisite-message-id|depends-on|based-on)[ \t]*:[ \t]*(.+)$/i;
/** Longer lines are no such lines. */
const MAX_LINE = 500;

// Lines that hold a colon early enough; a diff of megabytes is passed over without making strings of its lines.
function* lines(buffer: Buffer): Generator<{ readonly name: string; readonly value: string }> {
  for (let at = 0; at < buffer.length;) {
    const newline = buffer.indexOf(10, at);
    const end = newline < 0 ? buffer.length : newline;
    // b, c, d and p begin the names.
    const first = (buffer[at] ?? 0) | 32;
    if (end - at <= MAX_LINE && (first === 98 || first === 99 || first === 100 || first === 112)) {
      const match = NAMES.exec(byteString(buffer, at, end).trimEnd());
      if (match !== null) yield { name: (match[1] ?? "").toLowerCase(), value: match[2] ?? "" };
    }
    at = end + 1;
  }
}

function dependencyOf(name: string, value: string): Dependency | null {
  if (name === "prerequisite-change-id") {
    const [, id, revision] = /^([\w.-]{3,200}?)(?::v(\d{1,4}))?$/i.exec(value.trim()) ?? [];
    return id === undefined
      ? null
      : { kind: "change-id", id, revision: revision === undefined ? null : Number(revision) };
  }
  if (name !== "prerequisite-message-id" && name !== "depends-on" && name !== "based-on") return null;
  const id = messageIdIn(value);
  return id === null ? null : { kind: "message", id };
}

// In `<>`, alone, or as a part of an archive address.
function messageIdIn(text: string): MessageId | null {
  const bracketed = /<([^<>\s]+@[^<>\s]+)>/.exec(text)?.[1];
  if (bracketed !== undefined && !/^https?:/i.test(bracketed)) return parseMessageId(`<${bracketed}>`);
  const [word = ""] = /\S+/.exec(text.replace(/[<>]/g, " ")) ?? [];
  const path = /^https?:\/\/(.+)$/i.exec(word)?.[1];
  if (path !== undefined) return messageIdInPath(path);
  return word.includes("@") ? parseMessageId(word.replace(/[.,;:)]+$/, "")) : null;
}

/** The Message-ID among the pieces of an archive address without its scheme, `%40` undone; null when there is none. */
export function messageIdInPath(address: string): MessageId | null {
  for (const piece of address.split(/[/#?]/).slice(1)) {
    if (!piece.includes("@") && !/%40/i.test(piece)) continue;
    const text = piece.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    const id = parseMessageId(text.replace(/[.,;:)]+$/, ""));
    if (id !== null) return id;
  }
  return null;
}

// Sentences are read above the diff only.
function endOfText(buffer: Buffer): number {
  const diff = buffer.indexOf("\ndiff --git ");
  return Math.min(diff < 0 ? buffer.length : diff, MAX_TEXT);
}

/** Bytes of a mail in which a sentence about the base is looked for. */
const MAX_TEXT = 64 * 1024;
