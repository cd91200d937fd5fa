// Mails as files: one as it came, its thread as a mailbox, what is attached to it. All of it is foreign: it is shown as text or handed
// over, under a policy by which a browser runs nothing of it.
import { gzip } from "node:zlib";
import type { Bytes } from "#model/bytes";
import { bodyParts, parseMessage, printMbox } from "#model/mail";
import type { MailThread, TreeView } from "#app";
import { mailBytes, within } from "#app";
import type { Answer } from "../page.ts";

/** Bytes of all mails of a mailbox; mails behind that are left out. */
const MAX_MAILBOX = 64 * 1024 * 1024;

/** The mail as it came, shown as text. */
export async function rawMail(view: TreeView, { mail }: MailThread): Promise<Answer> {
  const [bytes] = await mailBytes(view, [mail]);
  if (bytes === undefined || bytes === null) return { kind: "missing", wanted: mail.messageId };
  return { kind: "file", type: "text/plain; charset=utf-8", body: own(bytes), foreign: true };
}

/** The thread in mboxrd form, each mail as it came, compressed. */
export async function threadMailbox(view: TreeView, { mail, thread }: MailThread): Promise<Answer> {
  const mails = (await mailBytes(view, within(thread, MAX_MAILBOX))).filter((bytes) => bytes !== null);
  return {
    kind: "file",
    type: "application/gzip",
    body: await compressed(printMbox(mails)),
    download: `${mail.messageId}.mbox.gz`,
    foreign: true,
  };
}

/** One part of the mail, to keep. */
export async function mailAttachment(view: TreeView, { mail }: MailThread, number: number): Promise<Answer> {
  const [bytes] = await mailBytes(view, [mail]);
  const part = bytes === undefined || bytes === null ? undefined : bodyParts(parseMessage(bytes))[number - 1];
  if (part === undefined) return { kind: "missing", wanted: mail.messageId };
  return {
    kind: "file",
    // Whatever the mail calls it: a browser must not think of showing it.
    type: "application/octet-stream",
    body: own(part.bytes),
    download: part.fileName ?? `part-${number}`,
    foreign: true,
  };
}

function compressed(bytes: Bytes): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    gzip(bytes, (error, result) => (error === null ? resolve(own(result)) : reject(error)));
  });
}

function own(bytes: Bytes): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
