// A connection to an NNTP server: commands out, answers in, in order, many on their way at once; TLS from the start or after STARTTLS.
// What the answers mean is for the one who asks. Every wait ends.
import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { ByteString } from "#model/bytes";
import { fromByteString, UserError } from "#model/bytes";
import { ConnectionLost, lostBy } from "../remote/lost.ts";
import { makeReplyReader, type Reply, replyLimits } from "./reply.ts";

/** Milliseconds: to connect, of silence while an answer is awaited, for one whole answer, to part in peace. Bytes of a command. */
export const connectionLimits = {
  connect: 30_000,
  silence: 60_000,
  answer: 600_000,
  quit: 1_000,
  command: 2048,
} as const;

/** An open connection; the first answer to come is the server's greeting. */
export interface NntpConnection extends AsyncDisposable {
  readonly greeting: Promise<Reply>;
  readonly secure: boolean;
  /**
   * Sends a command without its line end, at once; `blockCode` is the status that a block follows. Rejects with ConnectionLost.
   * A command with a line end in it is refused: what comes from outside cannot smuggle in another one.
   */
  ask(command: ByteString, block?: { readonly code: number; readonly maxBytes?: number }): Promise<Reply>;
  /** Goes on in TLS after the server's 382 (RFC 4642). Nothing may be on its way. */
  startTls(): Promise<void>;
}

/** Where to connect, and what to demand of certificates. */
export interface NntpTarget {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  readonly tls: ConnectionOptions;
  /** What errors call the server. */
  readonly name: string;
}

/** Connects. Throws ConnectionLost when nobody answers, UserError for a certificate that is not trusted. */
export async function connectNntp(target: NntpTarget): Promise<NntpConnection> {
  const { name } = target;
  const waiting: { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }[] = [];
  let reader = makeReplyReader();
  let deadline: NodeJS.Timeout | undefined;
  let lost: Error | null = null;
  let secure = target.secure;
  let socket = target.secure ? await openTls(target) : await openTcp(target);

  const fail = (error: Error): void => {
    lost ??= error;
    clearTimeout(deadline);
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(lost);
  };
  const watchTime = (): void => {
    clearTimeout(deadline);
    socket.setTimeout(waiting.length === 0 ? 0 : connectionLimits.silence);
    if (waiting.length > 0)
      deadline = setTimeout(
        () => fail(new ConnectionLost(`"${name}" took more than ${connectionLimits.answer} ms for one answer`)),
        connectionLimits.answer,
      );
  };
  const take = (bytes: Buffer): void => {
    const { replies, fault } = reader.feed(bytes);
    for (const reply of replies) {
      const asked = waiting.shift();
      if (asked === undefined) return fail(new ConnectionLost(`"${name}" hung up: "${readable(reply)}"`));
      asked.resolve(reply);
    }
    if (replies.length > 0) watchTime();
    if (fault !== null)
      fail(new UserError(`"${name}" does not speak NNTP: it sent ${fault}`, { hint: "check the port" }));
  };
  const listen = (): void => {
    socket.on("data", take);
    socket.on("error", (error) => fail(lostBy(error, name)));
    socket.on("close", () => fail(new ConnectionLost(`lost the connection to "${name}"`)));
    socket.on("timeout", () => fail(new ConnectionLost(`"${name}" was silent for ${connectionLimits.silence} ms`)));
  };
  const answer = (blockCode: number | null, maxBlock: number): Promise<Reply> => {
    if (lost !== null) return Promise.reject(lost);
    reader.expect({ blockCode, maxBlock });
    const reply = new Promise<Reply>((resolve, reject) => waiting.push({ resolve, reject }));
    // Many are asked before the first is awaited; one that fails unseen must not end the process.
    reply.catch(() => undefined);
    watchTime();
    return reply;
  };

  listen();
  return {
    greeting: answer(null, 0),
    get secure() {
      return secure;
    },
    ask(command, block) {
      if (/[\r\n\0]/.test(command) || command.length > connectionLimits.command)
        return Promise.reject(
          new UserError(`refusing to send a command with a line end or of ${command.length} bytes`),
        );
      const reply = answer(block?.code ?? null, block?.maxBytes ?? replyLimits.block);
      if (lost === null) socket.write(fromByteString(`${command}\r\n`));
      return reply;
    },
    async startTls() {
      // Whatever came behind the 382 in clear text could be somebody else's (CVE-2011-0411).
      if (reader.waiting > 0 || waiting.length > 0)
        throw new UserError(`"${name}" sent more in clear text after agreeing to TLS`, {
          hint: "somebody may be tampering with the connection",
        });
      socket.removeAllListeners();
      reader = makeReplyReader();
      socket = await openTls(target, socket);
      secure = true;
      listen();
    },
    async [Symbol.asyncDispose]() {
      if (lost !== null) return;
      // In the middle of a pipeline nobody waits for what is still to come.
      if (waiting.length > 0) return fail(new ConnectionLost(`left "${name}"`));
      const parted = answer(null, 0);
      const impatient = setTimeout(() => fail(new ConnectionLost(`left "${name}"`)), connectionLimits.quit);
      socket.write("QUIT\r\n");
      await parted.catch(() => undefined);
      clearTimeout(impatient);
      fail(new ConnectionLost(`left "${name}"`));
    },
  };
}

/** What a server says behind its code, for a person: printable and short. */
export function readable(reply: Reply): string {
  return `${reply.code} ${reply.text.slice(0, 200).replace(/[^ -~]/g, "?")}`.trim();
}

function openTcp({ host, port, name }: NntpTarget): Promise<Socket> {
  return opened(connectTcp({ host, port }), "connect", name);
}

async function openTls({ host, port, tls, name }: NntpTarget, over?: Socket): Promise<Socket> {
  // It takes long to load, and most commands speak to nobody.
  const { connect: connectTls } = await import("node:tls");
  const where = over === undefined ? { host, port } : { socket: over };
  // A literal address has no name to send (RFC 6066 3); the certificate is checked against it all the same.
  return await opened(
    connectTls({ ...tls, ...where, host, ...(isIP(host) ? {} : { servername: host }) }),
    "secureConnect",
    name,
  );
}

function opened<T extends Socket>(socket: T, event: "connect" | "secureConnect", name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const refuse = (error: Error): void => give(lostBy(error, name));
    const close = (): void => give(new ConnectionLost(`lost the connection to "${name}"`));
    const timer = setTimeout(
      () => give(new ConnectionLost(`no connection to "${name}" within ${connectionLimits.connect} ms`)),
      connectionLimits.connect,
    );
    socket.once("error", refuse);
    socket.once("close", close);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off("error", refuse);
      socket.off("close", close);
      resolve(socket);
    });
  });
}
