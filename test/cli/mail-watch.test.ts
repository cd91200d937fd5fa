// `mail sync --watch`: mail is in the index as soon as it is in the archive, and searches beside it find it.
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

test("mail is read as it arrives, and what has gone is forgotten", { timeout: 60_000 }, async () => {
  bench.sh(`
    mkdir -p mails/cur mails/new mails/tmp
    printf '\n[mail]\narchives = ["../mails", "../later.mbox"]\n' >> tree/longarm.toml
  `);
  const child = bench.start("mail", "sync", "--watch", "--every", "0.01", "--json", "-C", "tree");
  if (child.stdout === null) throw new Error("the watch was started without a pipe");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // Of an archive that is not there yet every visit is told.
  const next = async (archive: string): Promise<unknown> => {
    for (;;) {
      const visit = JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
      if (visit["archive"] === archive && visit["failed"] === null) return [visit["added"], visit["removed"]];
    }
  };
  expect(await next("../mails")).toEqual([0, 0]);
  bench.sh('cp "$FIXTURES/docs.eml" mails/tmp/1.host && mv mails/tmp/1.host mails/new/1.host');
  expect(await next("../mails")).toEqual([1, 0]);
  expect((await bench.longarm("mail", "search", "-C", "tree", "s:docs")).stdout).toContain("docs-1@example.org");
  bench.sh('cp "$FIXTURES/greet-v1.mbox" later.mbox');
  expect(await next("../later.mbox")).toEqual([5, 0]);
  bench.sh("rm mails/*/1.host");
  expect(await next("../mails")).toEqual([0, 1]);
  child.kill();
  await once(child, "close");
});
