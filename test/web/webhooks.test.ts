// Webhooks, with a real receiver on the loopback: what it gets, what becomes of what it does not take, and that nothing is lost when
// the server ends in between.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openViewer, startWebhooks } from "#app";
import type { World } from "#app";
import type { Workplace } from "../cli/workplace.ts";
import { fixtures, makeWorkplace } from "../cli/workplace.ts";

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers of the receiver to come; 200 when there are none. */
let answers: number[];
let got: Got[];
let receiver: ReturnType<typeof createServer>;
let workplace: Workplace;
let told: string[];
/** Milliseconds by which the clock of the server is ahead. */
let ahead: number;

beforeEach(async () => {
  [answers, got, told, ahead] = [[], [], [], 0];
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const status = answers.shift() ?? 200;
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end(`said ${status}\nmore`);
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  workplace = await makeWorkplace();
  const { port } = receiver.address() as AddressInfo;
  workplace.sh(
    `printf '\\n[[web.webhook]]\\nurl = "http://127.0.0.1:${port}/hook"\\nevents = ["queued", "dropped"]\\nsecret-command = "printf s3cret"\\n' >> tree/longarm.toml`,
  );
}, 60_000);
afterEach(async () => {
  workplace[Symbol.dispose]();
  receiver.closeAllConnections();
  receiver.close();
  await once(receiver, "close");
});

/** What `work` does while a server sends. */
async function whileServed(work: () => Promise<void>): Promise<void> {
  const world: World = {
    now: () => new Date(Date.UTC(2026, 1, 12, 9) + ahead),
    engine: "test",
    presetsDir: join(import.meta.dirname, "../../presets"),
    cwd: join(workplace.dir, "tree"),
    progress: () => undefined,
    tell: (sentence) => told.push(sentence),
  };
  await using viewer = await openViewer(world);
  await using _webhooks = startWebhooks(world, viewer, "http://tree.example.org");
  // It has begun when it has written down where.
  await until(() => namesIn("").some((name) => name.endsWith(".json")));
  await work();
}

function namesIn(below: string): string[] {
  try {
    return readdirSync(join(workplace.dir, "tree/.longarm/webhooks", below));
  } catch {
    return [];
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 400) throw new Error(`that never came: ${isSo.toString()}\n${told.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const add = (...files: string[]) =>
  workplace.longarm("add", "-C", "tree", ...files.map((file) => `${fixtures}/${file}`));
const stateNow = () =>
  JSON.parse(
    readFileSync(
      join(workplace.dir, "tree/.longarm/webhooks", namesIn("").find((one) => one.endsWith(".json")) ?? ""),
      "utf8",
    ),
  ) as { tries: number; pending: string[] };

test("a message is signed, comes once for each operation, and again when the receiver did not take it", async () => {
  answers = [500];
  await whileServed(async () => {
    await add("make.patch", "docs.eml");
    await until(() => got.length === 1);
    await until(() => stateNow().tries === 1);
    ahead = 1000;
    await until(() => got.length === 2);
    await workplace.longarm("note", "-C", "tree", "make", "-m", "nobody is told of this");
    await workplace.longarm("drop", "-C", "tree", "make", "--reason", "nacked");
    await until(() => got.length === 3 && stateNow().pending.length === 0);
  });
  const [first, second, third] = got;
  expect(second?.body).toBe(first?.body);
  expect(second?.headers["x-longarm-delivery"]).toBe(first?.headers["x-longarm-delivery"]);
  for (const { headers, body } of got) {
    const signed = `${String(headers["x-longarm-timestamp"])}.${body}`;
    const signature = createHmac("sha256", "s3cret").update(signed).digest("hex");
    expect(headers["x-longarm-signature"]).toBe(`sha256=${signature}`);
    expect(headers["content-type"]).toBe("application/json");
  }
  expect(Number(second?.headers["x-longarm-timestamp"])).toBe(Date.UTC(2026, 1, 12, 9) / 1000 + 1);
  expect(JSON.parse(first?.body ?? "")).toMatchObject({
    site: "http://tree.example.org",
    tree: "tree",
    events: [
      { kind: "queued", patch: "make.patch" },
      { kind: "queued", patch: "docs-say-whom-it-greets.patch" },
      { kind: "announced", patch: "make.patch" },
      { kind: "announced", patch: "docs-say-whom-it-greets.patch" },
    ],
  });
  expect(third?.headers["x-longarm-event"]).toBe("dropped,announced");
  const listed = await workplace.longarm("webhook", "list", "-C", "tree", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({ webhooks: [{ pending: [], problem: null, dead: [] }] });
}, 60_000);

test("a message that is never taken is given up, listed, and sent again when a person wants that", async () => {
  answers = [302, ...Array<number>(9).fill(503)];
  await whileServed(async () => {
    await add("make.patch");
    for (let tries = 1; tries <= 10; tries++) {
      await until(() => got.length === tries && (stateNow().tries === tries || namesIn("dead").length === 1));
      ahead += 24 * 3600 * 1000;
    }
    await until(() => namesIn("dead").length === 1);
    const { stdout } = await workplace.longarm("webhook", "list", "-C", "tree");
    expect(stdout).toMatch(/given up {2}[0-9a-f]{12} {2}2026-02-21T09:00:00Z {2}it answered 503: said 503\n/);
    await workplace.longarm("webhook", "retry", "-C", "tree", "--dry-run");
    expect(namesIn("dead")).toHaveLength(1);
    await workplace.longarm("webhook", "retry", "-C", "tree");
    await until(() => got.length === 11);
  });
  expect(got[10]?.body).toBe(got[0]?.body);
  expect([namesIn("dead"), namesIn("retry")]).toEqual([[], []]);
  expect(told.join("\n")).not.toContain("s3cret");
}, 60_000);

test("what came while nobody served, or was not taken before, is told by the next server, in order", async () => {
  answers = [500];
  await whileServed(async () => {
    await add("make.patch");
    await until(() => got.length === 1 && stateNow().tries === 1);
  });
  await add("docs.eml");
  ahead = 60_000;
  await whileServed(() => until(() => got.length === 3 && stateNow().pending.length === 0));
  expect(got.map(({ body }) => (JSON.parse(body) as { events: { patch: string }[] }).events[0]?.patch)).toEqual([
    "make.patch",
    "make.patch",
    "docs-say-whom-it-greets.patch",
  ]);
}, 60_000);

test("a receiver hears nothing of what was before it was named, and nothing without a secret", async () => {
  await add("make.patch");
  const config = join(workplace.dir, "tree/longarm.toml");
  writeFileSync(config, readFileSync(config, "utf8").replace("printf s3cret", "false"));
  await whileServed(async () => {
    await add("docs.eml");
    await until(() => stateNow().tries === 1);
  });
  expect(got).toEqual([]);
  const { stdout } = await workplace.longarm("webhook", "list", "-C", "tree");
  expect(stdout).toContain('its "secret-command" printed no secret');
}, 60_000);
