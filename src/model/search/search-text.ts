// What a mail says to a search: its words, sorted into the fields that prefixes name, and the values that are found as a whole.
// The sorting is lore's: quoted lines, text, and the lines of diffs apart. It keeps no positions and makes no index.
import type { ByteString, Bytes } from "#model/bytes";
import { byteString, fromByteString, readablePath } from "#model/bytes";
import type { BodyPart, Message, MessageId } from "#model/mail";
import {
  bodyParts,
  decodeText,
  decodeWords,
  findDiff,
  headerValues,
  nextLine,
  parseMessage,
  parseMessageId,
} from "#model/mail";
import type { Diff, FileDiff } from "#model/diff";
import { parseDiff, patchId, stripPath } from "#model/diff";
import type { KeyKind, TextField } from "./query.ts";
import { TEXT_FIELDS } from "./query.ts";

/** The words of a mail by field, as text whose words a tokenizer still has to find. */
export type SearchText = Record<TextField, string>;

/** What a mail is found by. */
export interface SearchEntry {
  readonly text: SearchText;
  /** Each value once for its kind. Ids of the mail itself are not among them. */
  readonly keys: readonly { readonly kind: KeyKind; readonly value: string }[];
}

/** Text of one field of one mail that is longer, in characters, is cut: nobody finds a mail by what stands there. */
export const MAX_FIELD = 2_000_000;
/** Blob ids, links and the like of one mail and kind that are kept. */
export const MAX_KEYS = 1000;
/** Mails inside a mail inside a mail that are read. */
const MAX_FORWARDED = 3;

/** Reads a mail for searching. Any mail gives a value. */
export function searchEntry(message: Message): SearchEntry {
  const found: Found = { texts: new Map(), keys: new Map() };
  addMail(found, message, 0);
  const textOf = (field: TextField): string => (found.texts.get(field) ?? []).join("\n").slice(0, MAX_FIELD);
  return {
    text: Object.fromEntries(TEXT_FIELDS.map((field) => [field, textOf(field)])) as SearchText,
    keys: [...found.keys].flatMap(([kind, values]) => [...values].map((value) => ({ kind, value }))),
  };
}

interface Found {
  readonly texts: Map<TextField, string[]>;
  readonly keys: Map<KeyKind, Set<string>>;
}

function addText({ texts }: Found, field: TextField, text: string): void {
  const known = texts.get(field);
  if (known !== undefined) known.push(text);
  else if (text !== "") texts.set(field, [text]);
}

function addKey({ keys }: Found, kind: KeyKind, value: string): void {
  const known = keys.get(kind);
  if (known === undefined) keys.set(kind, new Set([value]));
  else if (known.size < MAX_KEYS) known.add(value);
}

function addMail(found: Found, message: Message, depth: number): void {
  addText(found, "subject", message.subject);
  for (const name of ["from", "to", "cc"] as const)
    for (const value of headerValues(message, name)) addText(found, name, decodeWords(value));
  if (message.messageId !== null) addText(found, "id", message.messageId);
  for (const value of headerValues(message, "list-id")) {
    const id = /<([^<>]+)>/.exec(value)?.[1]?.trim().toLowerCase();
    if (id === undefined) continue;
    addText(found, "list", id);
    addKey(found, "list-id", id);
  }
  for (const part of bodyParts(message)) {
    if (part.fileName !== null) addText(found, "files", part.fileName);
    if (part.type === "message/rfc822" && depth < MAX_FORWARDED) addMail(found, parseMessage(part.bytes), depth + 1);
    else if (isText(part)) addPart(found, part);
  }
}

/** As much of a part as is looked at to tell text from data. */
const LOOKED_AT = 8000;

function isText({ type, bytes }: BodyPart): boolean {
  if (type.startsWith("text/")) return !/^text\/x?html$/.test(type);
  if (/^application\/(?:x-)?(?:patch|diff)$/.test(type)) return true;
  // Mailers that do not know patches send them as anything.
  return type === "application/octet-stream" && !bytes.subarray(0, LOOKED_AT).includes(0);
}

function addPart(found: Found, { bytes, charset }: BodyPart): void {
  // Fields are gathered as bytes and read as characters once: a charset may spread over lines.
  const pieces = new Map<TextField, ByteString[]>();
  const add = (field: TextField, text: ByteString): void => {
    const known = pieces.get(field);
    if (known === undefined) pieces.set(field, [text]);
    else known.push(text);
  };
  for (const section of sections(bytes)) {
    if (section.quoted) add("quoted", byteString(section.bytes));
    else if (findDiff(section.bytes) < 0) add("text", byteString(section.bytes));
    else addDiff(found, parseDiff(section.bytes), add);
  }
  for (const [field, texts] of pieces) {
    const text = readText(texts.join(""), charset);
    addText(found, field, text);
    if (field === "text") addNames(found, text);
  }
}

function readText(text: ByteString, charset: string | null): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(text) ? text : decodeText(fromByteString(text), charset).text;
}

/** Runs of lines that begin with ">" and of lines that do not. */
function* sections(bytes: Bytes): Generator<{ quoted: boolean; bytes: Bytes }> {
  let start = 0;
  let quoted = bytes[0] === QUOTE;
  for (let at = 0; at < bytes.length; at = nextLine(bytes, at)) {
    if ((bytes[at] === QUOTE) === quoted) continue;
    yield { quoted, bytes: bytes.subarray(start, at) };
    start = at;
    quoted = !quoted;
  }
  if (start < bytes.length) yield { quoted, bytes: bytes.subarray(start) };
}

const QUOTE = 62;

type Add = (field: TextField, text: ByteString) => void;

function addDiff(found: Found, diff: Diff, add: Add): void {
  for (const file of diff.files) {
    add("text", byteString(file.lead));
    addFileHeader(found, file, add);
    for (const hunk of file.hunks) {
      const heading = /^@@[^@]*@@ *(.*)$/s.exec(byteString(hunk.head))?.[1] ?? "";
      if (heading.trim() !== "") add("functions", heading);
      for (const line of hunk.lines) {
        const field = line.kind === "insert" ? "added" : line.kind === "delete" ? "removed" : "context";
        add(field, byteString(hunk.body, line.start, line.end));
      }
    }
  }
  add("text", byteString(diff.trail));
  if (diff.files.some(({ hunks, binary, git }) => hunks.length > 0 || binary !== null || git))
    addKey(found, "patch-id", patchId(diff));
}

function addFileHeader(found: Found, file: FileDiff, add: Add): void {
  const paths = new Set([file.oldPath, file.newPath].map((path) => path && (stripPath(path, 1) ?? path)));
  for (const path of paths) if (path !== null) addText(found, "paths", readablePath(path));
  if (file.oldId !== null && !/^0+$/.test(file.oldId)) addKey(found, "old-blob", file.oldId);
  if (file.newId !== null && !/^0+$/.test(file.newId)) addKey(found, "new-blob", file.newId);
  // Modes, renames and similarity are text; names and blob ids have been taken.
  for (const line of byteString(file.header).split("\n"))
    if (/^(?:old|new|deleted|rename|copy|similarity|dissimilarity|Binary) /.test(line)) add("text", `${line}\n`);
}

// What a mail says about its own series, and which mails it points to.
function addNames(found: Found, text: string): void {
  for (const [, id = ""] of text.matchAll(/^change-id:[ \t]*(\S{1,200})[ \t]*$/gim)) addKey(found, "change-id", id);
  if (!text.includes("://")) return;
  for (const id of linkedMails(text)) addKey(found, "link", id);
}

/** The Message-IDs in addresses such as `https://HOST/LIST/ID/`. */
function* linkedMails(text: string): Generator<MessageId> {
  for (const [, path = ""] of text.matchAll(/\bhttps?:\/\/([^\s<>")\]]{1,500})/g)) {
    for (const piece of path.split(/[/#?]/).slice(1)) {
      if (!piece.includes("@") && !/%40/i.test(piece)) continue;
      const id = parseMessageId(unescapeUrl(piece));
      if (id !== null) yield id;
    }
  }
}

function unescapeUrl(text: string): string {
  return text
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[.,;:]+$/, "");
}
