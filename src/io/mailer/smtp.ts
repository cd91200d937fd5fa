// SMTP (RFC 5321) by nodemailer's connection: mails go as they are, 8-bit bytes too, one after the other over one connection.
// It keeps nothing on disk and says no secret: nodemailer's logger stays off, and errors tell codes and the server's words only.
import { execFile } from "node:child_process";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import type { SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import type { Bytes } from "#model/bytes";
import { UserError } from "#model/bytes";
import type { Answer } from "#model/outbox";

export interface MailerSettings {
  readonly host: string;
  readonly port: number;
  /** `starttls`: refuse to go on without; `tls`: from the first byte; `none`: neither, for a server on this machine. */
  readonly tls: "starttls" | "tls" | "none";
  /** Null for a server that wants no name. */
  readonly user: string | null;
  /** What we call ourselves in EHLO; null for the machine's name. */
  readonly name: string | null;
  /** File of certificates to believe besides the system's, as PEM text; null for none. */
  readonly authority: string | null;
}

/** What the server said of one mail. Recipients that are in no list were never answered for: see `open`. */
export interface Delivery {
  /** The answer to the whole text; null when it never came to that. */
  readonly answer: string | null;
  readonly accepted: readonly Answer[];
  /** Refused for good: 5xx. */
  readonly refused: readonly Answer[];
  /** To be tried again: 4xx, or no connection before any of the text had left. */
  readonly later: readonly Answer[];
  /** The text had begun to leave and no answer came: the mail may have arrived. */
  readonly open: boolean;
}

export interface Mailer extends Disposable {
  /**
   * Hands one mail over. `beforeText` runs when the server is ready for the text, before its first byte leaves; when it throws, no
   * byte leaves. Never throws for what a server says or leaves unsaid.
   */
  send(
    mail: {
      readonly sender: string;
      readonly to: readonly string[];
      readonly bytes: Bytes;
      readonly eightBit: boolean;
    },
    beforeText: () => void,
  ): Promise<Delivery>;
}

/** Milliseconds: to connect, to be greeted, between two signs of life (RFC 5321 section 4.5.3.2.6 asks for ten minutes after the text), for the password. */
export const MAILER_LIMITS = { connect: 30_000, greeting: 30_000, silence: 600_000, password: 60_000 } as const;

/** Runs the command that prints the password; its first line counts. The error says what failed and nothing that was printed. */
export async function passwordOf(command: string, cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd, timeout: MAILER_LIMITS.password });
    const [line = ""] = stdout.split(/\r?\n/, 1);
    if (line !== "") return line;
  } catch {
    // What it printed may hold the secret, so the cause is not kept.
  }
  throw new UserError('the "password-command" of [mail.smtp] gave no password', {
    hint: "run it by hand in the tree: it must print the password on its first line",
  });
}

/** Connects and logs in. Throws UserError when there is no server, no TLS where it is asked for, or the login is refused. */
export async function openMailer(settings: MailerSettings, password: string | null): Promise<Mailer> {
  const { default: SMTPConnection } = await import("nodemailer/lib/smtp-connection");
  const { host, port, tls, name, authority, user } = settings;
  const options: SMTPConnectionOptions = {
    host,
    port,
    secure: tls === "tls",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    connectionTimeout: MAILER_LIMITS.connect,
    greetingTimeout: MAILER_LIMITS.greeting,
    socketTimeout: MAILER_LIMITS.silence,
    allowInternalNetworkInterfaces: true,
    logger: false,
    ...(name === null ? {} : { name }),
    ...(authority === null ? {} : { tls: { ca: authority } }),
  };
  const connection = new SMTPConnection(options);
  let broken: Error | null = null;
  const breaks = new Set<(error: Error) => void>();
  const onBreak = (error: Error): void => {
    broken ??= error;
    for (const call of breaks) call(error);
  };
  connection.on("error", onBreak);
  connection.on("end", () => onBreak(new Error("the server closed the connection")));
  /** One exchange: ends with its callback or when the connection breaks. */
  const exchange = <T>(
    begin: (done: (error: Error | null | undefined, value?: T) => void) => void,
  ): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      if (broken !== null) {
        reject(broken);
        return;
      }
      breaks.add(reject);
      begin((error, value) => {
        breaks.delete(reject);
        if (error) reject(error);
        else resolve(value);
      });
    });
  try {
    await exchange((done) => connection.connect((error) => done(error)));
    if (user !== null) {
      await exchange((done) => connection.login({ user, pass: password ?? "" }, (error) => done(error)));
    }
  } catch (error) {
    connection.close();
    throw new UserError(`cannot hand mails to "${host}:${port}": ${saidBy(error)}`, {
      hint: "look at [mail.smtp] in longarm.toml; nothing was sent",
    });
  }
  const close = (): void => {
    if (broken === null) connection.quit();
  };
  return {
    [Symbol.dispose]: close,
    async send({ sender, to, bytes, eightBit }, beforeText) {
      let left = false;
      const text = new Readable({
        read() {
          if (left) return;
          try {
            beforeText();
          } catch (error) {
            this.destroy(error instanceof Error ? error : new Error(String(error)));
            return;
          }
          left = true;
          this.push(bytes);
          this.push(null);
        },
      });
      // Asked for by nodemailer only after the server's 354; an error of ours must break the connection, not end the text.
      text.on("error", (error) => {
        onBreak(error);
        connection.close();
      });
      try {
        const envelope = { from: sender, to: [...to], use8BitMime: eightBit, size: bytes.length };
        const info = await exchange<{
          readonly accepted?: readonly string[] | undefined;
          readonly response?: string | undefined;
          readonly rejectedErrors?: readonly Refusal[] | undefined;
        }>((done) => connection.send(envelope, text, (error, value) => done(error, value)));
        const answer = info?.response ?? "";
        const refusals = refusalsOf(info?.rejectedErrors ?? []);
        return {
          answer,
          accepted: (info?.accepted ?? []).map((one) => ({ to: one, answer })),
          ...refusals,
          open: false,
        };
      } catch (error) {
        return failed(error as Refusal, to, left);
      }
    },
  };
}

/** What nodemailer's errors carry. */
interface Refusal extends Error {
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly recipient?: string | undefined;
  readonly code?: string | undefined;
  readonly rejectedErrors?: readonly Refusal[] | undefined;
}

function failed(error: Refusal, to: readonly string[], left: boolean): Delivery {
  const answer = saidBy(error);
  const all = to.map((one) => ({ to: one, answer }));
  const none = { answer: null, accepted: [], refused: [], later: [], open: false };
  if (error.rejectedErrors && error.rejectedErrors.length > 0 && !left)
    return { ...none, ...refusalsOf(error.rejectedErrors) };
  const code = error.responseCode ?? 0;
  // An answer to the text, or to a command before it, decides; silence after the text began decides nothing.
  if (code >= 500) return { ...none, answer: left ? answer : null, refused: all };
  if (code >= 400) return { ...none, answer: left ? answer : null, later: all };
  return left ? { ...none, open: true } : { ...none, later: all };
}

function refusalsOf(errors: readonly Refusal[]): Pick<Delivery, "refused" | "later"> {
  const answers = errors.map((one) => ({ to: one.recipient ?? "", answer: saidBy(one), code: one.responseCode ?? 0 }));
  const only = (keep: (code: number) => boolean): Answer[] =>
    answers.filter(({ code }) => keep(code)).map(({ to, answer }) => ({ to, answer }));
  return { refused: only((code) => code >= 500), later: only((code) => code < 500) };
}

/** Longest answer that is kept, in characters. */
const MAX_ANSWER = 500;

/** The server's own words, else the kind of failure; never what we sent, which may hold a secret. */
function saidBy(thrown: unknown): string {
  const error = thrown as Refusal;
  if (error.code === "ETLS") return `it offers no encryption that holds (${words(error)})`;
  return words(error);
}

function words(error: Refusal): string {
  const said = error.response ?? `${error.code === undefined ? "" : `${error.code}: `}${error.message}`;
  return said.replace(/\s+/g, " ").trim().slice(0, MAX_ANSWER);
}
