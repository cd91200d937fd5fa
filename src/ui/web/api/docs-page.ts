// `/api` for people: every operation with its parameters, made of the document that machines read.
import { html } from "hono/html";
import type { Html, PageAnswer } from "../page.ts";
import type { Json } from "./document.ts";

export function docsPage(document: Json, server: string): PageAnswer {
  const paths = Object.entries(document["paths"] as Readonly<Record<string, Readonly<Record<string, Operation>>>>);
  const operations = paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = (document["tags"] as readonly { readonly name: string }[]).map(({ name }) => name);
  return {
    kind: "page",
    title: "API",
    place: null,
    body: html`<div class="api">
      <h1>API</h1>
      <p>
        Everything that the pages show, for machines: JSON under <code>${server}/api/v1</code>. Everybody may read,
        scripts of other sites too. Posting results of tests needs a token of <code>longarm token add</code>.
      </p>
      <ul>
        <li>
          <a href="/api/v1/openapi.json">openapi.json</a>: the description that this page is made of (OpenAPI 3.1)
        </li>
        <li><a href="/api/v1">/api/v1</a>: where to begin</li>
        <li>
          <code>/api/1.3/</code>: a part of patchwork's API, for CI clients that know it: patches and their checks
        </li>
      </ul>
      <p>
        Every answer has an <code>ETag</code>; send it as <code>If-None-Match</code>, and it costs next to nothing to
        ask again. Lists come in pages: <code>Link</code> names the next one, by what was seen last, so that nothing
        that is added meanwhile hides or repeats anything. A problem is <code>application/problem+json</code> (RFC 9457)
        with a sentence and a hint.
      </p>
      <nav aria-label="Operations">
        <ul class="plain-list">
          ${tags.map((tag) => html`<li><a href="#${tag}">${tag}</a></li>`)}
        </ul>
      </nav>
      ${tags.map(
        (tag) =>
          html`<section id="${tag}" aria-labelledby="${tag}-title">
            <h2 id="${tag}-title">${tag}</h2>
            ${operations.filter(({ operation }) => operation.tags.includes(tag)).map((one) => operationPart(one, server))}
          </section>`,
      )}
    </div>`,
  };
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: ObjectSchema }>> };
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: { readonly default?: unknown; readonly enum?: readonly unknown[] };
}

interface ObjectSchema {
  readonly properties?: Readonly<
    Record<
      string,
      { readonly description?: string; readonly enum?: readonly unknown[]; readonly anyOf?: readonly Json[] }
    >
  >;
  readonly required?: readonly string[];
}

function operationPart(
  { path, method, operation }: { readonly path: string; readonly method: string; readonly operation: Operation },
  server: string,
): Html {
  const { parameters, requestBody, security, responses } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const address = `/api/v1${path === "/" ? "" : path}`;
  return html`<article class="card" id="${operation.operationId}">
    <h3><span class="badge">${method.toUpperCase()}</span> <code>${address}</code></h3>
    <p>${operation.summary}.${security === undefined ? "" : html` <span class="badge warn">needs a token</span>`}</p>
    ${operation.description === undefined ? "" : html`<p class="soft">${marked(operation.description)}</p>`}
    ${
      parameters.length === 0
        ? ""
        : html`<dl>
            ${parameters.map(
              ({ name, in: place, required, description, schema }) =>
                html`<dt>
                    <code>${name}</code> <span class="soft">${place}${required ? "" : ", may be left out"}</span>
                  </dt>
                  <dd>${marked(description ?? "")} ${valuesOf(schema)}</dd>`,
            )}
          </dl>`
    }
    ${
      body === undefined
        ? ""
        : html`<p>It takes JSON or a form:</p>
            <dl>
              ${Object.entries(body.properties ?? {}).map(
                ([name, property]) =>
                  html`<dt>
                      <code>${name}</code>
                      <span class="soft">${body.required?.includes(name) === true ? "" : "may be left out"}</span>
                    </dt>
                    <dd>${marked(descriptionOf(property))} ${valuesOf(property)}</dd>`,
              )}
            </dl>`
    }
    <pre class="scroll" tabindex="0" aria-label="Example"><code>${exampleOf(`${server}${address}`, method)}</code></pre>
    <details>
      <summary>Answers</summary>
      <dl>
        ${Object.entries(responses).map(
          ([status, { description }]) =>
            html`<dt><code>${status}</code></dt>
              <dd>${description}</dd>`,
        )}
      </dl>
    </details>
  </article>`;
}

function descriptionOf({
  description,
  anyOf,
}: {
  readonly description?: string;
  readonly anyOf?: readonly Json[];
}): string {
  const inside = anyOf?.find((one) => typeof one["description"] === "string")?.["description"];
  return description ?? (typeof inside === "string" ? inside : "");
}

function valuesOf(schema: { readonly default?: unknown; readonly enum?: readonly unknown[] }): string {
  const values = schema.enum === undefined ? "" : `One of ${schema.enum.join(", ")}. `;
  const given =
    schema.default === undefined || schema.default === "" ? "" : `${JSON.stringify(schema.default)} if left out.`;
  return `${values}${given}`;
}

function exampleOf(address: string, method: string): string {
  const filled = address.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase());
  if (method === "get") return `curl ${filled}`;
  return `curl -H "Authorization: Bearer $TOKEN" --json '{"context": "build/x86_64", "state": "success"}' ${filled}`;
}

/** Our own sentences: what stands between backticks is code. */
function marked(text: string): readonly (Html | string)[] {
  return text.split("`").map((piece, index) => (index % 2 === 0 ? piece : html`<code>${piece}</code>`));
}
