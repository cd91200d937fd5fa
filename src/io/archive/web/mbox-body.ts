// The messages of a gzipped mbox as public-inbox sends it, one by one as they arrive. Bounded: a small answer can unpack to any size.
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import { splitMbox } from "#model/mail";
import { lostBy } from "../remote/lost.ts";

/** Bytes, unpacked: of a whole answer, of one message. `step`: bytes after which whole messages are looked for. */
export const mboxLimits = { answer: 16 * 1024 ** 3, message: 64 * 1024 * 1024, step: 1024 * 1024 } as const;

/** The line that public-inbox puts before each message (mboxrd, so no other line begins like this). */
const SEPARATOR = Buffer.from("\nFrom mboxrd@z ");

/**
 * Unpacks and splits an answer. Throws UserError when it is no gzipped mbox or exceeds {@link mboxLimits}, ConnectionLost when it
 * breaks off. Whoever stops early ends the transfer.
 */
export async function* mboxMessages(
  body: Readable,
  name: string,
  maxBytes: number = mboxLimits.answer,
): AsyncIterable<Bytes> {
  const unpacked = createGunzip();
  body.on("error", (error) => unpacked.destroy(error));
  body.pipe(unpacked);
  let rest = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let [size, waiting] = [0, 0];
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      size += piece.length;
      waiting += piece.length;
      if (size > maxBytes)
        throw new UserError(`"${name}" sends more than ${maxBytes} bytes`, { hint: "clone it with git" });
      pieces.push(piece);
      if (waiting < mboxLimits.step) continue;
      rest = Buffer.concat([rest, ...pieces]);
      [pieces, waiting] = [[], 0];
      const end = rest.lastIndexOf(SEPARATOR);
      if (end < 0 && rest.length > mboxLimits.message)
        throw new UserError(`"${name}" sends a message of more than ${mboxLimits.message} bytes`, {
          hint: "clone it with git",
        });
      if (end < 0) continue;
      yield* splitMbox(rest.subarray(0, end + 1)).messages;
      rest = rest.subarray(end + 1);
    }
  } catch (error) {
    throw bodyError(error, name);
  } finally {
    body.destroy();
    unpacked.destroy();
  }
  yield* splitMbox(Buffer.concat([rest, ...pieces])).messages;
}

function bodyError(error: unknown, name: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "Z_DATA_ERROR")
    return new UserError(`"${name}" does not answer with a gzipped mbox`, {
      hint: "check the address; some servers answer only browsers",
    });
  // Z_BUF_ERROR: the answer ended in the middle.
  return lostBy({ code, message: "the answer broke off" }, name);
}
