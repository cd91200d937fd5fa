// Applies a delta of a pack to its base (gitformat-pack(5), "Deltified representation"); delta.ts prints them.
import type { Bytes } from "#model/bytes";

/** What a delta makes of the content that it is made for; null when it is not a whole delta for exactly this content. */
export function applyDelta(old: Bytes, commands: Bytes): Bytes | null {
  const from = sizeAt(commands, 0);
  const to = sizeAt(commands, from.next);
  // A size that the delta itself could not make must not reserve memory: a copy command of seven bytes makes 16 MiB at most.
  if (from.size !== old.length || to.size > commands.length * MAX_COPY) return null;
  const made = Buffer.allocUnsafeSlow(to.size);
  // Buffers copy without making a value for each part.
  const [base, delta] = [bufferOf(old), bufferOf(commands)];
  let filled = 0;
  for (let at = to.next; at < delta.length;) {
    const command = delta[at++] ?? 0;
    if ((command & 0x80) === 0) {
      // Zero is reserved, and a piece of new bytes must be there as a whole.
      if (command === 0 || at + command > delta.length || filled + command > made.length) return null;
      delta.copy(made, filled, at, at + command);
      filled += command;
      at += command;
      continue;
    }
    let offset = 0;
    let length = 0;
    for (let bit = 0; bit < 4; bit++) if ((command & (1 << bit)) !== 0) offset += (delta[at++] ?? 0) * 2 ** (8 * bit);
    for (let bit = 0; bit < 3; bit++) if ((command & (0x10 << bit)) !== 0) length += (delta[at++] ?? 0) << (8 * bit);
    if (length === 0) length = 0x10000;
    if (at > delta.length || offset + length > base.length || filled + length > made.length) return null;
    base.copy(made, filled, offset, offset + length);
    filled += length;
  }
  return filled === made.length ? made : null;
}

function bufferOf({ buffer, byteOffset, length }: Bytes): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

/** Most bytes that one copy command makes. */
const MAX_COPY = 0xffffff;

/** A size of a delta's head: seven bits a byte, the lowest first. */
function sizeAt(bytes: Bytes, from: number): { readonly size: number; readonly next: number } {
  let size = 0;
  let at = from;
  for (let scale = 1; ; scale *= 0x80) {
    const byte = bytes[at++] ?? 0;
    size += (byte & 0x7f) * scale;
    if (byte < 0x80) return { size, next: at };
  }
}
