// A file read in pieces from its beginning to its end, decompressed when it is gzipped, whatever its name says.
// It knows nothing of mails.
import { promises as fs } from "node:fs";
import { createGunzip } from "node:zlib";
import { concatBytes, fileError, noBytes, UserError, type Bytes } from "#model/bytes";

/** An open file; it is read as far as it went when it was opened. */
export interface Pieces extends AsyncDisposable {
  /** Inode, size and time of change when it was opened: the same stamp, the same content. */
  readonly stamp: string;
  /** The next bytes without passing over them; fewer than asked for only at the end. */
  peek(size: number): Promise<Bytes>;
  /** The next bytes, at most `size`; none at the end. */
  take(size: number): Promise<Bytes>;
  /** Whether the end came too early, because the compressed data is damaged or cut short. Sure only at the end. */
  damaged(): boolean;
}

/** Bytes of one read. */
const PIECE = 256 * 1024;

/** Opens the file; `tell` hears what is wrong with its compressed data. Throws UserError when it cannot be read. */
export async function openPieces(path: string, tell: (problem: string) => void): Promise<Pieces> {
  const handle = await fs.open(path, "r").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new UserError(`no such file: "${path}"`, { hint: "check where the archive is", cause: error });
    throw fileError(error, path);
  });
  const { ino, size, mtimeNs, ctimeNs } = await handle.stat({ bigint: true });
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0);
  let damaged = false;
  const raw = piecesOf(handle, Number(size));
  const source =
    magic.readUInt16BE() === GZIP
      ? unzip(raw, (problem) => {
          damaged = true;
          tell(problem);
        })
      : raw;
  let ahead: Bytes[] = [];
  let held = 0;
  // Reads until `size` bytes are held, or the end.
  const hold = async (wanted: number): Promise<Bytes> => {
    while (held < wanted) {
      const { value, done } = await source.next();
      if (done === true) break;
      ahead.push(value);
      held += value.length;
    }
    const all = ahead.length === 0 ? noBytes : concatBytes(ahead);
    ahead = [all];
    return all;
  };
  return {
    stamp: [ino, size, mtimeNs, ctimeNs].join("."),
    peek: async (wanted) => (await hold(wanted)).subarray(0, wanted),
    async take(wanted) {
      const all = await hold(wanted);
      const taken = all.subarray(0, wanted);
      ahead = all.length > wanted ? [all.subarray(wanted)] : [];
      held = all.length - taken.length;
      return taken;
    },
    damaged: () => damaged,
    async [Symbol.asyncDispose]() {
      await source.return(undefined);
      await handle.close();
    },
  };
}

const GZIP = 0x1f8b;

async function* piecesOf(handle: fs.FileHandle, size: number): AsyncGenerator<Bytes> {
  for (let at = 0; at < size;) {
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, size - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/** The content of a gzip file, all members of it. Damage ends it, after everything before the damage was given. */
async function* unzip(pieces: AsyncGenerator<Bytes>, tell: (problem: string) => void): AsyncGenerator<Bytes> {
  const engine = createGunzip();
  // Taken as events: reading it as a stream would lose what came right before an error.
  let out: Bytes[] = [];
  let failure: Error | null = null;
  engine.on("data", (piece: Buffer) => out.push(piece));
  engine.on("error", (error) => {
    failure ??= error;
  });
  try {
    for await (const piece of pieces) {
      await new Promise<void>((resolve) => {
        engine.write(piece, () => resolve());
      });
      yield* out;
      out = [];
      if (failure !== null) break;
    }
    if (failure === null) {
      const { promise, resolve } = Promise.withResolvers<void>();
      engine.once("close", resolve);
      engine.end();
      await promise;
      yield* out;
    }
    if (failure !== null)
      tell(`its compressed data is damaged (${(failure as Error).message}), what follows is missing`);
  } finally {
    engine.destroy();
  }
}
