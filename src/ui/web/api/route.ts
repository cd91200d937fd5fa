// What an operation of the API is: one row, of which its route, its checks and its part of the OpenAPI document are made.
// The rows themselves are in routes/, carrying them out is answer-route.ts.
import type * as v from "valibot";
import type { TreeView, World } from "#app";
import type { Person } from "../access.ts";
import type { SiteContext } from "../site.ts";

/** A schema that validates and describes. */
export type Schema = v.GenericSchema;
/** Parameters by name. */
export type Fields = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** A value that a schema describes, as it is handed out: nothing in it is changed any more. */
export type Told<S extends Schema> = DeepReadonly<v.InferOutput<S>>;
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Why something was not done (RFC 9457). */
export interface Problem {
  readonly problem: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 500 | 503;
  /** What is wrong, a sentence without a full stop. */
  readonly title: string;
  /** What to do about it. */
  readonly hint: string | null;
}

export function problem(status: Problem["problem"], title: string, hint: string | null = null): Problem {
  return { problem: status, title, hint };
}

/** What came of an operation; `problem` is not among the keys of any body. */
export interface Success<S extends Schema> {
  readonly body: Told<S>;
  /** Of the row's status where it is not given. */
  readonly status?: 200 | 201 | 300;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cursor of the page behind this one; null for the last. */
  readonly next?: string | null;
}

/** What an operation is made of. */
export interface ApiAsked<P, Q, B> {
  readonly view: TreeView;
  readonly world: World;
  readonly context: SiteContext;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Whose token came along; null for everybody else. */
  readonly person: Person | null;
}

/** One operation. */
export interface ApiRoute {
  /** `operationId` of the document. */
  readonly id: string;
  readonly method: "get" | "post";
  /** Below `/api/v1`, as OpenAPI writes it; a parameter may hold anything, percent-encoded. */
  readonly path: string;
  /** Heading of the document that it stands under. */
  readonly tag: string;
  readonly summary: string;
  /** More, in sentences; empty for no more. */
  readonly description: string;
  readonly params: Fields;
  readonly query: Fields;
  /** What is sent; null where nothing is. */
  readonly request: Schema | null;
  readonly response: Schema;
  readonly status: 200 | 201;
  /** Whether the answer comes in pages. */
  readonly paged: boolean;
  /** Statuses of the problems that it may tell of, besides 400 and 500. */
  readonly problems: readonly Problem["problem"][];
  /** What the answer is made of; see Page. */
  readonly uses: "tree" | "mail" | "nothing";
  /** What a token has to allow; null where none is needed. */
  readonly right: "check" | null;
  /** Takes what the schemas let through. */
  readonly answer: (
    asked: ApiAsked<never, never, never>,
  ) => Promise<Success<never> | Problem> | Success<never> | Problem;
}

type Definition<P extends Fields, Q extends Fields, B extends Schema, R extends Schema> = Omit<
  ApiRoute,
  "params" | "query" | "request" | "response" | "answer"
> & {
  readonly params: P;
  readonly query: Q;
  readonly request: B | null;
  readonly response: R;
  readonly answer: (
    asked: ApiAsked<v.InferOutput<P>, v.InferOutput<Q>, v.InferOutput<B>>,
  ) => Promise<Success<R> | Problem> | Success<R> | Problem;
};

/** A row whose types fit together: what answers takes what the schemas let through, and gives what they promise. */
export function route<P extends Fields, Q extends Fields, B extends Schema, R extends Schema>(
  definition: Definition<P, Q, B, R>,
): ApiRoute {
  return definition as unknown as ApiRoute;
}
