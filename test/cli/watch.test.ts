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

/** Answers to one change: one, or two when it was seen half done. */
const MAX_ANSWERS = 3;

const is =
  (wanted: string) =>
  (answer: string): boolean =>
    answer === wanted;
const holds =
  (wanted: string) =>
  (answer: string): boolean =>
    answer.includes(wanted);

test("a watched queue is checked after every change", { timeout: 60_000 }, async () => {
  bench.sh(`longarm add -C tree "$FIXTURES/greet-v1.mbox"`);
  const child = bench.start("build", "--check", "--watch", "--json", "-C", "tree");
  if (child.stdout === null) throw new Error("the watch was started without a pipe");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const answer = JSON.parse(String((await lines.next()).value)) as Answer;
    return answer.error?.message ?? (answer.results ?? []).map(({ name, outcome }) => `${name} ${outcome}`).join(", ");
  };
  // A file written in place is empty for a moment, and on a busy machine that is seen too: what counts is the answer in the end.
  const after = async (command: string, isWanted: (answer: string) => boolean): Promise<void> => {
    bench.sh(`cd tree; ${command}`);
    const answers = [await next()];
    while (!isWanted(answers.at(-1) ?? "") && answers.length < MAX_ANSWERS) answers.push(await next());
    expect(answers.some(isWanted), `${command}: ${answers.join("; ")}`).toBe(true);
  };
  const both =
    "docs-say-whom-it-greets.patch applied, words-be-polite.patch applied, greet-greet-everybody.patch applied";
  expect(await next()).toBe(both);
  // In place, by another file of the name, and again by either.
  await after(
    "sed 's/good day/HELLO/' patches/words-be-polite.patch > new; cat new > patches/words-be-polite.patch",
    is(both),
  );
  await after(
    "sed -i '/greet-greet/d' series",
    is("docs-say-whom-it-greets.patch applied, words-be-polite.patch applied"),
  );
  await after("sed -i '/words-be/d' series", is("docs-say-whom-it-greets.patch applied"));
  await after("printf 'words-be-polite.patch\\ngreet-greet-everybody.patch\\n' >> series", is(both));
  await after("mv patches/words-be-polite.patch ..", holds('names "words-be-polite.patch", but there is no such file'));
  await after("mv ../words-be-polite.patch patches/", is(both));
  await after("cp longarm.toml ..; echo 'x =' >> longarm.toml", holds("longarm.toml:"));
  await after("mv ../longarm.toml .", is(both));
  await after("echo '@@ -1 +1 @@' >> patches/words-be-polite.patch", holds("words-be-polite.patch rejected"));
  child.kill();
  await once(child, "close");
});
