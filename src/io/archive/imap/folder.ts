// Opens a folder of an IMAP server with imapflow, read-only (EXAMINE): no flag is ever changed. Turns its errors into ours.
import type { ImapFlow } from "imapflow";
import { UserError } from "#model/bytes";
import { isLoopback, type RemoteAddress } from "../remote/address.ts";
import { ConnectionLost, lostBy } from "../remote/lost.ts";
import { type RemoteOptions, tlsOptions } from "../remote/options.ts";
import { readSecret } from "../remote/secret.ts";

/**
 * Bytes: of one `message`, of a `line`, of a `reply` with its literals. Milliseconds: `connect`, `greeting`, `silence` of a busy
 * connection, `idle` until IDLE begins anew (RFC 2177 wants less than 29 minutes), `part` to log out.
 */
export const imapLimits = {
  message: 64 * 1024 * 1024,
  line: 64 * 1024 * 1024,
  reply: 66 * 1024 * 1024,
  connect: 30_000,
  greeting: 15_000,
  silence: 60_000,
  idle: 5 * 60_000,
  part: 1_000,
} as const;

/** An open folder. `[Symbol.asyncDispose]` logs out; who leaves an answer half read calls `client.close()` instead. */
export interface OpenFolder extends AsyncDisposable {
  readonly client: ImapFlow;
  readonly validity: string;
  /** The UID that the next message will have; 0 when the server does not say. */
  readonly uidNext: number;
  /** Messages in the folder, as far as the server has told until now. */
  exists(): number;
}

/** Opens the folder of an `imap:` or `imaps:` address. Throws UserError when the server refuses, ConnectionLost when it is not there. */
export async function openFolder(address: RemoteAddress, options: RemoteOptions): Promise<OpenFolder> {
  if (address.user === null)
    throw new UserError(`"${address.shown}" names no user`, { hint: "write imaps://user@host/FOLDER" });
  if (options.password === undefined)
    throw new UserError(`nothing says where the password for "${address.shown}" is`, {
      hint: "name a command, a variable or a file that gives it",
    });
  const pass = await readSecret(options.password);
  // Loading it takes 0.2 s, which only who reads IMAP pays.
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow({
    host: address.host,
    port: address.port,
    secure: address.scheme === "imaps",
    // A password goes through TLS, or to this machine only; there STARTTLS is used when it is offered.
    ...(address.scheme === "imap" && !isLoopback(address.host) ? { doSTARTTLS: true } : {}),
    auth: { user: address.user, pass },
    tls: tlsOptions(options),
    logger: false,
    disableAutoIdle: true,
    disableAutoEnable: true,
    clientInfo: { name: "longarm" },
    connectionTimeout: imapLimits.connect,
    greetingTimeout: imapLimits.greeting,
    socketTimeout: imapLimits.silence,
    maxIdleTime: imapLimits.idle,
    maxLineLength: imapLimits.line,
    maxLiteralSize: imapLimits.message + 1,
    maxResponseSize: imapLimits.reply,
  });
  // Every call that fails rejects as well; this one only keeps the process alive.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const folder = address.place === "" ? "INBOX" : address.place;
    const { uidValidity, uidNext } = await client.mailboxOpen(folder, { readOnly: true });
    return {
      client,
      validity: String(uidValidity),
      uidNext: uidNext,
      exists: () => (client.mailbox === false ? 0 : client.mailbox.exists),
      [Symbol.asyncDispose]: () => part(client),
    };
  } catch (error) {
    client.close();
    throw imapError(error, address);
  }
}

async function part(client: ImapFlow): Promise<void> {
  const impatient = setTimeout(() => client.close(), imapLimits.part);
  await client.logout().catch(() => undefined);
  clearTimeout(impatient);
  client.close();
}

/** What an error of imapflow means. It carries the command, so it is not kept as a cause: a password may be in it. */
export function imapError(error: unknown, address: RemoteAddress): Error {
  if (error instanceof UserError) return error;
  if (!(error instanceof Error)) return new ConnectionLost(`lost the connection to "${address.shown}"`);
  const { authenticationFailed, responseStatus, responseText, code } = error as Error & {
    authenticationFailed?: boolean;
    responseStatus?: string;
    responseText?: string;
    code?: string;
  };
  if (authenticationFailed === true)
    return new UserError(`"${address.shown}" refuses the user or the password`, { hint: "check both" });
  if (code === "LiteralTooLarge" || code === "ResponseTooLarge")
    return new UserError(`"${address.shown}" sends more than ${imapLimits.message} bytes at once`, {
      hint: "take the large message out of the folder",
    });
  if (responseStatus === "NO" || responseStatus === "BAD")
    return new UserError(`"${address.shown}" says "${printable(responseText ?? responseStatus)}"`, {
      hint: "check the name of the folder",
    });
  if (/STARTTLS/i.test(error.message))
    return new UserError(`"${address.shown}" offers no TLS, so a password would be sent in clear text`, {
      hint: "use imaps://",
    });
  return lostBy({ code: code ?? "", message: "the connection failed" }, address.shown);
}

function printable(text: string): string {
  return text.slice(0, 200).replace(/[^ -~]/g, "?");
}
