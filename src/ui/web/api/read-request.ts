// What a request asks for: parameters and body as the schemas want them, or the problem with them. It knows no operation.
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import type { Fields, Problem, Schema } from "./route.ts";
import { problem } from "./route.ts";

/** Bytes of a body. */
export const MAX_BODY = 64 * 1024;

/** The values of parameters, or what is wrong with them. Text becomes a number where the schema wants one. */
export function readFields(
  fields: Fields,
  given: Iterable<readonly [string, string]>,
): { readonly values: Readonly<Record<string, unknown>> } | Problem {
  const raw: Record<string, unknown> = {};
  for (const [name, value] of given) {
    if (!Object.hasOwn(fields.entries, name)) {
      const known = Object.keys(fields.entries);
      return problem(
        400,
        `there is no parameter "${name}"`,
        known.length === 0 ? null : `there is ${known.join(", ")}`,
      );
    }
    raw[name] = isNumber(fields, name) && /^\d{1,9}$/.test(value) ? Number(value) : value;
  }
  const result = v.safeParse(fields, raw);
  if (result.success) return { values: result.output };
  return problem(400, ...said(result.issues[0]));
}

/** The body, JSON or a form, as the schema wants it, or what is wrong with it. */
export async function readBody(schema: Schema, request: Request): Promise<{ readonly value: unknown } | Problem> {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isForm = type === "application/x-www-form-urlencoded";
  if (!isForm && type !== "application/json") {
    return problem(415, `"${type}" is not understood`, "send application/json, or application/x-www-form-urlencoded");
  }
  const bytes = await bytesOf(request);
  if (bytes === null) return problem(413, `the body has more than ${MAX_BODY} bytes`, "send less");
  const sent = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = isForm ? Object.fromEntries(new URLSearchParams(sent)) : JSON.parse(sent);
  } catch {
    return problem(400, "the body is no JSON", "send an object");
  }
  const result = v.safeParse(schema, value);
  return result.success ? { value: result.output } : problem(422, ...said(result.issues[0]));
}

/** Null when there is too much of it. */
async function bytesOf(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const NUMBERS = new WeakMap<Fields, ReadonlySet<string>>();

function isNumber(fields: Fields, name: string): boolean {
  let names = NUMBERS.get(fields);
  if (names === undefined) {
    const { properties = {} } = toJsonSchema(fields, { typeMode: "input" });
    names = new Set(
      Object.entries(properties).flatMap(([key, one]) =>
        typeof one === "object" && (one.type === "integer" || one.type === "number") ? [key] : [],
      ),
    );
    NUMBERS.set(fields, names);
  }
  return names.has(name);
}

/** A sentence and a hint about the first thing that is wrong. */
function said(issue: v.BaseIssue<unknown>): readonly [string, string] {
  const where = v.getDotPath(issue);
  return [where === null ? "the body is not what it must be" : `"${where}" is not what it must be`, issue.message];
}
