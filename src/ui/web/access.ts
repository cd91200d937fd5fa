// Who asks: a person who signed in, a person that a trusted proxy names, or a robot with a token. Whatever changes something must be
// asked by one of them, and a form must prove that it is one of ours.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { tokenHolder } from "#app";
import type { TreeView } from "#app";

/** Somebody who was recognised. */
export interface Person {
  /** `Name <address>`, as it is written into the ledger. */
  readonly name: string;
  /** Whether it may change the tree; else it may post results of checks. */
  readonly maintains: boolean;
  /** How it was recognised: a browser sends a session or a proxy's name by itself, so that forms need a proof besides. */
  readonly by: "session" | "proxy" | "token";
  /** What every form of its pages brings along. */
  readonly proof: string;
}

export interface Access {
  /** Who made the request; null for nobody that is known. */
  personOf(request: Request, remote: string, view: TreeView): Person | null;
  /** Signs the holder of a token in; the cookie to send, or null when it is nobody's. */
  signIn(token: string, view: TreeView): string | null;
  /** Ends the session of the request; the cookie to send. */
  signOut(request: Request): string;
  /** Whether what came with a form is the proof of that person. */
  isProof(person: Person, given: string): boolean;
}

/** A session ends this many milliseconds after it began. */
const MAX_SESSION = 12 * 3600 * 1000;
/** Sessions that are kept; the oldest goes first. */
const MAX_SESSIONS = 1000;
const COOKIE = "longarm-session";

interface Session {
  /** Asked again each time: a token that was taken back ends its sessions. */
  readonly token: string;
  readonly ends: number;
}

/** Sessions live as long as the server; `secure` says that the site is reached by https only. */
export function makeAccess(now: () => Date, secure: boolean): Access {
  const secret = randomBytes(32);
  const sessions = new Map<string, Session>();
  const proofOf = (of: string): string => createHmac("sha256", secret).update(of).digest("base64url");
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  return {
    personOf(request, remote, view) {
      const [, token] = /^(?:bearer|token)\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
      if (token !== undefined) return holder(view, token, "token", "");
      const { identity } = view.tree.config.web;
      if (identity !== null && isOneOf(identity.proxies, remote)) {
        const named = request.headers.get(identity.header);
        const name =
          named !== null && Object.hasOwn(identity.maintainers, named) ? identity.maintainers[named] : undefined;
        if (name !== undefined) return { name, maintains: true, by: "proxy", proof: proofOf(`proxy ${name}`) };
      }
      const id = sessionIdOf(request);
      const session = id === null ? undefined : sessions.get(id);
      if (id === null || session === undefined || session.ends < now().getTime()) return null;
      return holder(view, session.token, "session", proofOf(`session ${id}`));
    },
    signIn(token, view) {
      if (tokenHolder(view.tree, token) === null) return null;
      const id = randomBytes(32).toString("base64url");
      sessions.set(id, { token, ends: now().getTime() + MAX_SESSION });
      for (const oldest of sessions.keys()) {
        if (sessions.size <= MAX_SESSIONS) break;
        sessions.delete(oldest);
      }
      return `${COOKIE}=${id}; Max-Age=${MAX_SESSION / 1000}; ${attributes}`;
    },
    signOut(request) {
      sessions.delete(sessionIdOf(request) ?? "");
      return `${COOKIE}=; Max-Age=0; ${attributes}`;
    },
    isProof(person, given) {
      const [wanted, got] = [person.proof, given].map((text) => createHmac("sha256", secret).update(text).digest());
      return person.proof !== "" && wanted !== undefined && got !== undefined && timingSafeEqual(wanted, got);
    },
  };
}

function holder(view: TreeView, token: string, by: "session" | "token", proof: string): Person | null {
  const found = tokenHolder(view.tree, token);
  return found === null ? null : { name: found.name, maintains: found.may === "maintain", by, proof };
}

function sessionIdOf(request: Request): string | null {
  const cookies = (request.headers.get("cookie") ?? "").split(";").map((one) => one.trim());
  const found = cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  return found !== undefined && /^[A-Za-z0-9_-]{43}$/.test(found) ? found : null;
}

/** An IPv4 address may come as one of IPv6 (RFC 4291, 2.5.5.2). */
function isOneOf(proxies: readonly string[], remote: string): boolean {
  return proxies.includes(remote.replace(/^::ffff:(?=\d+\.)/i, ""));
}
