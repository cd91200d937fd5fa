// The description of the API for machines, OpenAPI 3.1: made of the rows and schemas by which requests are answered, so that it cannot
// tell anything else. Its promises are in docs/formats/api.md.
import { toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import { ROOT } from "./answer-route.ts";
import type { ApiRoute, Fields, Problem, Schema } from "./route.ts";
import { COMPONENTS } from "./schemas.ts";

/** A part of a JSON document. */
export type Json = Readonly<Record<string, unknown>>;

const CONFIG = {
  target: "draft-2020-12",
  overrideRef: ({ referenceId }: { readonly referenceId: string }) => `#/components/schemas/${referenceId}`,
} as const;

const STATUS_TEXTS: Readonly<Record<Problem["problem"], string>> = {
  400: "A parameter is not what it must be",
  401: "No token came along, or one that is nobody's",
  403: "The one who asks may not do this",
  404: "Nothing of that name is there",
  405: "The method is not for this address",
  409: "That does not go with how the tree is now, or the name means several patches",
  410: "What the cursor or id names is not there any more",
  413: "The body is too long",
  415: "The body is of a type that is not understood",
  422: "The body is not what it must be",
  500: "Something is broken; it is written down in the server's log",
  503: "The tree is being changed; send it again later",
};

/** The whole document. */
export function openApiDocument(routes: readonly ApiRoute[], server: string, version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const one of routes) {
    const path = (paths[one.path === "" ? "/" : one.path] ??= {});
    path[one.method] = operation(one);
  }
  paths["/stream"] = { get: STREAM };
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: {
      title: "Longarm",
      version,
      description:
        "A tree of patches: what is in it, where, which version, and what became of the rest. Everybody may read; posting a result needs a token.",
    },
    servers: [{ url: `${server}${ROOT}` }],
    tags: [...new Set([...routes.map(({ tag }) => tag), "Events"])].map((name) => ({ name })),
    paths,
    components: {
      schemas: toJsonSchemaDefs(COMPONENTS, { ...CONFIG, typeMode: "output" }),
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "A token of `longarm token add`; `Token` is understood for `Bearer`.",
        },
      },
    },
  };
}

function operation(one: ApiRoute): Json {
  const success: Json = {
    description: one.summary,
    headers: headersOf(one),
    content: { "application/json": { schema: schemaOf(one.response, "output") } },
  };
  const several: Json = one.id === "getPatch" ? { 300: { ...success, description: "Several patches are meant" } } : {};
  return {
    operationId: one.id,
    tags: [one.tag],
    summary: one.summary,
    ...(one.description === "" ? {} : { description: one.description }),
    parameters: [...parametersOf(one.params, "path"), ...parametersOf(one.query, "query")],
    ...(one.request === null ? {} : { requestBody: bodyOf(one.request) }),
    ...(one.right === null ? {} : { security: [{ token: [] }] }),
    responses: {
      [one.status]: success,
      ...several,
      ...(one.method === "get" ? { 304: { description: "What you have is still so (If-None-Match)" } } : {}),
      ...Object.fromEntries(([400, ...one.problems, 500] as const).map((status) => [status, problemOf(status)])),
    },
  };
}

function headersOf({ method, paged }: ApiRoute): Json {
  const text = { schema: { type: "string" } };
  return {
    ...(method === "get" ? { ETag: { description: "For If-None-Match.", required: true, ...text } } : {}),
    ...(method === "post" ? { Location: { description: "Where it can be read.", ...text } } : {}),
    ...(paged ? { Link: { description: 'The next page, `rel="next"`; left out on the last.', ...text } } : {}),
  };
}

function problemOf(status: Problem["problem"]): Json {
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description: STATUS_TEXTS[status], content: { "application/problem+json": { schema } } };
}

function bodyOf(request: Schema): Json {
  const schema = schemaOf(request, "input");
  return {
    required: true,
    content: { "application/json": { schema }, "application/x-www-form-urlencoded": { schema } },
  };
}

function parametersOf(fields: Fields, place: "path" | "query"): Json[] {
  const { properties = {}, required = [] } = toJsonSchema(fields, { ...CONFIG, typeMode: "input" });
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as { readonly description?: string };
    return {
      name,
      in: place,
      required: place === "path" || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function schemaOf(schema: Schema, typeMode: "input" | "output"): Json {
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, { ...CONFIG, typeMode, definitions: COMPONENTS });
  return rest;
}

/** The one operation that answers for ever. */
const STREAM: Json = {
  operationId: "stream",
  tags: ["Events"],
  summary: "Everything that enters the ledger from now on, as server-sent events",
  description:
    "Each has the id and the kind of an event and, as its data, the event on one line. Whoever comes again with `Last-Event-ID` gets what came meanwhile. A comment comes every 15 seconds where nothing happens. `event: lost` says that the id is not known: read `/events`, and begin again without it.",
  parameters: [
    {
      name: "after",
      in: "query",
      required: false,
      description: "As Last-Event-ID, for who cannot send a header.",
      schema: { type: "string" },
    },
    {
      name: "Last-Event-ID",
      in: "header",
      required: false,
      description: "Id of the last event that was seen.",
      schema: { type: "string" },
    },
  ],
  responses: {
    200: { description: "Events without end", content: { "text/event-stream": { schema: { type: "string" } } } },
    503: problemOf(503),
  },
};
