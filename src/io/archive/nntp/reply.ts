// The answers of an NNTP server (RFC 3977), cut out of a stream of bytes: status lines and dot-stuffed blocks. Pure; which answers
// have a block depends on what was asked, so the one who asks says so first.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, concatBytes, noBytes } from "#model/bytes";

/** Limits: bytes of a status line (RFC 3977 allows 512), and of a block for which nothing else is said. */
export const replyLimits = { line: 8192, block: 64 * 1024 * 1024 } as const;

/** What may come for a command that was sent. */
export interface Expectation {
  /** The status code that a block follows; null when none can. */
  readonly blockCode: number | null;
  /** Most bytes of the block that are kept; a longer one is read to its end and dropped. */
  readonly maxBlock: number;
}

/** One answer. */
export interface Reply {
  readonly code: number;
  /** The status line behind the code. */
  readonly text: ByteString;
  /** Lines with LF ends, dots unstuffed; null when there was none or it was too long. */
  readonly block: Bytes | null;
  /** The block had more bytes than were expected and was dropped. */
  readonly tooLong: boolean;
}

/** Takes bytes as they arrive; gives the answers that are complete. */
export interface ReplyReader {
  /** Says what comes next but those already expected. */
  expect(next: Expectation): void;
  /** The answers that these bytes complete. `fault` is set, for ever, when the stream is no NNTP: close the connection. */
  feed(bytes: Bytes): { readonly replies: readonly Reply[]; readonly fault: string | null };
  /** Bytes that were fed and belong to no answer yet. */
  readonly waiting: number;
}

/** A reader at the start of a connection. */
export function makeReplyReader(): ReplyReader {
  const expected: Expectation[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let open: OpenBlock | null = null;
  let fault: string | null = null;

  /** One answer from the front of `rest`; null when there is no whole one. */
  const next = (): Reply | null => {
    if (open === null) {
      const end = rest.indexOf("\n");
      if (end > replyLimits.line || (end < 0 && rest.length > replyLimits.line)) {
        fault = `a line of more than ${replyLimits.line} bytes`;
        return null;
      }
      if (end < 0) return null;
      const line = byteString(rest, 0, end).replace(/\r$/, "");
      rest = rest.subarray(end + 1);
      const found = /^([1-5]\d\d)(?:[ \t]+(.*))?$/s.exec(line);
      if (found === null) {
        fault = `a line that is no answer: "${line.slice(0, 60).replace(/[^ -~]/g, "?")}"`;
        return null;
      }
      const expectation = expected.shift();
      const status = { code: Number(found[1]), text: found[2] ?? "" };
      if (expectation?.blockCode !== status.code) return { ...status, block: null, tooLong: false };
      open = { ...status, pieces: [], size: 0, limit: expectation.maxBlock };
      // The end of the status line is put back, so that the end of an empty block looks like any other.
      rest = Buffer.concat([LINE_END, rest]);
    }
    const block = takeBlock(open);
    if (block === null) return null;
    const { code, text } = open;
    open = null;
    return { code, text, ...block };
  };

  const takeBlock = (into: OpenBlock): Pick<Reply, "block" | "tooLong"> | null => {
    const end = rest.indexOf(BLOCK_END);
    // The last bytes may be the start of the end; the others cannot be.
    const sure = end < 0 ? Math.max(0, rest.length - BLOCK_END.length + 1) : end + LINE_END.length;
    into.size += sure;
    if (into.size > into.limit + LINE_END.length) into.pieces.length = 0;
    else into.pieces.push(rest.subarray(0, sure));
    rest = rest.subarray(end < 0 ? sure : end + BLOCK_END.length);
    if (end < 0) return null;
    if (into.size > into.limit + LINE_END.length) return { block: null, tooLong: true };
    return { block: unstuff(concatBytes(into.pieces).subarray(LINE_END.length)), tooLong: false };
  };

  return {
    expect: (expectation) => void expected.push(expectation),
    feed: (bytes) => {
      const replies: Reply[] = [];
      if (fault === null) rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      for (let reply = fault === null ? next() : null; reply !== null; reply = next()) replies.push(reply);
      return { replies, fault };
    },
    get waiting() {
      return rest.length;
    },
  };
}

interface OpenBlock {
  readonly code: number;
  readonly text: ByteString;
  readonly pieces: Bytes[];
  size: number;
  readonly limit: number;
}

const LINE_END = Buffer.from("\r\n");
const BLOCK_END = Buffer.from("\r\n.\r\n");
const [CR, LF, DOT] = [13, 10, 46];

/**
 * Undoes what the protocol did to the lines of a block (RFC 3977 3.1.1): a dot in front of a dot goes, CRLF becomes LF.
 * Any other CR, LF or byte stays.
 */
export function unstuff(block: Bytes): Bytes {
  if (block.length === 0) return noBytes;
  const lines = Buffer.alloc(block.length);
  let length = 0;
  let atStart = true;
  for (let at = 0; at < block.length; at++) {
    const byte = block[at] ?? 0;
    if (atStart && byte === DOT && block[at + 1] === DOT) at++;
    atStart = false;
    if (byte === CR && block[at + 1] === LF) {
      at++;
      atStart = true;
      lines[length++] = LF;
    } else lines[length++] = byte;
  }
  return lines.subarray(0, length);
}
