// Deltas as a pack holds them (gitformat-pack(5), "Deltified representation"): how one object is made of another.
// Nothing is searched for: what is shared is known from how the new content was made.
import type { Bytes } from "#model/bytes";
import type { Lines, Run } from "#model/diff";

/** A piece of new content: bytes `[from, to)` of the old content, or new bytes. */
export type Piece = { readonly from: number; readonly to: number } | Bytes;

/** Most bytes of one copy command that every git reads, and of one insert command. */
const MAX_COPY = 0xffff;
const MAX_INSERT = 0x7f;

/** The delta that makes the pieces, `size` bytes together, from an object of `baseSize` bytes. Neighbouring copies become one. */
export function printDelta(baseSize: number, size: number, pieces: Iterable<Piece>): Bytes {
  let at = printSize(0, baseSize);
  at = printSize(at, size);
  let from = 0;
  let to = 0;
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      if (piece.length === 0) continue;
      at = printCopies(at, from, to);
      from = to = 0;
      at = printInserts(at, piece);
    } else if (piece.from === to && to > from) to = piece.to;
    else {
      at = printCopies(at, from, to);
      ({ from, to } = piece);
    }
  }
  at = printCopies(at, from, to);
  return Buffer.from(out.subarray(0, at));
}

/** What is being printed; a thousand commits print five thousand deltas, most of some hundred bytes. */
let out = Buffer.allocUnsafeSlow(1 << 16);

function reserve(bytes: number): void {
  if (bytes <= out.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * bytes);
  out.copy(larger);
  out = larger;
}

/** A size: seven bits a byte, the lowest first, the high bit where more follow. Like all that follow it prints at `at` and gives the end. */
function printSize(at: number, size: number): number {
  let end = at;
  let rest = size;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out[end++] = (rest & 0x7f) | 0x80;
  out[end++] = rest;
  return end;
}

function printInserts(at: number, bytes: Bytes): number {
  let end = at;
  reserve(end + bytes.length + Math.ceil(bytes.length / MAX_INSERT));
  for (let from = 0; from < bytes.length; from += MAX_INSERT) {
    const part = bytes.length - from <= MAX_INSERT && from === 0 ? bytes : bytes.subarray(from, from + MAX_INSERT);
    out[end++] = part.length;
    out.set(part, end);
    end += part.length;
  }
  return end;
}

/** Bytes of a copy command with everything that may follow it. */
const COPY = 7;

function printCopies(at: number, from: number, to: number): number {
  let end = at;
  for (let offset = from; offset < to; offset += MAX_COPY) {
    reserve(end + COPY);
    end = printCopy(end, offset, Math.min(MAX_COPY, to - offset));
  }
  return end;
}

/** A copy: the bits of the command say which bytes of offset (four) and length (two of them) follow; zero bytes are left out. */
function printCopy(at: number, offset: number, length: number): number {
  let end = at + 1;
  let command = 0x80;
  for (let i = 0; i < 4; i++) {
    const byte = (offset >>> (8 * i)) & 0xff;
    if (byte === 0) continue;
    out[end++] = byte;
    command |= 1 << i;
  }
  for (let i = 0; i < 2; i++) {
    const byte = (length >>> (8 * i)) & 0xff;
    if (byte === 0) continue;
    out[end++] = byte;
    command |= 0x10 << i;
  }
  out[at] = command;
  return end;
}

/** How `after` is made of `before`: the runs that both share, and the rest. */
export function* sharedPieces(before: Lines, after: Lines): Generator<Piece> {
  const places = new Map<Bytes, { readonly from: number; readonly to: number; readonly offset: number }[]>();
  let offset = 0;
  for (const run of before.runs) {
    const { from, to } = rangeOf(run);
    const known = places.get(run.bytes);
    if (known) known.push({ from, to, offset });
    else places.set(run.bytes, [{ from, to, offset }]);
    offset += to - from;
  }
  for (const run of after.runs) {
    const { from, to } = rangeOf(run);
    let at = from;
    for (const place of places.get(run.bytes) ?? []) {
      const start = Math.max(at, place.from);
      const end = Math.min(to, place.to);
      if (start >= end) continue;
      yield run.bytes.subarray(at, start);
      yield { from: place.offset + start - place.from, to: place.offset + end - place.from };
      at = end;
    }
    yield run.bytes.subarray(at, to);
  }
}

function rangeOf({ starts, from, to }: Run): { readonly from: number; readonly to: number } {
  return { from: starts[from] ?? 0, to: starts[to] ?? 0 };
}
