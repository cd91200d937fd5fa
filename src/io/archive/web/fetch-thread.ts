// Gets one thread, or one message, out of a public-inbox web archive by message id, without visiting the archive.
import type { Readable } from "node:stream";
import type { Bytes } from "#model/bytes";
import { concatBytes, UserError } from "#model/bytes";
import type { MessageId } from "#model/mail";
import { splitMbox } from "#model/mail";
import { parseRemoteAddress } from "../remote/address.ts";
import type { RemoteOptions } from "../remote/options.ts";
import { mboxMessages } from "./mbox-body.ts";
import { askWeb, shown, type WebAnswer } from "./request.ts";
import { archiveBase } from "./web-archive.ts";

/** Most bytes of a thread, unpacked, and of a single message. */
export const threadLimits = { thread: 512 * 1024 * 1024, message: 64 * 1024 * 1024 } as const;

/**
 * Every message of the thread that a message belongs to, in the archive's order, as it was sent.
 * `base` is the archive ("https://host/list/"), or an address of the server that finds a message in any of its archives.
 * Throws UserError when there is no such message.
 */
export async function fetchThread(base: string, messageId: MessageId, options: RemoteOptions = {}): Promise<Bytes[]> {
  const { url, answer } = await askFor(base, messageId, "t.mbox.gz", options);
  const messages: Bytes[] = [];
  for await (const message of mboxMessages(answer.body, shown(url), threadLimits.thread)) messages.push(message);
  return messages;
}

/** The message with an id; more than one when different mails have that id. Throws UserError when there is none. */
export async function fetchMessage(base: string, messageId: MessageId, options: RemoteOptions = {}): Promise<Bytes[]> {
  const { url, answer } = await askFor(base, messageId, "raw", options);
  return [...splitMbox(await wholeBody(answer.body, shown(url))).messages];
}

async function askFor(
  base: string,
  messageId: MessageId,
  what: string,
  options: RemoteOptions,
): Promise<{ readonly url: URL; readonly answer: WebAnswer }> {
  // Ids are byte strings: each char code is one byte of the path. "/" must be quoted, the server takes it for its own otherwise.
  const quoted = messageId.replace(/[^A-Za-z0-9._~@+=$!*'(),:;-]/g, percent);
  const url = new URL(`${quoted}/${what}`, archiveBase(parseRemoteAddress(base)));
  const answer = await askWeb(url, options);
  if (answer === null)
    throw new UserError(`"${base}" has no message "<${messageId}>"`, {
      hint: "check the message id, or name another archive",
    });
  return { url, answer };
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

async function wholeBody(body: Readable, name: string): Promise<Bytes> {
  const pieces: Bytes[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > threadLimits.message)
      throw new UserError(`"${name}" sends more than ${threadLimits.message} bytes`, {
        hint: "clone the archive with git",
      });
    pieces.push(piece);
  }
  return concatBytes(pieces);
}
