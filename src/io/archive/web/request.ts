// One request to a web server: redirects on the same host, patience when it is busy, errors that a person can read.
// Made on node:https instead of fetch, which cannot be given the certificates of one archive. What comes back is for the one who asks.
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "#model/bytes";
import { ConnectionLost, lostBy } from "../remote/lost.ts";
import { type RemoteOptions, tlsOptions } from "../remote/options.ts";

/**
 * Milliseconds of silence until a request is given up; redirects that are followed; times that a busy server is asked again, and
 * the wait before that in milliseconds: `wait` when it says nothing, at most `longestWait` when it does.
 */
export const requestLimits = { silence: 120_000, redirects: 5, tries: 3, wait: 5_000, longestWait: 60_000 } as const;

/** An answer; who does not read its body to the end destroys it. */
export interface WebAnswer {
  readonly body: IncomingMessage;
  /** The server's clock in milliseconds since 1970; null when it does not tell. */
  readonly date: number | null;
}

/**
 * Asks for an address; null when the server has nothing there (404, 405, 410).
 * Throws UserError for any other answer than 200, ConnectionLost when none comes.
 */
export async function askWeb(
  url: URL,
  options: RemoteOptions,
  method: "GET" | "POST" = "GET",
): Promise<WebAnswer | null> {
  let at = url;
  let busy = 0;
  for (let redirects = 0; ;) {
    const body = await send(at, options, method);
    const status = body.statusCode ?? 0;
    if (status === 200) {
      const date = Date.parse(body.headers.date ?? "");
      return { body, date: Number.isNaN(date) ? null : date };
    }
    body.destroy();
    if (status === 404 || status === 405 || status === 410) return null;
    if (status >= 301 && status <= 308 && body.headers.location !== undefined) {
      if (redirects++ === requestLimits.redirects)
        throw new UserError(`"${shown(url)}" redirects without end`, { hint: "check the address" });
      at = redirected(at, body.headers.location);
    } else if ((status === 429 || status === 503) && busy++ < requestLimits.tries)
      await sleep(waitOf(body.headers["retry-after"]));
    else throw refusal(at, status, body.statusMessage ?? "");
  }
}

async function send(url: URL, options: RemoteOptions, method: "GET" | "POST"): Promise<IncomingMessage> {
  const headers = { "user-agent": "longarm", ...(method === "POST" ? { "content-length": "0" } : {}) };
  const settings = { method, headers, timeout: requestLimits.silence };
  const sent = await request(url, settings, options);
  sent.on("timeout", () => sent.destroy(new Error(`it was silent for ${requestLimits.silence} ms`)));
  sent.end();
  try {
    const [body] = (await once(sent, "response")) as [IncomingMessage];
    return body;
  } catch (error) {
    throw lostBy(error as Error, shown(url));
  }
}

/** Loading Node's web client takes as long as starting a small program, so only who asks the web pays for it. */
async function request(
  url: URL,
  settings: { readonly method: string; readonly headers: Record<string, string>; readonly timeout: number },
  options: RemoteOptions,
): Promise<ClientRequest> {
  if (url.protocol === "https:")
    return (await import("node:https")).request(url, { ...settings, ...tlsOptions(options) });
  return (await import("node:http")).request(url, settings);
}

/** Where a redirect leads; only to the same host, and never from https to http: a mirror may not hand us on to anybody. */
function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from.href);
  const sameHost = to?.hostname === from.hostname;
  const asSafe = to?.protocol === "https:" || (to?.protocol === "http:" && from.protocol === "http:");
  if (to === null || !sameHost || !asSafe)
    throw new UserError(`"${shown(from)}" redirects to "${location.slice(0, 200).replace(/[^!-~]/g, "?")}"`, {
      hint: "name that archive itself if you trust it",
    });
  return to;
}

function refusal(url: URL, status: number, said: string): UserError {
  const text = `"${shown(url)}" answers ${status} ${said.slice(0, 100).replace(/[^ -~]/g, "?")}`.trim();
  if (status >= 500 || status === 429) return new ConnectionLost(text, { hint: "try again later" });
  return new UserError(text, { hint: "check the address; some servers answer only browsers" });
}

function waitOf(retryAfter: string | undefined): number {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : requestLimits.wait / 1000;
  return Math.min(seconds * 1000, requestLimits.longestWait);
}

/** An address without its query. */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
