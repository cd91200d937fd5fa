// Deltas as a pack holds them (gitformat-pack(5), "Deltified representation"): how one object is made of another.
// Nothing is searched for: what is shared is known from how the new content was made.
import type { Bytes } from "#model/bytes";
import type { Lines, Run } from "#model/diff";

/** A piece of new content: bytes `[from, to)` of the old content, or new bytes. */
export type Piece = { readonly from: number; readonly to: number } | Bytes;

/** Most bytes of one copy command that every git reads, and of one insert command. */
const MAX_COPY = 0xffff;
const MAX_INSERT = 0x7f;

/** The delta that makes the pieces, `size` bytes together, from an object of `baseSize` bytes. */
export function printDelta(baseSize: number, size: number, pieces: Iterable<Piece>): Bytes {
  const out: number[] = [];
  const chunks: Bytes[] = [];
  const flush = (): void => {
    if (out.length > 0) chunks.push(Uint8Array.from(out));
    out.length = 0;
  };
  printSize(out, baseSize);
  printSize(out, size);
  for (const piece of joined(pieces)) {
    if (piece instanceof Uint8Array) {
      for (let at = 0; at < piece.length; at += MAX_INSERT) {
        const part = piece.subarray(at, at + MAX_INSERT);
        out.push(part.length);
        flush();
        chunks.push(part);
      }
    } else
      for (let at = piece.from; at < piece.to; at += MAX_COPY) printCopy(out, at, Math.min(MAX_COPY, piece.to - at));
  }
  flush();
  return Buffer.concat(chunks);
}

/** The same pieces, with copies of neighbouring ranges made one. */
function* joined(pieces: Iterable<Piece>): Generator<Piece> {
  let copy: { from: number; to: number } | null = null;
  for (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) {
      if (copy !== null && copy.to === piece.from) copy = { from: copy.from, to: piece.to };
      else {
        if (copy !== null) yield copy;
        copy = piece;
      }
    } else if (piece.length > 0) {
      if (copy !== null) yield copy;
      copy = null;
      yield piece;
    }
  }
  if (copy !== null) yield copy;
}

/** A size: seven bits a byte, the lowest first, the high bit where more follow. */
function printSize(out: number[], size: number): void {
  let rest = size;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
}

/** A copy: the bits of the command say which bytes of offset (four) and length (two of them) follow; zero bytes are left out. */
function printCopy(out: number[], offset: number, length: number): void {
  const at = out.push(0) - 1;
  let command = 0x80;
  for (let i = 0; i < 4; i++) {
    const byte = (offset >>> (8 * i)) & 0xff;
    if (byte === 0) continue;
    out.push(byte);
    command |= 1 << i;
  }
  for (let i = 0; i < 2; i++) {
    const byte = (length >>> (8 * i)) & 0xff;
    if (byte === 0) continue;
    out.push(byte);
    command |= 0x10 << i;
  }
  out[at] = command;
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
