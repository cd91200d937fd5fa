// The laws of archive.ts as tests that every kind of archive passes, against a real archive of that kind.
// Test code only, nothing exports it; what is special to a kind is in that kind's own test.
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import { randomOf, runReader, storedIn } from "./contract-kill.ts";
import { hardMails, plainMail } from "./contract-mails.ts";
import type { ContractArchive } from "./contract-visits.ts";
import { copyReader, cutEverywhere, makeReader, visit, visitOpen } from "./contract-visits.ts";

export { plainMail } from "./contract-mails.ts";
export type { ContractArchive } from "./contract-visits.ts";

/** What a kind's own test says about the kind. */
export interface ContractKind {
  readonly make: () => Promise<ContractArchive>;
  /** The bytes that the archive gives for a mail delivered as `bytes`; null for one that it cannot hold. The same bytes otherwise. */
  readonly given?: (bytes: Bytes) => Bytes | null;
  /** What the kind has not; everything else is tested. */
  readonly lacks?: readonly ("remove" | "rewrite" | "damage" | "watch" | "read")[];
  /** More mails, cursors and kills; takes minutes, and belongs into test/slow. */
  readonly thorough?: boolean;
}

/** Runs all laws against one kind. `kind` is the name that stands before each test. */
export function archiveContract(
  kind: string,
  { make, given = itself, thorough = false, lacks = [] }: ContractKind,
): void {
  const { every: sizes, first, second, maxCuts, kills, killed } = thorough ? THOROUGH : QUICK;
  const expected = (messages: readonly Bytes[]): string[] =>
    messages
      .map(given)
      .filter((bytes) => bytes !== null)
      .map((bytes) => byteString(bytes))
      .sort();
  const scenario = (name: string, run: Scenario): void => {
    test(`${kind}: ${name}`, { timeout: 120_000 }, async () => {
      expect.hasAssertions();
      const archive = await make();
      try {
        await run(archive);
      } finally {
        await archive.close();
      }
    });
  };

  const can = (what: NonNullable<ContractKind["lacks"]>[number], name: string, run: Scenario): void => {
    if (!lacks.includes(what)) scenario(name, run);
  };

  scenario("an empty archive gives nothing", async (archive) => {
    const reader = makeReader();
    await visit(archive, reader);
    expect(reader.texts()).toEqual([]);
  });

  scenario("gives the exact bytes of every mail", async (archive) => {
    const possible = hardMails.filter(({ bytes }) => given(bytes) !== null);
    for (const { bytes } of possible) await archive.deliver(bytes);
    await archive.deliver(plainMail("last"));
    const reader = makeReader();
    await visit(archive, reader);
    const texts = new Set(reader.texts());
    const changed = possible.filter(({ bytes }) => expected([bytes]).some((text) => !texts.has(text)));
    expect(changed.map(({ name }) => name)).toEqual([]);
    expect(reader.texts().length).toBe(possible.length + 1);
    expect(reader.problems).toEqual([]);
  });

  scenario("mails come in the order in which they arrived, when one visit brings them", async (archive) => {
    const all = mails(["one", "two", "three", "four"]);
    for (const mail of all) await archive.deliver(mail);
    const reader = makeReader();
    await visit(archive, reader);
    expect(reader.added).toEqual(all.flatMap((mail) => expected([mail])));
  });

  scenario("a visit without news gives nothing", async (archive) => {
    for (const mail of mails(["a", "b", "c"])) await archive.deliver(mail);
    const reader = makeReader();
    await visit(archive, reader);
    for (let again = 0; again < 3; again++) {
      const steps = await visit(archive, reader);
      expect(steps.filter((step) => step.kind !== "reached")).toEqual([]);
    }
  });

  scenario("mails that arrive between visits come once", async (archive) => {
    const reader = makeReader();
    const all: Bytes[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) {
      await archive.deliver(plainMail(name));
      all.push(plainMail(name));
      if (name === "c") continue;
      await visit(archive, reader);
      expect(reader.texts()).toEqual(expected(all));
    }
    expect(reader.added.length).toBe(all.length);
  });

  scenario("an archive that stays open sees later mails, too", async (archive) => {
    await archive.deliver(plainMail("a"));
    await using open = await archive.open({ every: 1 });
    const reader = makeReader();
    await visitOpen(open, reader);
    await archive.deliver(plainMail("b"));
    await visitOpen(open, reader);
    expect(reader.texts()).toEqual(expected(mails(["a", "b"])));
  });

  scenario("different mails with one Message-ID both come", async (archive) => {
    const both = ["first text", "second text"].map((text) => plainMail("same", text));
    for (const mail of both) await archive.deliver(mail);
    const reader = makeReader();
    await visit(archive, reader);
    expect(reader.texts()).toEqual(expected(both));
  });

  can("read", "a message can be read again by its key", async (archive) => {
    const all = mails(["a", "b", "c"]);
    for (const mail of all) await archive.deliver(mail);
    const reader = makeReader();
    await visit(archive, reader);
    await using open = await archive.open({});
    const keys = [...reader.store.keys()].toReversed();
    const read: (string | null)[] = [];
    for await (const bytes of open.read?.([...keys, "no such key"]) ?? [])
      read.push(bytes === null ? null : byteString(bytes));
    expect(read).toEqual([...keys.map((key) => reader.store.get(key)), null]);
  });

  for (const every of sizes) {
    scenario(`a reader cut off at any step loses and doubles nothing, ${every} a transaction`, async (archive) => {
      for (const mail of mails(first)) await archive.deliver(mail);
      const half = await cutEverywhere(archive, every, maxCuts, [null], expected(mails(first)));
      for (const mail of mails(second)) await archive.deliver(mail);
      await cutEverywhere(archive, every, maxCuts, half, expected(mails([...first, ...second])));
    });
  }

  scenario("a reader cut off at every single step gets there", async (archive) => {
    const all = mails(["a", "b", "c", "d", "e"]);
    for (const mail of all) await archive.deliver(mail);
    const reader = makeReader();
    // Each visit may go one step further than the last one that got nowhere.
    for (let steps = 1; steps < 14; steps++) await visit(archive, reader, { every: 1, cut: steps });
    expect(reader.texts()).toEqual(expected(all));
    expect(reader.added.length).toBe(all.length);
  });

  can("remove", "a mail that was removed goes, and only it", async (archive) => {
    const all = mails(["a", "b", "c", "d"]);
    for (const mail of all) await archive.deliver(mail);
    const reader = makeReader();
    await visit(archive, reader);
    const cut = copyReader(reader);
    await archive.remove?.(plainMail("b"));
    await archive.deliver(plainMail("e"));
    await visit(archive, reader);
    expect(reader.texts()).toEqual(expected(mails(["a", "c", "d", "e"])));
    expect(reader.added.length).toBe(5);
    const fresh = makeReader();
    await visit(archive, fresh);
    expect(fresh.texts()).toEqual(expected(mails(["a", "c", "d", "e"])));
    await cutEverywhere(archive, 1, maxCuts, [cut], expected(mails(["a", "c", "d", "e"])));
  });

  can("remove", "a mail that was removed can come back", async (archive) => {
    const reader = makeReader();
    for (const mail of mails(["a", "b"])) await archive.deliver(mail);
    await visit(archive, reader);
    await archive.remove?.(plainMail("a"));
    await visit(archive, reader);
    await archive.deliver(plainMail("a"));
    await visit(archive, reader);
    expect(reader.texts()).toEqual(expected(mails(["a", "b"])));
  });

  can("rewrite", "an archive that was rewritten is read anew", async (archive) => {
    for (const mail of mails(["a", "b", "c", "d"])) await archive.deliver(mail);
    const whole = makeReader();
    await visit(archive, whole);
    const partly = makeReader();
    await visit(archive, partly, { every: 1, cut: 4 });
    const now = mails(["a", "c", "x", "d", "y"]);
    await archive.rewrite?.(now);
    await cutEverywhere(archive, 1, maxCuts, [whole, partly], expected(now));
    await archive.deliver(plainMail("z"));
    await visit(archive, whole);
    expect(whole.texts()).toEqual(expected([...now, plainMail("z")]));
    const steps = await visit(archive, whole);
    expect(steps.filter((step) => step.kind !== "reached")).toEqual([]);
  });

  can("rewrite", "an archive that became shorter is read anew", async (archive) => {
    for (const mail of mails(["a", "b", "c", "d"])) await archive.deliver(mail);
    const reader = makeReader();
    await visit(archive, reader);
    await archive.rewrite?.(mails(["a", "b"]));
    await visit(archive, reader);
    expect(reader.texts()).toEqual(expected(mails(["a", "b"])));
    await archive.rewrite?.([]);
    await visit(archive, reader);
    expect(reader.texts()).toEqual([]);
  });

  can("damage", "what cannot be read is told and stops nothing else", async (archive) => {
    await archive.deliver(plainMail("a"));
    await archive.damage?.();
    await archive.deliver(plainMail("b"));
    const reader = makeReader();
    await visit(archive, reader);
    expect(reader.texts()).toEqual(expected(mails(["a", "b"])));
    expect(reader.problems.length).toBeGreaterThan(0);
    await archive.deliver(plainMail("c"));
    await visit(archive, reader);
    expect(reader.texts()).toEqual(expected(mails(["a", "b", "c"])));
  });

  can("watch", "whoever watches hears of a new mail", async (archive) => {
    await archive.deliver(plainMail("a"));
    await using open = await archive.open({});
    if (!open.watch) throw new Error(`${kind} has no watch`);
    const reader = makeReader();
    const end = new AbortController();
    const heard = open.watch(end.signal)[Symbol.asyncIterator]();
    const next = heard.next();
    await visitOpen(open, reader);
    await archive.deliver(plainMail("b"));
    expect((await next).done).toBe(false);
    for (let turn = 0; turn < 20 && reader.store.size < 2; turn++) {
      await visitOpen(open, reader);
      if (reader.store.size < 2) await heard.next();
    }
    const last = heard.next();
    end.abort();
    // One more change may have been on its way.
    if (!(await last).done) expect((await heard.next()).done).toBe(true);
    expect(reader.texts()).toEqual(expected(mails(["a", "b"])));
  });

  scenario("a process killed with SIGKILL at random loses and doubles nothing", async (archive) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = randomOf(seed);
    const all = Array.from({ length: killed }, (_, index) => plainMail(`mail${index}`));
    for (const mail of all.slice(0, -3 * kills)) await archive.deliver(mail);
    const dir = await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-kill-"));
    try {
      const file = join(dir, "reader.db");
      const arrivals = all.slice(-3 * kills);
      for (let round = 0; round < kills; round++) {
        await runReader(archive, file, 1 + Math.floor(random() * 5), Math.floor(random() * (killed / 2)));
        for (const mail of arrivals.splice(0, 3)) await archive.deliver(mail);
      }
      expect(await runReader(archive, file, 4, null), `seed ${seed}`).toBe("ended");
      expect(storedIn(file), `seed ${seed}`).toEqual(expected(all));
    } finally {
      await fs.rm(dir, { recursive: true, force: true });
    }
  });
}

const THOROUGH = {
  every: [1, 2, 100],
  first: ["a", "b", "c", "d", "e", "f"],
  second: ["g", "h", "i"],
  maxCuts: 60,
  kills: 8,
  killed: 60,
} as const;

/** What every run of `npm test` can afford; test/slow runs {@link THOROUGH} on every kind. */
const QUICK = { every: [2], first: ["a", "b", "c", "d"], second: ["e"], maxCuts: 4, kills: 1, killed: 20 } as const;

type Scenario = (archive: ContractArchive) => Promise<void>;

const itself = (bytes: Bytes): Bytes => bytes;

const mails = (names: readonly string[]): Bytes[] => names.map((name) => plainMail(name));
