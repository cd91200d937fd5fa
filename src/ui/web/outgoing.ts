// Large answers on their way to clients, which may read as slowly as they like: each stays in memory until it is read, so that there
// is a limit for all of them together. What is kept for everybody anyway is not counted.
import { SAFE_HEADERS } from "./headers.ts";

/** Bytes of all that is counted, and of one answer below which it is not. */
export const OUTGOING_LIMITS = { all: 128 * 1024 * 1024, small: 256 * 1024 } as const;
/** Seconds after which one that was turned away may come again. */
const RETRY_AFTER = "10";

/** Counts an answer of that many bytes until it is read or its client leaves; in its place 503 when there is no room for it. */
export type Outgoing = (response: Response, bytes: number) => Response;

export function makeOutgoing(): Outgoing {
  let under = 0;
  return (response, bytes) => {
    if (response.body === null || bytes < OUTGOING_LIMITS.small) return response;
    // One alone may be larger than the limit.
    if (under > 0 && under + bytes > OUTGOING_LIMITS.all) {
      const headers = { ...SAFE_HEADERS, "content-type": "text/plain; charset=utf-8", "retry-after": RETRY_AFTER };
      return new Response("too much is being read at this moment\n", { status: 503, headers });
    }
    under += bytes;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) under -= bytes;
      isHeld = false;
    };
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          release();
          controller.close();
        },
        async cancel(reason) {
          release();
          await reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { status: response.status, headers: response.headers });
  };
}
