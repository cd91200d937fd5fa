// Reads objects by name through one long-lived `git cat-file --batch`; requests are pipelined, answers come in order.
// It does not know what is inside an object, except that its answer tells type and size.
import type { ChildProcess } from "node:child_process";
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, fromByteString, UserError } from "#model/bytes";
import type { ObjectId } from "./ids.ts";
import type { PackedEntry } from "./packed-entry.ts";
import { cannotStart, collectStderr, type Place, startGit } from "./run.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

/** One object: its full name, its type and its content without git's own header. */
export interface GitObject {
  readonly id: ObjectId;
  readonly type: ObjectType;
  readonly content: Bytes;
  /** Where it was read from, when that was a pack. */
  readonly entry?: PackedEntry;
}

/** Reads objects; `close` ends its process, and the next read would start another. */
export interface ObjectReader {
  /** The object that a git object name denotes (an id, `REV^{commit}`, `COMMIT:path`); null when there is none. */
  read(name: ByteString): Promise<GitObject | null>;
  close(): Promise<void>;
}

/** Objects above this size are refused, because Node keeps no buffer much above 2 GiB and a source file is never near it. */
export const maxObjectBytes = 1024 * 1024 * 1024;

/** Longest object name that is asked for: a path of 4096 bytes behind a long revision. */
const maxNameBytes = 8192;

/** Makes a reader; its process starts with the first read. */
export function makeObjectReader(place: Place, maxBytes = maxObjectBytes): ObjectReader {
  let batch: Batch | null = null;
  return {
    read(name) {
      if (name.includes("\n") || name.includes("\0") || name.length > maxNameBytes) {
        // `cat-file --batch` ends a request at LF and has no way to quote one before git 2.38 (`-z`).
        return Promise.reject(new UserError(`cannot ask git for the object ${JSON.stringify(name.slice(0, 200))}`));
      }
      if (batch === null || batch.isGone()) batch = startBatch(place, maxBytes);
      return batch.ask(name);
    },
    async close() {
      const last = batch;
      batch = null;
      await last?.close();
    },
  };
}

interface Batch {
  ask(name: ByteString): Promise<GitObject | null>;
  isGone(): boolean;
  close(): Promise<void>;
}

interface Waiting {
  readonly name: ByteString;
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: Error) => void;
}

function startBatch(place: Place, maxBytes: number): Batch {
  const child = startGit(place, ["cat-file", "--batch"], { stdio: ["pipe", "pipe", "pipe"] });
  const stderr = collectStderr(child);
  const waiting: Waiting[] = [];
  let first = 0;
  let gone = false;

  // The process lives as long as the program; it must not keep the program alive while nobody waits for an answer.
  // Who waits for its end is somebody, too: an answer that comes meanwhile must not let go.
  let closing = false;
  const hold = (held: boolean): void => holdOpen(child, held || closing);
  hold(false);

  const answer = (): Waiting | null => {
    const next = waiting[first] ?? null;
    first += 1;
    if (first === waiting.length || first > 4096) {
      waiting.splice(0, first);
      first = 0;
      if (waiting.length === 0) hold(false);
    }
    return next;
  };
  const fail = (error: Error): void => {
    gone = true;
    for (let next = answer(); next !== null; next = answer()) next.reject(error);
  };

  const parser = makeAnswerParser(maxBytes, (result) => {
    const asked = answer();
    if (asked === null) return;
    if (result instanceof Error) asked.reject(result);
    else asked.resolve(result);
  });
  child.stdout?.on("data", (piece: Buffer) => {
    if (!gone && !parser(piece)) {
      fail(new Error(`git cat-file gave an answer that cannot be read, after: "${stderr()}"`));
      child.kill("SIGKILL");
    }
  });
  child.stdin?.on("error", () => undefined);
  child.on("error", (cause) => fail(cannotStart(cause)));
  child.on("close", (code) => fail(new UserError(`git cat-file ended with exit code ${code}: "${stderr()}"`)));

  return {
    ask(name) {
      const { promise, resolve, reject } = Promise.withResolvers<GitObject | null>();
      if (waiting.length === 0) hold(true);
      waiting.push({ name, resolve, reject });
      child.stdin?.write(fromByteString(`${name}\n`));
      return promise;
    },
    isGone: () => gone,
    async close() {
      if (gone) return;
      closing = true;
      hold(true);
      const { promise, resolve } = Promise.withResolvers<void>();
      child.once("close", () => resolve());
      child.stdin?.end();
      if (waiting.length > 0) child.kill("SIGKILL");
      await promise;
    },
  };
}

/** Takes pieces of output and calls `found` for every answer; returns false when the output is not cat-file's. */
function makeAnswerParser(
  maxBytes: number,
  found: (result: GitObject | null | Error) => void,
): (piece: Buffer) => boolean {
  let head = "";
  // The object being read; `content` is null while an object that is too large is skipped.
  let object: { id: ObjectId; type: ObjectType; size: number; content: Buffer | null; filled: number } | null = null;

  return (piece) => {
    let at = 0;
    while (at < piece.length) {
      if (object === null) {
        const end = piece.indexOf(10, at);
        head += byteString(piece, at, end < 0 ? piece.length : end);
        if (end < 0) return head.length <= maxNameBytes + 100;
        at = end + 1;
        const parsed = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d{1,15})$/.exec(head);
        const missing = / (?:missing|ambiguous)$/.test(head);
        head = "";
        if (parsed) {
          const [, id = "", type = "", size = ""] = parsed;
          const bytes = Number(size);
          const content = bytes > maxBytes ? null : Buffer.allocUnsafeSlow(bytes);
          object = { id: id as ObjectId, type: type as ObjectType, size: bytes, content, filled: 0 };
        } else if (missing) found(null);
        else return false;
        continue;
      }
      const take = Math.min(object.size - object.filled, piece.length - at);
      object.content?.set(piece.subarray(at, at + take), object.filled);
      object.filled += take;
      at += take;
      if (object.filled < object.size || at === piece.length) continue;
      // An LF of cat-file's own follows every object.
      at += 1;
      const { id, type, size, content } = object;
      object = null;
      if (content) found({ id, type, content });
      else found(new UserError(`object ${id} has ${size} bytes, more than the limit of ${maxBytes}`));
    }
    return true;
  };
}

/** Whether a child and its pipes keep the program from ending. */
function holdOpen(child: ChildProcess, held: boolean): void {
  const verb = held ? "ref" : "unref";
  child[verb]();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) {
    (pipe as { ref?: () => void; unref?: () => void } | null)?.[verb]?.();
  }
}
