// What a connection that failed means to a person: try again, or mend something. It knows no protocol.
import { UserError } from "#model/bytes";

/** A connection that broke or fell silent; to try again may help. What a server refuses is a plain UserError. */
export class ConnectionLost extends UserError {}

/** The error for a socket's error; a certificate that is not trusted now will not be so at the next try. */
export function lostBy(error: { readonly code?: unknown; readonly message: string }, name: string): UserError {
  const code = typeof error.code === "string" ? error.code : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ERR_TLS|ERR_SSL|EPROTO/.test(code))
    return new UserError(`"${name}" has no certificate that is trusted: ${code}`, {
      hint: "name its certificate authority in a PEM file as `ca`, or check the port",
    });
  return new ConnectionLost(`cannot reach "${name}": ${code === "" ? error.message : code}`, {
    hint: "check the address and the network, then try again",
  });
}
