// `build --check --watch`: every way in which editors and tools change a queue is seen, and what was broken can be mended.
import { createInterface } from "node:readline";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bench } from "./child.ts";
import { makeBenchWithTree } from "./child.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await makeBenchWithTree();
});
afterAll(() => bench[Symbol.dispose]());

interface Answer {
  readonly results?: readonly { readonly name: string; readonly outcome: string }[];
  readonly error?: { readonly message: string };
}

test("a watched queue is checked after every change", { timeout: 60_000 }, async () => {
  bench.sh(`longarm add -C tree "$FIXTURES/greet-v1.mbox"`);
  const child = bench.start("build", "--check", "--watch", "--json", "-C", "tree");
  if (child.stdout === null) throw new Error("the watch was started without a pipe");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const answer = JSON.parse(String((await lines.next()).value)) as Answer;
    return answer.error?.message ?? (answer.results ?? []).map(({ name, outcome }) => `${name} ${outcome}`).join(", ");
  };
  const after = async (command: string): Promise<string> => {
    bench.sh(`cd tree; ${command}`);
    return await next();
  };
  const both =
    "docs-say-whom-it-greets.patch applied, words-be-polite.patch applied, greet-greet-everybody.patch applied";
  expect(await next()).toBe(both);
  // In place, by another file of the name, and again by either.
  expect(
    await after("sed 's/good day/HELLO/' patches/words-be-polite.patch > new; cat new > patches/words-be-polite.patch"),
  ).toBe(both);
  expect(await after("sed -i '/greet-greet/d' series")).toBe(
    "docs-say-whom-it-greets.patch applied, words-be-polite.patch applied",
  );
  expect(await after("sed -i '/words-be/d' series")).toBe("docs-say-whom-it-greets.patch applied");
  expect(await after("printf 'words-be-polite.patch\\ngreet-greet-everybody.patch\\n' >> series")).toBe(both);
  expect(await after("mv patches/words-be-polite.patch ..")).toContain(
    'names "words-be-polite.patch", but there is no such file',
  );
  expect(await after("mv ../words-be-polite.patch patches/")).toBe(both);
  expect(await after("cp longarm.toml ..; echo 'x =' >> longarm.toml")).toContain("longarm.toml:");
  expect(await after("mv ../longarm.toml .")).toBe(both);
  expect(await after("echo '@@ -1 +1 @@' >> patches/words-be-polite.patch")).toContain(
    "words-be-polite.patch rejected",
  );
  child.kill();
  await once(child, "close");
});
