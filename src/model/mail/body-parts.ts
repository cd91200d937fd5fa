// The leaf parts of a mail body (RFC 2045, 2046), transfer-decoded to exact bytes. Chooses nothing: patch-text.ts does.
import type { Bytes, Problem } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import { headerValuesOf, splitHeaders, type Header } from "./headers.ts";
import type { Message } from "./message.ts";
import { parseParameters } from "./parameters.ts";
import { decodeTransfer } from "./transfer.ts";

/** One leaf of the MIME tree. */
export interface BodyPart {
  /** `type/subtype` in lower case; `text/plain` when nothing is said. */
  readonly type: string;
  /** As declared, null when not declared. */
  readonly charset: string | null;
  readonly fileName: string | null;
  /** `inline`, `attachment` or what else is declared, lower case; null when not declared. */
  readonly disposition: string | null;
  /** RFC 3676 parameters; null unless `format=flowed` is declared. See unflow.ts: nothing here is unflowed. */
  readonly flowed: { readonly delsp: boolean } | null;
  /** Content after transfer decoding. In a mail stored with CRLF, text line ends are LF as in any mailbox on disk. */
  readonly bytes: Bytes;
  readonly headers: readonly Header[];
  readonly problems: readonly Problem[];
}

/** Multiparts nested deeper than this are read as one leaf. */
export const MAX_DEPTH = 30;
/** Parts of one mail after this many are not read. */
export const MAX_PARTS = 1000;

/** All leaf parts in order. A mail without MIME has one; `message/rfc822` is a leaf. */
export function bodyParts(message: Message): BodyPart[] {
  const parts: BodyPart[] = [];
  collect(message.headers, message.body, { crlf: message.crlf, depth: 0, byDefault: "text/plain" }, parts);
  return parts;
}

interface Place {
  readonly crlf: boolean;
  readonly depth: number;
  readonly byDefault: string;
}

function collect(headers: readonly Header[], body: Bytes, place: Place, parts: BodyPart[]): void {
  const declared = parseParameters(headerValuesOf(headers, "content-type")[0] ?? "");
  const type = /^[^\s/]+\/[^\s/]+$/.test(declared.value) ? declared.value : place.byDefault;
  const boundary = declared.parameters.get("boundary") ?? "";
  const problems: Problem[] = [];
  if (type.startsWith("multipart/")) {
    const split =
      boundary === "" || place.depth >= MAX_DEPTH ? null : splitAtBoundary(body, boundary, MAX_PARTS - parts.length);
    if (split !== null) {
      const inner = type === "multipart/digest" ? "message/rfc822" : "text/plain";
      for (const [index, piece] of split.pieces.entries()) {
        const block = splitPart(piece);
        const before = parts.length;
        collect(block.headers, block.body, { crlf: place.crlf, depth: place.depth + 1, byDefault: inner }, parts);
        const last = parts.at(-1);
        if (
          index === split.pieces.length - 1 &&
          parts.length > before &&
          last !== undefined &&
          split.problems.length > 0
        ) {
          parts[parts.length - 1] = { ...last, problems: [...last.problems, ...split.problems] };
        }
      }
      return;
    }
    problems.push({ message: `Read body: cannot split "${type.slice(0, 80)}" at boundary "${boundary.slice(0, 80)}"` });
  }
  if (parts.length >= MAX_PARTS) return;
  parts.push(
    leaf(headers, body, type.startsWith("multipart/") ? "text/plain" : type, declared.parameters, place, problems),
  );
}

function leaf(
  headers: readonly Header[],
  body: Bytes,
  type: string,
  parameters: ReadonlyMap<string, string>,
  place: Place,
  before: readonly Problem[],
): BodyPart {
  const disposition = parseParameters(headerValuesOf(headers, "content-disposition")[0] ?? "");
  const encoding = (headerValuesOf(headers, "content-transfer-encoding")[0] ?? "").replace(/[\s;(].*$/s, "");
  // CRLF is the line end of transport unless the part says that it is binary.
  const stored = place.crlf && encoding.toLowerCase() !== "binary" ? withoutCr(body) : body;
  const { bytes, problems } = decodeTransfer(stored, encoding);
  const flowed = parameters.get("format")?.toLowerCase() === "flowed";
  return {
    type,
    charset: parameters.get("charset") ?? null,
    fileName: disposition.parameters.get("filename") ?? parameters.get("name") ?? null,
    disposition: disposition.value === "" ? null : disposition.value,
    flowed: flowed ? { delsp: parameters.get("delsp")?.toLowerCase() === "yes" } : null,
    bytes,
    headers,
    problems: [...before, ...problems],
  };
}

// A part may have no header at all: then it begins with an empty line, which splitHeaders would pass over.
function splitPart(piece: Bytes): { headers: readonly Header[]; body: Bytes } {
  const skip = piece[0] === 10 ? 1 : piece[0] === 13 && piece[1] === 10 ? 2 : 0;
  if (skip > 0) return { headers: [], body: piece.subarray(skip) };
  const block = splitHeaders(piece);
  return { headers: block.headers, body: piece.subarray(block.bodyStart) };
}

// The pieces between boundary lines, without the line end before each boundary (RFC 2046 section 5.1.1); null when there is none.
function splitAtBoundary(body: Bytes, boundary: string, room: number): { pieces: Bytes[]; problems: Problem[] } | null {
  const mark = fromByteString(`--${boundary}`);
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const pieces: Bytes[] = [];
  let start = -1;
  for (let at = buffer.indexOf(mark); at >= 0; at = buffer.indexOf(mark, at + 1)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    const next = body.indexOf(10, at);
    const lineEnd = next < 0 ? body.length : next;
    // The rest of the line is blank, or "--" and blank: another boundary may begin with the same characters.
    const rest = byteString(body, at + mark.length, Math.min(lineEnd, at + mark.length + 200));
    if (!/^(?:--)?\s*$/.test(rest)) continue;
    if (start >= 0) {
      const end = body[at - 2] === 13 ? at - 2 : at - 1;
      if (pieces.length >= room) return { pieces, problems: [{ message: `Read body: more than ${MAX_PARTS} parts` }] };
      pieces.push(body.subarray(start, Math.max(start, end)));
    }
    if (rest.startsWith("--")) return { pieces, problems: [] };
    start = lineEnd + 1;
  }
  if (start < 0) return null;
  pieces.push(body.subarray(Math.min(start, body.length)));
  return { pieces, problems: [{ message: `Read body: last boundary "${boundary.slice(0, 80)}" is missing` }] };
}

function withoutCr(bytes: Bytes): Bytes {
  return fromByteString(byteString(bytes).replaceAll("\r\n", "\n"));
}
