// The address of an archive on another machine: parsed, and shown without anything secret. It opens no connection.
import { UserError } from "#model/bytes";

/** The schemes of the archives that are reached over a network. */
export type RemoteScheme = "imap" | "imaps" | "nntp" | "nntps" | "http" | "https";

/** Where an archive is. */
export interface RemoteAddress {
  readonly scheme: RemoteScheme;
  /** A name or an address; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  /** What is behind the host, decoded, without the first slash: a folder, a group, a path that ends in "/". */
  readonly place: string;
  /** The address as a person may see it: never with a password. */
  readonly shown: string;
}

const PORTS: Readonly<Record<RemoteScheme, number>> = {
  imap: 143,
  imaps: 993,
  nntp: 119,
  nntps: 563,
  http: 80,
  https: 443,
};

/** The scheme that a text begins with when it is one of {@link RemoteScheme} (`news:` and `snews:` are NNTP's older names); else null. */
export function remoteScheme(spec: string): RemoteScheme | null {
  const word = /^([a-z]+):\/\//i.exec(spec)?.[1]?.toLowerCase();
  if (word === undefined) return null;
  if (word === "news") return "nntp";
  if (word === "snews") return "nntps";
  return Object.hasOwn(PORTS, word) ? (word as RemoteScheme) : null;
}

/**
 * Parses `scheme://[user@]host[:port]/place`. Throws UserError when it is none, or holds a password: addresses are printed, logged
 * and seen in lists of processes.
 */
export function parseRemoteAddress(spec: string): RemoteAddress {
  const scheme = remoteScheme(spec);
  // Node treats schemes that it does not know as opaque in part; http's rules hold for all of ours.
  const url = URL.parse(spec.replace(/^[a-z]+:/i, "http:"));
  if (scheme === null || url === null || url.hostname === "")
    throw new UserError(`not the address of an archive: ${JSON.stringify(withoutPassword(spec))}`, {
      hint: "write imaps://user@host/FOLDER, nntps://host/GROUP or https://host/LIST/",
    });
  if (url.password !== "")
    throw new UserError(`the address ${JSON.stringify(withoutPassword(spec))} holds a password`, {
      hint: "leave it out and name a command, a variable or a file that gives it",
    });
  // "http:" drops a port of 80, which is not the default of the other schemes.
  const written = /^[a-z]+:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(spec)?.[1];
  const port = written === undefined ? PORTS[scheme] : Number(written);
  const place = decoded(url.pathname.slice(1), spec);
  const user = url.username === "" ? null : decoded(url.username, spec);
  if (/[\0\r\n]/.test(place + (user ?? "")))
    throw new UserError(`the address ${JSON.stringify(spec)} holds a line end or a NUL`, { hint: "leave it out" });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const shown = `${scheme}://${url.username === "" ? "" : `${url.username}@`}${url.hostname}${written === undefined ? "" : `:${port}`}${url.pathname}`;
  return { scheme, host, port, user, place, shown };
}

/** Whether a host is this very machine, so that what goes there is on no network. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function decoded(text: string, spec: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UserError(`bad % sequence in ${JSON.stringify(withoutPassword(spec))}`, {
      hint: "write a percent sign as %25",
    });
  }
}

function withoutPassword(spec: string): string {
  return spec.replace(/^([a-z]+:\/\/[^/@:]*):[^/]*@/i, "$1@");
}
