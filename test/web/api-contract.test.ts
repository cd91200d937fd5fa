// The contract of the API: every operation of its document is asked on the example tree, and status, headers and body are held against
// what the document says of them, by a validator that is not ours.
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleSite } from "./example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "./example-site.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly security?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: object;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

let site: ExampleSite;
let document: Document;
let token: string;
/** Values of path parameters that are there, by operation. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  getBranch: { name: "mm-new" },
  listChecks: { name: "make.patch" },
  postCheck: { name: "make.patch" },
  listPatchEvents: { name: "make.patch" },
  getPatch: { name: "make.patch" },
  getCommit: { id: "COMMIT" },
  getMail: { id: "MAIL" },
  getPosting: { id: "MAIL" },
  getAuthor: { address: "ada@example.org" },
};
/** Values of query parameters that are required. */
const QUERY: Readonly<Record<string, string>> = { search: "?q=greet" };

beforeAll(async () => {
  site = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/make.patch`, `${fixtures}/docs.eml`, `${fixtures}/greet-v1.mbox`],
    ["build", "-C", "tree"],
    ["check", "post", "-C", "tree", "make", "--context", "boot", "--state", "pending"],
    ["hold", "-C", "tree", "make", "--reason", "wait", "--until", "2027-01-01"],
    ["drop", "-C", "tree", "docs-say-whom-it-greets.patch", "--reason", "nacked"],
  ]);
  const { workplace } = site;
  workplace.sh(`printf '\\n[mail]\\narchives = ["%s/greet-v1.mbox"]\\n' "$FIXTURES" >> tree/longarm.toml`);
  await workplace.longarm("mail", "sync", "-C", "tree");
  const added = await workplace.longarm("token", "add", "-C", "tree", "Robot <robot@example.org>", "--may", "check");
  token = added.stdout.trim();
  document = JSON.parse(await site.text("/api/v1/openapi.json")) as Document;
}, 120_000);
afterAll(() => site[Symbol.asyncDispose]());

const operations = (): { path: string; method: string; operation: Operation }[] =>
  Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path: path === "/" ? "" : path, method, operation })),
    )
    .filter(({ operation }) => operation.operationId !== "stream");

function validator(schema: object): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const components = { $id: "http://document.invalid/", components: document.components };
  return ajv
    .addSchema(components)
    .compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"http://document.invalid/#/')) as object);
}

async function expectAsDescribed(response: Response, { responses }: Operation): Promise<unknown> {
  const said = responses[String(response.status)];
  if (said === undefined) throw new Error(`nothing is said of ${response.status}: ${await response.text()}`);
  const [[type, { schema }] = ["", { schema: {} }]] = Object.entries(said.content ?? {});
  expect(response.headers.get("content-type")).toBe(type);
  const required = Object.entries(said.headers ?? {}).filter(([, header]) => header.required === true);
  for (const [name] of required) expect(response.headers.has(name)).toBe(true);
  const body: unknown = await response.json();
  const validate = validator(schema);
  validate(body);
  expect(validate.errors ?? []).toEqual([]);
  return body;
}

async function addressOf(path: string, { operationId }: Operation): Promise<string> {
  const { commits } = JSON.parse(await site.text("/api/v1/commits")) as { commits: { commit: string }[] };
  const { patches } = JSON.parse(await site.text("/api/v1/patches?q=greet")) as { patches: { name: string }[] };
  const one = JSON.parse(await site.text(`/api/v1/patches/${patches[0]?.name ?? ""}`)) as {
    arrivals: { origin: { messageId: string } }[];
  };
  const values: Readonly<Record<string, string>> = {
    COMMIT: commits[0]?.commit ?? "",
    MAIL: one.arrivals[0]?.origin.messageId ?? "",
  };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = KNOWN[operationId]?.[name] ?? "";
    return encodeURIComponent(values[value] ?? value);
  });
  return `/api/v1${filled}${QUERY[operationId] ?? ""}`;
}

test("the document is one of OpenAPI 3.1: every operation has a name of its own, answers, and its path's parameters", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  expect(document.servers).toEqual([{ url: "http://tree.example.org/api/v1" }]);
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = operation.parameters.filter((one) => one.in === "path").map(({ name }) => name);
    expect(described).toEqual(named);
    expect(Object.keys(operation.responses).every((status) => /^[1-5]\d\d$/.test(status))).toBe(true);
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(10);
  for (const [, name = ""] of references) expect(Object.keys(document.components.schemas)).toContain(name);
  for (const schema of Object.values(document.components.schemas)) validator(schema);
});

test("every operation that reads answers as the document says, and not again to who has the answer", async () => {
  const reading = operations().filter(({ method }) => method === "get");
  expect(reading.length).toBeGreaterThan(15);
  for (const { path, operation } of reading) {
    const address = await addressOf(path, operation);
    const response = await site.get(address);
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const etag = response.headers.get("etag") ?? "";
    await expectAsDescribed(response, operation);
    expect((await site.get(address, { "if-none-match": etag })).status).toBe(304);
  }
});

test("what is not there is a problem as the document says", async () => {
  const naming = operations().filter(
    ({ path, method, operation }) => path.includes("{") && method === "get" && operation.responses["404"] !== undefined,
  );
  expect(naming.length).toBeGreaterThan(5);
  for (const { path, operation } of naming) {
    const missing = await site.get(`/api/v1${path.replace(/\{\w+\}/g, "none-such-here")}`);
    expect(missing.status).toBe(404);
    await expectAsDescribed(missing, operation);
  }
});

test("what is asked wrongly is a problem as the document says", async () => {
  for (const { path, method, operation } of operations()) {
    const wrong = await site.ask(
      `${await addressOf(path, operation)}${QUERY[operation.operationId] === undefined ? "?" : "&"}nonsense=1`,
      {
        method,
      },
    );
    expect(wrong.status).toBe(400);
    await expectAsDescribed(wrong, operation);
  }
});

test("a result is posted as the document says, by who has a token", async () => {
  const [{ path, operation } = { path: "", operation: null }] = operations().filter(({ method }) => method === "post");
  if (operation === null) throw new Error("nothing can be posted");
  const address = await addressOf(path, operation);
  const send = (body: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
    site.ask(address, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  const known = { authorization: `Token ${token}` };
  const fine = JSON.stringify({ context: "build/x86_64", state: "fail", target_url: "https://example.org/1" });
  for (const [status, response] of [
    [401, await send(fine, {})],
    [401, await send(fine, { authorization: "Bearer nobody" })],
    [415, await send(fine, { ...known, "content-type": "text/plain" })],
    [413, await send(`"${"x".repeat(70_000)}"`, known)],
    [400, await send("{", known)],
    [422, await send("{}", known)],
    [422, await send('{"state":"fine"}', known)],
    [422, await send('{"state":"fail","context":"two words"}', known)],
    [422, await send('{"state":"fail","context":"a","target_url":"javascript:alert(1)"}', known)],
    [409, await send('{"state":"fail","context":"a","commit":"0123456789"}', known)],
    [201, await send(fine, known)],
  ] as const) {
    expect(response.status).toBe(status);
    await expectAsDescribed(response, operation);
  }
  expect(JSON.parse(await site.text(address))).toMatchObject({
    checks: [
      { context: "boot", state: "pending" },
      { context: "build/x86_64", state: "fail", url: "https://example.org/1", by: "Robot <robot@example.org>" },
    ],
  });
  const gone = await site.ask("/api/v1/patches/docs-say-whom-it-greets.patch/checks", {
    method: "POST",
    body: fine,
    headers: { ...known, "content-type": "application/json" },
  });
  expect(gone.status).toBe(409);
});

test("a commit that the patch is takes a result, and one of another patch does not", async () => {
  const { commits } = JSON.parse(await site.text("/api/v1/commits")) as {
    commits: { patch: string; commit: string }[];
  };
  const commitOf = (patch: string): string => commits.find((one) => one.patch === patch)?.commit ?? "";
  const send = (commit: string): Promise<Response> =>
    site.ask("/api/v1/patches/make.patch/checks", {
      method: "POST",
      body: new URLSearchParams({ state: "success", context: "boot", commit }).toString(),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    });
  expect((await send(commitOf("make.patch"))).status).toBe(201);
  expect((await send(commits.find(({ patch }) => patch !== "make.patch")?.commit ?? "")).status).toBe(409);
});
