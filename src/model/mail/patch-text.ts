// The text of a mail that git mailinfo would see: description, notes and diff. Chooses parts; never re-encodes or unflows them.
import type { Bytes, Problem } from "#model/bytes";
import { byteString, bytesOf, concatBytes, noBytes } from "#model/bytes";
import { bodyParts, type BodyPart } from "./body-parts.ts";
import { findDiff } from "./diff-start.ts";
import type { Message } from "./message.ts";

/** The chosen bytes and how to read them. */
export interface PatchText {
  readonly bytes: Bytes;
  /** Charset of the description; null when not declared. */
  readonly charset: string | null;
  /** What `format=flowed` declares about the first chosen part; the bytes are still flowed. */
  readonly flowed: { readonly delsp: boolean } | null;
  readonly problems: readonly Problem[];
}

const NEWLINE = bytesOf("\n");

/**
 * The first text part. When it holds no diff, the first later part that does (text or an attached patch) is appended;
 * if that part is a whole patch file with its own header (`From `, `From:`, `Subject:`), it stands alone.
 */
export function patchText(message: Message): PatchText {
  const parts = bodyParts(message);
  const texts = parts.filter(isText);
  const first = texts.find((part) => part.type === "text/plain") ?? texts[0];
  if (first === undefined) {
    const seen = parts
      .map((part) => part.type)
      .join(", ")
      .slice(0, 200);
    return {
      bytes: noBytes,
      charset: null,
      flowed: null,
      problems: [{ message: `Read body: no plain text part among "${seen}"` }],
    };
  }
  const later =
    findDiff(first.bytes) >= 0 ? undefined : texts.find((part) => part !== first && findDiff(part.bytes) >= 0);
  if (later === undefined) return whole(first);
  const unread = unreadPatches(texts, later);
  const head = byteString(later.bytes, 0, 60);
  if (/^(?:From [0-9a-f]{40} |From:|Subject:)/.test(head))
    return { ...whole(later), problems: [...later.problems, ...unread] };
  const gap = first.bytes.at(-1) === 10 || first.bytes.length === 0 ? noBytes : NEWLINE;
  return {
    bytes: concatBytes([first.bytes, gap, later.bytes]),
    charset: first.charset,
    flowed: first.flowed,
    problems: [...first.problems, ...later.problems, ...unread],
  };
}

// A mail is one patch here; what else is attached is told, not lost in silence.
function unreadPatches(texts: readonly BodyPart[], read: BodyPart): Problem[] {
  const others = texts.slice(texts.indexOf(read) + 1).filter((part) => findDiff(part.bytes) >= 0);
  return others.map(({ fileName }) => ({
    message: `Read body: another patch is attached and not read${fileName === null ? "" : `, "${fileName.slice(0, 80)}"`}`,
  }));
}

function whole(part: BodyPart): PatchText {
  return { bytes: part.bytes, charset: part.charset, flowed: part.flowed, problems: part.problems };
}

function isText(part: BodyPart): boolean {
  if (part.type === "text/plain" || /^(?:text|application)\/(?:x-)?(?:patch|diff)$/.test(part.type)) return true;
  // Mailers that do not know patches attach them as anything.
  return /^(?:text|application)\/(?!html)/.test(part.type) && /\.(?:patch|diff|mbox|txt)$/i.test(part.fileName ?? "");
}
