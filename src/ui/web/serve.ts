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

/** Milliseconds that a client may take for its headers, and for its whole request. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
/** Bytes of all headers of a request. */
const MAX_HEADERS = 16 * 1024;
/** Milliseconds that answers under way get when the server ends. */
const MAX_GOODBYE = 5000;

/** Listens at `host:port`; with port 0 at one that is free. Throws UserError when the port is not to be had. */
export async function listen(site: Site, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request: Request, env: unknown) => site.fetch(request, remoteOf(env)),
    serverOptions: {
      maxHeaderSize: MAX_HEADERS,
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: REQUEST_TIMEOUT,
    },
  });
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
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    address: `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`,
    async close() {
      const ended = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      site.end();
      if ("closeIdleConnections" in server) server.closeIdleConnections();
      const cut = setTimeout(() => {
        if ("closeAllConnections" in server) server.closeAllConnections();
      }, MAX_GOODBYE);
      await ended;
      clearTimeout(cut);
    },
  };
}

function remoteOf(env: unknown): string {
  const { incoming } = env as { readonly incoming: { readonly socket: { readonly remoteAddress?: string } } };
  return incoming.socket.remoteAddress ?? "";
}
