// Opens a session with an NNTP server: what it can do, TLS, reader mode, logging in. What is read afterwards is not its business.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf, UserError } from "#model/bytes";
import { isLoopback, type RemoteAddress } from "../remote/address.ts";
import { ConnectionLost } from "../remote/lost.ts";
import { type RemoteOptions, tlsOptions } from "../remote/options.ts";
import { readSecret } from "../remote/secret.ts";
import { connectNntp, type NntpConnection, readable } from "./connection.ts";
import type { Reply } from "./reply.ts";

/** A session in which articles can be asked for. */
export interface NntpSession {
  readonly connection: NntpConnection;
  /** Whether the server knows OVER (RFC 3977); an older one has XOVER. */
  readonly over: boolean;
}

/** Times that the list of capabilities is asked for: at the start, after TLS, after MODE READER, after logging in. */
const MAX_ROUNDS = 5;

/**
 * Connects, turns on TLS where the server offers it, and logs in when the address has a user.
 * Throws UserError when the server refuses, ConnectionLost when it is not there. A password goes through TLS or to this machine only.
 */
export async function openNntpSession(address: RemoteAddress, options: RemoteOptions): Promise<NntpSession> {
  const connection = await connectNntp({
    host: address.host,
    port: address.port,
    secure: address.scheme === "nntps",
    tls: tlsOptions(options),
    name: address.shown,
  });
  try {
    expectCode(await connection.greeting, [200, 201], address);
    const capabilities = await negotiate(connection, address, options);
    return { connection, over: capabilities.has("OVER") };
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

async function negotiate(
  connection: NntpConnection,
  address: RemoteAddress,
  options: RemoteOptions,
): Promise<ReadonlySet<string>> {
  let [reader, loggedIn] = [false, address.user === null];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const reply = await connection.ask("CAPABILITIES", { code: 101 });
    const capabilities = parseCapabilities(reply);
    if (capabilities.has("STARTTLS") && !connection.secure) {
      expectCode(await connection.ask("STARTTLS"), [382], address);
      await connection.startTls();
    } else if (!reader && (capabilities.has("MODE-READER") || reply.code !== 101)) {
      expectCode(await connection.ask("MODE READER"), [200, 201], address);
      reader = true;
    } else if (!loggedIn) {
      await logIn(connection, address, options);
      loggedIn = true;
    } else return capabilities;
  }
  throw new UserError(`"${address.shown}" offers TLS and reader mode without end`, { hint: "check the address" });
}

/** The labels of RFC 3977 5.2, in upper case; none when the server does not know the command. */
function parseCapabilities({ code, block }: Reply): ReadonlySet<string> {
  if (code !== 101 || block === null) return new Set();
  return new Set(
    byteString(block)
      .split("\n")
      .map((line) => (line.split(/[ \t]/, 1)[0] ?? "").toUpperCase()),
  );
}

/** AUTHINFO USER/PASS (RFC 4643 2.3). What the server says to a password is not repeated: it might echo it. */
async function logIn(connection: NntpConnection, address: RemoteAddress, options: RemoteOptions): Promise<void> {
  if (!connection.secure && !isLoopback(address.host))
    throw new UserError(`"${address.shown}" offers no TLS, so a password would be sent in clear text`, {
      hint: "use nntps://",
    });
  const user = await connection.ask(`AUTHINFO USER ${utf8(address.user ?? "")}`);
  if (user.code === 281) return;
  expectCode(user, [381], address);
  if (options.password === undefined)
    throw new UserError(`"${address.shown}" wants a password`, {
      hint: "name a command, a variable or a file that gives it",
    });
  const { code } = await connection.ask(`AUTHINFO PASS ${utf8(await readSecret(options.password))}`);
  if (code !== 281)
    throw new UserError(`"${address.shown}" refuses the password, code ${code}`, { hint: "check user and password" });
}

function utf8(text: string): ByteString {
  return byteString(bytesOf(text));
}

/** Throws unless the server gave one of these codes: ConnectionLost for what may pass (RFC 3977 3.2.1), UserError for the rest. */
export function expectCode(reply: Reply, codes: readonly number[], address: RemoteAddress): void {
  if (codes.includes(reply.code)) return;
  const said = `"${address.shown}" says "${readable(reply)}"`;
  if (reply.code === 400 || reply.code === 403) throw new ConnectionLost(said, { hint: "try again later" });
  if (reply.code === 480)
    throw new UserError(said, { hint: "write the user into the address, and name where the password is" });
  if (reply.code === 411) throw new UserError(said, { hint: "check the name of the group" });
  throw new UserError(said, { hint: "check the address, or ask who runs the server" });
}
