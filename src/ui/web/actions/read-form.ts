// Reads what a form sent, within limits, and looks whether it was one of our own forms that sent it.
import type { Form } from "./form.ts";
import { formOf } from "./form.ts";

/** Bytes of a form. */
const MAX_BODY = 1024 * 1024;
/** Fields of a form: an order of ten thousand patches has two for each. */
const MAX_FIELDS = 30_000;
/** Milliseconds in which a form must have come. */
const MAX_TIME = 10_000;

export type ReadForm =
  | { readonly kind: "form"; readonly form: Form }
  | { readonly kind: "refused"; readonly status: 400 | 408 | 413 | 415; readonly why: string };

/** The fields of a POST; never throws. */
export async function readForm(request: Request): Promise<ReadForm> {
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded")
    return { kind: "refused", status: 415, why: "A form must come as application/x-www-form-urlencoded." };
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY) return TOO_LONG;
  const body = await bodyOf(request);
  if (typeof body === "number") return body === 413 ? TOO_LONG : { kind: "refused", status: body, why: LATE[body] };
  const fields = new URLSearchParams(body);
  return fields.size > MAX_FIELDS ? TOO_LONG : { kind: "form", form: formOf(fields) };
}

const TOO_LONG: ReadForm = { kind: "refused", status: 413, why: "The form is longer than anybody needs." };

const LATE = { 400: "The form did not come whole.", 408: "The form did not come in time." } as const;

/** The body as text, or the status that says why not. */
async function bodyOf(request: Request): Promise<string | 400 | 408 | 413> {
  if (request.body === null) return "";
  const reader = request.body.getReader();
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), MAX_TIME);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const read = await Promise.race([reader.read(), late.promise]);
      if (read === null) return 408;
      if (read.done) return Buffer.concat(chunks).toString("utf8");
      length += read.value.length;
      if (length > MAX_BODY) return 413;
      chunks.push(read.value);
    }
  } catch {
    return 400;
  } finally {
    clearTimeout(timer);
    // What still comes is of no interest.
    void reader.cancel().catch(() => undefined);
  }
}

/**
 * Whether a browser says that the request comes from another site (Fetch Metadata; RFC 6454). A browser that says nothing, or no
 * browser at all, is judged by the proof alone.
 */
export function isForeign(request: Request, site: string): boolean {
  const fetchSite = request.headers.get("sec-fetch-site");
  if (fetchSite !== null && fetchSite !== "same-origin" && fetchSite !== "none") return true;
  const origin = request.headers.get("origin");
  if (origin === null) return false;
  const own = [site, request.url].map((address) => URL.parse(address)?.origin);
  return !own.includes(origin);
}
