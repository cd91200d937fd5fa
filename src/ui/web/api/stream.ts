// What enters the ledger, as server-sent events (WHATWG HTML, 9.2), for as long as somebody reads. Each reader is served at its own
// speed: nothing is made for it before it has read what it has. Who reads too slowly is cut off and may come again where it was.
import type { NamedEvent } from "#model/ledger";
import { eventsAfter } from "#model/ledger";
import type { News } from "#app";
import type { SiteContext } from "../site.ts";
import { API_HEADERS, problemResponse } from "./answer-route.ts";
import { problem } from "./route.ts";

export const STREAM_LIMITS = {
  /** Readers at one time. */
  streams: 100,
  /** Milliseconds between two signs of life. */
  heartbeat: 15_000,
  /** Milliseconds that a reader may take for what it was given. */
  stall: 60_000,
  /** Events that wait for one reader, and that are given at once. */
  waiting: 100_000,
  chunk: 100,
} as const;

/** Bytes of an id that somebody may come with. */
const MAX_ID = 100;

/** Answers requests for the stream. */
export function makeStreams(site: SiteContext): (request: Request) => Promise<Response> {
  let open = 0;
  return async (request) => {
    if (request.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
    if (open >= STREAM_LIMITS.streams) {
      const busy = problem(
        503,
        `${open} readers are here already`,
        "come again in half a minute, or read /api/v1/events",
      );
      return problemResponse(request, busy, { "retry-after": "30" });
    }
    const after = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("after");
    open += 1;
    const body = await openStream(site.news, after?.slice(0, MAX_ID) ?? null, [site.ending, request.signal], () => {
      open -= 1;
    });
    return new Response(body, { headers: STREAM_HEADERS });
  };
}

const STREAM_HEADERS = {
  ...API_HEADERS,
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  // A proxy must not collect what is meant to arrive at once.
  "x-accel-buffering": "no",
};

/** The bytes of one reader's stream; `ended` is called once, however it ends. */
async function openStream(
  news: News,
  after: string | null,
  endings: readonly AbortSignal[],
  ended: () => void,
): Promise<ReadableStream<Uint8Array>> {
  let waiting: NamedEvent[] = [];
  let wake: (() => void) | null = null;
  let over = false;
  const listening = await news
    .listen((fresh) => {
      waiting = [...waiting, ...fresh];
      wake?.();
    })
    .catch((error: unknown) => {
      ended();
      throw error;
    });
  const seen = after === null ? [] : eventsAfter(listening.events, after);
  // Into a list, not into arguments: a ledger may have more events than a call has room for.
  waiting = [...(seen ?? []), ...waiting];
  let hello = seen === null ? "event: lost\ndata: {}\n\n" : ": welcome\n\n";
  let stalled: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (over) return;
    over = true;
    clearTimeout(stalled);
    listening[Symbol.dispose]();
    ended();
    wake?.();
  };
  const signal = AbortSignal.any([...endings]);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // What is in the stream's queue goes with its end: who was too slow has not seen it, and asks for it again.
        signal.addEventListener("abort", () => {
          if (!over) close(controller);
          end();
        });
        if (!signal.aborted) return;
        controller.close();
        end();
      },
      async pull(controller) {
        clearTimeout(stalled);
        if (hello === "" && waiting.length === 0 && !over) await somethingOrHeartbeat((resolve) => (wake = resolve));
        if (over) return;
        const tooMany = waiting.length > STREAM_LIMITS.waiting;
        const chunk = hello + waiting.splice(0, STREAM_LIMITS.chunk).map(printEvent).join("");
        hello = "";
        controller.enqueue(new TextEncoder().encode(chunk === "" ? ": nothing new\n\n" : chunk));
        if (tooMany) {
          close(controller);
          end();
          return;
        }
        stalled = setTimeout(() => {
          controller.error(new Error("the reader is too slow"));
          end();
        }, STREAM_LIMITS.stall).unref();
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}

/** Resolves when what it hands to `onWake` is called, or when it is time for a sign of life. */
async function somethingOrHeartbeat(onWake: (wake: () => void) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onWake(resolve);
  const timer = setTimeout(resolve, STREAM_LIMITS.heartbeat).unref();
  await promise;
  clearTimeout(timer);
}

/** A stream that its reader has left cannot be closed, and need not be. */
function close(controller: ReadableStreamDefaultController): void {
  try {
    controller.close();
  } catch {
    // It is closed.
  }
}

/** JSON has no line feed outside of its escapes; kinds are words. */
function printEvent({ id, event }: NamedEvent): string {
  return `id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify({ id, ...event })}\n\n`;
}
