// Opens the port: bounded requests in, the site's answers out, an orderly end. What is answered is site.ts's.
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { UserError } from "#model/bytes";
import type { Site } from "./site.ts";

export interface Listening {
  /** `http://127.0.0.1:8417`. */
  readonly address: string;
  /** Takes no more requests and waits for those that are being answered, up to a limit. */
  close(): Promise<void>;
}

/** Milliseconds. */
export interface ListenLimits {
  /** For the headers of a request. */
  readonly headersTimeout: number;
  /** For a whole request; its body is not longer than forms and fetches need. */
  readonly requestTimeout: number;
  /** How often connections are looked at for these two. */
  readonly checkEvery: number;
}

const LIMITS: ListenLimits = { headersTimeout: 10_000, requestTimeout: 30_000, checkEvery: 5000 };
/** Milliseconds that a connection stays open for the next request: longer than proxies keep theirs. */
const KEEP_ALIVE = 65_000;
/** Milliseconds in which not a byte passes, of a client that does not read its answer for example. */
const MAX_SILENCE = 120_000;
/** Connections at once; further ones are closed. */
const MAX_CONNECTIONS = 2000;
/** Bytes of all headers of a request. */
const MAX_HEADERS = 16 * 1024;
/** Milliseconds that answers under way get when the server ends. */
const MAX_GOODBYE = 5000;

/**
 * Listens at `host:port`; with port 0 at one that is free. A site that must know its address is opened when that is known.
 * Throws UserError when the port is not to be had.
 */
export async function listen(
  site: Site | ((address: string) => Promise<Site>),
  host: string,
  port: number,
  limits: Partial<ListenLimits> = {},
): Promise<Listening> {
  const { headersTimeout, requestTimeout, checkEvery } = { ...LIMITS, ...limits };
  const opened = Promise.withResolvers<Site>();
  const server = createAdaptorServer({
    // What a client calls us is of no use but to take a request of HTTP/1.0 that names nobody.
    hostname: "localhost",
    fetch: async (request: Request, env: unknown) => {
      const { incoming } = env as { readonly incoming: Incoming };
      if (namesTwoHosts(incoming.rawHeaders)) return new Response("one Host is enough\n", { status: 400 });
      return await (await opened.promise).fetch(request, incoming.socket.remoteAddress ?? "");
    },
    serverOptions: {
      maxHeaderSize: MAX_HEADERS,
      headersTimeout,
      requestTimeout,
      connectionsCheckingInterval: checkEvery,
      keepAliveTimeout: KEEP_ALIVE,
    },
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(MAX_SILENCE);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new UserError(`cannot listen at ${host}:${port}: ${cause.message}`, {
          hint: "choose another with --listen HOST:PORT; port 0 takes a free one",
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const address = `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
  let ready: Site;
  try {
    ready = typeof site === "function" ? await site(address) : site;
    opened.resolve(ready);
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    address,
    async close() {
      const ended = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      ready.end();
      if ("closeIdleConnections" in server) server.closeIdleConnections();
      const cut = setTimeout(() => {
        if ("closeAllConnections" in server) server.closeAllConnections();
      }, MAX_GOODBYE);
      await ended;
      clearTimeout(cut);
    },
  };
}

/** What is used of a request of node:http. */
interface Incoming {
  /** Names and values in turns. */
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string };
}

/** Two fields, of which a proxy may have believed the other one (RFC 9112, 3.2). */
function namesTwoHosts(headers: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < headers.length; at += 2) if (headers[at]?.toLowerCase() === "host") hosts += 1;
  return hosts > 1;
}
