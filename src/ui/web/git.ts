// git over HTTP, read-only (gitprotocol-http): the source branches at /source.git, the tree's own repository at /tree.git.
// There is the smart protocol only; which refs are to be seen is the app's.
import type { Hono } from "hono";
import type { Bytes } from "#model/bytes";
import { noBytes } from "#model/bytes";
import type { BackendAnswer, ServedRepository } from "#app";
import { openGitServer } from "#app";
import { clientOf } from "./actions/gate.ts";
import { SAFE_HEADERS } from "./headers.ts";
import { readBody, unpackBody } from "./request-body.ts";
import type { Env, SiteContext } from "./site.ts";
import type { Turns } from "./turns.ts";
import { makeTurns } from "./turns.ts";

/** Bytes of what a client says it has and wants, unpacked: git's own limit. The files of a kernel, asked for one by one, are 4 MB. */
const MAX_BODY = 10 * 1024 * 1024;
/** A body that is longer than this many bytes, or does not say how long it is, is one of a few at once. */
const LARGE = 1024 * 1024;
const MAX_LARGE = 6;
/** Requests that git works on at once, and how many wait for that, how long in milliseconds. */
const TURNS = { running: 6, waiting: 58, patience: 30_000 };
/** The same for one client, so that one that reads slowly, on many connections, leaves something to the others. */
const OWN_TURNS = { ...TURNS, running: 4 };
/** Requests whose body is being read or that wait or run: all that may be in memory. */
const MAX_ASKING = 64;
/** Seconds after which one that was turned away may come again. */
const RETRY_AFTER = "10";
const WANTS = "application/x-git-upload-pack-request";

/** Adds the repositories to the site. */
export function registerGit(app: Hono<Env>, site: SiteContext): void {
  const server = openGitServer();
  site.atEnd(async () => {
    await server[Symbol.asyncDispose]();
  });
  const turns = turnsByClient();
  let asking = 0;
  let large = 0;
  const fetched = async (
    repository: ServedRepository,
    request: Request,
    remote: string,
    asks: "refs" | "pack",
  ): Promise<Response> => {
    const isLarge = asks === "pack" && !(Number(request.headers.get("content-length") ?? NaN) <= LARGE);
    if (asking >= MAX_ASKING || (isLarge && large >= MAX_LARGE)) return busy();
    asking += 1;
    if (isLarge) large += 1;
    try {
      const body = asks === "refs" ? noBytes : await bodyOf(request);
      if (body === null) return refusal(413, "that is more than a fetch may name, or not gzipped as it says");
      const client = clientOf(request, remote, await site.viewer.view());
      const done = await turns(client, request.signal);
      if (done === null) return busy();
      try {
        const asked = { asks, protocol: request.headers.get("git-protocol"), body };
        const answer = await server.answer(await site.viewer.view(), repository, asked, request.signal);
        return new Response(streamed(answer, done), {
          status: answer.status,
          headers: { ...SAFE_HEADERS, ...answer.headers },
        });
      } catch (error) {
        done();
        if (request.signal.aborted) return busy();
        throw error;
      }
    } finally {
      asking -= 1;
      if (isLarge) large -= 1;
    }
  };
  for (const repository of ["tree", "source"] as const) {
    const top = `/${repository}.git`;
    app.all(`${top}/*`, async ({ req: { raw: request, path }, env: { remote } }) => {
      const isRead = request.method === "GET" || request.method === "HEAD";
      switch (path.slice(top.length)) {
        case "":
        case "/": {
          return isRead ? aboutCloning() : notAllowed("GET, HEAD");
        }
        case "/info/refs": {
          if (!isRead) return notAllowed("GET, HEAD");
          const service = new URL(request.url).searchParams.get("service");
          if (service === "git-receive-pack") return refusal(403, "nobody pushes here: send patches by mail");
          if (service !== "git-upload-pack")
            return refusal(403, "only the smart protocol is spoken here: use git 1.6.6 or later");
          if (request.method === "HEAD") return new Response(null, { headers: SAFE_HEADERS });
          return await fetched(repository, request, remote, "refs");
        }
        case "/git-upload-pack": {
          if (request.method !== "POST") return notAllowed("POST");
          if (request.headers.get("content-type") !== WANTS) return refusal(415, `this takes ${WANTS}`);
          return await fetched(repository, request, remote, "pack");
        }
        case "/git-receive-pack":
          return refusal(403, "nobody pushes here: send patches by mail");
        default:
          return refusal(404, "there is nothing of that name to fetch");
      }
    });
  }
}

/** Gives a turn that is both the client's and everybody's; what it gives back is called when the work is done. */
function turnsByClient(): (client: string, signal: AbortSignal) => Promise<(() => void) | null> {
  const everybody = makeTurns(TURNS);
  const clients = new Map<string, { readonly turns: Turns; users: number }>();
  return async (client, signal) => {
    const own = clients.get(client) ?? { turns: makeTurns(OWN_TURNS), users: 0 };
    clients.set(client, own);
    own.users += 1;
    const leave = (): void => {
      own.users -= 1;
      if (own.users === 0) clients.delete(client);
    };
    const first = await own.turns.take(signal);
    const second = first === null ? null : await everybody.take(signal);
    if (first === null || second === null) {
      first?.();
      leave();
      return null;
    }
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      second();
      first();
      leave();
    };
  };
}

/** What a client has and wants; null when that is too much, or nothing that can be unpacked. */
async function bodyOf(request: Request): Promise<Bytes | null> {
  const body = await readBody(request, MAX_BODY);
  const isPacked = /^(?:x-)?gzip$/i.test(request.headers.get("content-encoding") ?? "");
  return body === null || !isPacked ? body : await unpackBody(body, MAX_BODY);
}

/** The body as it is asked for: a slow client makes git wait, and one that leaves ends it. */
function streamed(answer: BackendAnswer, done: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  const end = (): void => {
    answer.end();
    done();
  };
  return new ReadableStream(
    {
      async pull(controller) {
        const bytes = await answer.next();
        if (bytes !== null) return controller.enqueue(new Uint8Array(bytes));
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/** Where somebody looks with a browser. */
function aboutCloning(): Response {
  return new Response(null, { status: 302, headers: { ...SAFE_HEADERS, location: "/clone" } });
}

function notAllowed(allow: string): Response {
  return refusal(405, "that is not how git asks", { allow });
}

function busy(): Response {
  return refusal(503, "too many are fetching at this moment", { "retry-after": RETRY_AFTER });
}

/** One line, which git shows behind its own words. */
function refusal(status: number, line: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${line}\n`, {
    status,
    headers: { ...SAFE_HEADERS, "content-type": "text/plain; charset=utf-8", ...headers },
  });
}
