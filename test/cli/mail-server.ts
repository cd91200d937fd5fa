// An SMTP server for tests, on a loopback port that the system chooses: keeps what it was given and refuses whom it is told to.
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import type { SMTPServerOptions } from "smtp-server";
import { SMTPServer } from "smtp-server";

/** One mail as it came over the wire, CRLF line ends made LF. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: Buffer;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly received: readonly Received[];
  /** Answers of the future, by recipient: `450 …` or `550 …`; none for those whom it takes. */
  readonly answers: Map<string, string>;
  /** Called with each mail before it is accepted; what it throws is the answer to the text. */
  beforeAccept: (mail: Received) => void | Promise<void>;
  /** Breaks every connection without a word. */
  cut(): void;
}

/** Starts it. Accepted mails are also written to the folder, one .eml each, as an archive of the list would have them. */
export async function startMailServer(folder: string | null, options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: Received[] = [];
  const answers = new Map<string, string>();
  if (folder !== null) mkdirSync(folder, { recursive: true });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    ...options,
    onRcptTo(address, _session, done) {
      const answer = answers.get(address.address);
      done(answer === undefined ? null : refusal(answer));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const text = Buffer.from(Buffer.concat(chunks).toString("latin1").replaceAll("\r\n", "\n"), "latin1");
        const { mailFrom, rcptTo } = session.envelope;
        const mail = { from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map((one) => one.address), text };
        Promise.resolve()
          .then(() => started.beforeAccept(mail))
          .then(() => {
            received.push(mail);
            if (folder !== null) writeFileSync(join(folder, `${String(received.length).padStart(4, "0")}.eml`), text);
            done(null, `2.0.0 taken as ${received.length}`);
          })
          .catch((error: unknown) => done(refusal(error instanceof Error ? error.message : String(error))));
      });
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const sockets = new Set<Socket>();
  listening.on("connection", (socket: Socket) => sockets.add(socket));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const started: MailServer = {
    port: (listening.address() as AddressInfo).port,
    received,
    answers,
    beforeAccept: () => undefined,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
  return started;
}

function refusal(answer: string): Error {
  return Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });
}
