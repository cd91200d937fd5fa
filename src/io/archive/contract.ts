// The laws of archive.ts as tests that every kind of archive passes, against a real archive of that kind.
// Test code only, nothing exports it; what is special to a kind is in that kind's own test.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Bytes, Problem } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import type { Archive, ArchiveStep } from "./archive.ts";
import type { ArchiveOptions } from "./open-archive.ts";

/** A real archive that a test fills; `close` removes it. */
export interface ContractArchive {
  /** Opens it as another process would, with no memory of an earlier visit. */
  open(options: ArchiveOptions): Promise<Archive>;
  /** Puts a mail into it. */
  deliver(bytes: Bytes): Promise<void>;
  /** Takes the mail with these bytes out of it, the way the kind does that daily. Missing where a kind cannot. */
  remove?(bytes: Bytes): Promise<void>;
  /**
   * Replaces everything by these mails so that a cursor from before no longer fits: history rewritten, another UIDVALIDITY,
   * the file exchanged. Missing where a kind cannot.
   */
  rewrite?(messages: readonly Bytes[]): Promise<void>;
  /** Puts something unreadable behind what is there, which must become a problem. Missing where a kind has no such thing. */
  damage?(): Promise<void>;
  /** What `openArchive` is given for it in another process; the options of {@link ContractArchive.open} are added. */
  readonly spec: string;
  /** More options for another process's `openArchive`, as JSON can say them; for passwords of test servers and the like. */
  readonly specOptions?: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** What a kind's own test says about the kind. */
export interface ContractKind {
  readonly make: () => Promise<ContractArchive>;
  /** The bytes that the archive gives for a mail delivered as `bytes`; null for one that it cannot hold. The same bytes otherwise. */
  readonly given?: (bytes: Bytes) => Bytes | null;
  /** What the kind has not; everything else is tested. */
  readonly lacks?: readonly ("remove" | "rewrite" | "damage" | "watch" | "read")[];
  /** Most steps at which a visit is cut off in one test, where a visit is slow; all of them otherwise. */
  readonly maxCuts?: number;
}

/** Runs all laws against one kind. `kind` is the name that stands before each test. */
export function archiveContract(kind: string, { make, given = itself, maxCuts = 60, lacks = [] }: ContractKind): void {
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

  for (const [name, message] of hardMails) {
    if (given(message) === null) continue;
    scenario(`gives the exact bytes of a mail ${name}`, async (archive) => {
      await archive.deliver(plainMail("before"));
      await archive.deliver(message);
      await archive.deliver(plainMail("after"));
      const reader = makeReader();
      await visit(archive, reader);
      expect(reader.texts()).toEqual(expected([plainMail("before"), message, plainMail("after")]));
      expect(reader.problems).toEqual([]);
    });
  }

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

  for (const every of [1, 2, 100]) {
    scenario(`a reader cut off at any step loses and doubles nothing, ${every} a transaction`, async (archive) => {
      const first = mails(["a", "b", "c", "d", "e", "f"]);
      const second = mails(["g", "h", "i"]);
      for (const mail of first) await archive.deliver(mail);
      const half = await cutEverywhere(archive, every, maxCuts, [null], expected(first));
      for (const mail of second) await archive.deliver(mail);
      await cutEverywhere(archive, every, maxCuts, half, expected([...first, ...second]));
    });
  }

  scenario("a reader cut off at every single step gets there", async (archive) => {
    const all = mails(["a", "b", "c", "d", "e"]);
    for (const mail of all) await archive.deliver(mail);
    const reader = makeReader();
    // Each visit may go one step further than the last one that got nowhere.
    for (let steps = 1; steps < 40; steps++) await visit(archive, reader, { every: 1, cut: steps });
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
    const all = Array.from({ length: 40 }, (_, index) => plainMail(`mail${index}`));
    for (const mail of all.slice(0, 25)) await archive.deliver(mail);
    const dir = await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-kill-"));
    try {
      const file = join(dir, "reader.db");
      const arrivals = all.slice(25);
      for (let round = 0; round < 6; round++) {
        await runReader(archive, file, 1 + Math.floor(random() * 5), Math.floor(random() * 30));
        for (const mail of arrivals.splice(0, 3)) await archive.deliver(mail);
      }
      expect(await runReader(archive, file, 4, null), `seed ${seed}`).toBe("ended");
      expect(storedIn(file), `seed ${seed}`).toEqual(expected(all));
    } finally {
      await fs.rm(dir, { recursive: true, force: true });
    }
  });
}

type Scenario = (archive: ContractArchive) => Promise<void>;

const itself = (bytes: Bytes): Bytes => bytes;

const mails = (names: readonly string[]): Bytes[] => names.map((name) => plainMail(name));

/** A mail that every kind can hold. */
export function plainMail(name: string, text = `Text of ${name}.`): Bytes {
  return fromByteString(
    `From: ${name} <${name}@example.org>\nTo: list@example.org\nSubject: [PATCH] ${name}\n` +
      `Date: Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <${name}@example.org>\n\n${text}\n`,
  );
}

const HEAD = "From: h@example.org\nSubject: hard\nMessage-ID: <hard@example.org>\n";

/** Mails that a careless archive reader changes. */
const hardMails: readonly (readonly [name: string, bytes: Bytes])[] = (
  [
    ["with CRLF line ends", `${HEAD}\nline\nline\n`.replaceAll("\n", "\r\n")],
    ["with CRLF in one line", `${HEAD}\nline\r\nline\n`],
    ["with a lone CR", `${HEAD}\nline\rline\n`],
    ["with NUL", `${HEAD}\na\0b\n`],
    ["with 8-bit bytes", `${HEAD}Comments: \xe9\n\n\xff\xfe\x80 \xc3\xa9\n`],
    ["with a line that begins with From", `${HEAD}\nA\n\nFrom here on\n>From there\n>>From everywhere\n`],
    ["with a line like a separator", `${HEAD}\nA\n\nFrom a@example.org Mon Jan  1 00:00:00 2024\nSubject: b\n\nC\n`],
    ["without a final line end", `${HEAD}\nno end`],
    ["with an empty body", `${HEAD}\n`],
    ["without a body", HEAD],
    ["with empty lines at its end", `${HEAD}\ntext\n\n\n`],
    ["with dots alone on lines", `${HEAD}\n.\n..\n.text\n`],
    ["with a line of 100,000 bytes", `${HEAD}\n${"x".repeat(100_000)}\n`],
    ["of three million bytes", `${HEAD}\n${"A line of some length.\n".repeat(140_000)}`],
  ] as const
).map(([name, text]) => [name, fromByteString(text)]);

/** What a reader has stored, and everything it was given. */
interface Reader {
  readonly store: Map<string, string>;
  cursor: string | null;
  /** The bytes of every `added` that was stored, in order. */
  readonly added: string[];
  readonly problems: Problem[];
  texts(): string[];
}

function makeReader(): Reader {
  const store = new Map<string, string>();
  return { store, cursor: null, added: [], problems: [], texts: () => [...store.values()].sort() };
}

function copyReader(reader: Reader): Reader {
  const copy = makeReader();
  for (const [key, text] of reader.store) copy.store.set(key, text);
  copy.cursor = reader.cursor;
  copy.added.push(...reader.added);
  return copy;
}

/** One visit from the reader's cursor; `cut` is the number of steps after which it is left, what was not `reached` is forgotten. */
async function visit(
  archive: ContractArchive,
  reader: Reader,
  { every = 2, cut = Infinity }: { readonly every?: number; readonly cut?: number } = {},
): Promise<ArchiveStep[]> {
  await using open = await archive.open({ every });
  return visitOpen(open, reader, cut);
}

async function visitOpen(open: Archive, reader: Reader, cut = Infinity): Promise<ArchiveStep[]> {
  const pending = new Map(reader.store);
  const added: string[] = [];
  const steps: ArchiveStep[] = [];
  let stored = true;
  for await (const step of open.changes(reader.cursor, (key) => pending.has(key))) {
    if (steps.length === cut) return steps;
    steps.push(step);
    stored = step.kind === "reached" || (stored && step.kind === "problem");
    switch (step.kind) {
      case "added":
        expect(pending.has(step.mail.key), `"${step.mail.key}" is given twice`).toBe(false);
        pending.set(step.mail.key, byteString(step.mail.bytes));
        added.push(byteString(step.mail.bytes));
        break;
      case "removed":
        pending.delete(step.key);
        break;
      case "present":
        for (const key of pending.keys()) if (!step.keys.has(key)) pending.delete(key);
        for (const key of step.keys) expect(pending.has(key), `"${key}" is present and was never given`).toBe(true);
        break;
      case "problem":
        reader.problems.push(step.problem);
        break;
      case "reached":
        reader.store.clear();
        for (const [key, text] of pending) reader.store.set(key, text);
        reader.added.push(...added.splice(0));
        reader.cursor = step.cursor;
        break;
    }
  }
  expect(stored, "a visit ends with what it reached").toBe(true);
  return steps;
}

/**
 * From each reader (null: a new one), cuts a visit at every step k, goes on from what was stored, and expects `texts` in the end.
 * Gives every distinct state in which a cut reader was left.
 */
async function cutEverywhere(
  archive: ContractArchive,
  every: number,
  maxCuts: number,
  readers: readonly (Reader | null)[],
  texts: readonly string[],
): Promise<Reader[]> {
  const left = new Map<string, Reader>();
  for (const begun of readers) {
    const measure = begun === null ? makeReader() : copyReader(begun);
    const steps = (await visit(archive, measure, { every })).length;
    expect(measure.texts()).toEqual(texts);
    for (let cut = 0; cut < Math.min(steps, maxCuts); cut++) {
      const reader = begun === null ? makeReader() : copyReader(begun);
      await visit(archive, reader, { every, cut });
      left.set(JSON.stringify([reader.cursor, [...reader.store.keys()]]), copyReader(reader));
      await visit(archive, reader, { every });
      expect(reader.texts(), `cut at step ${cut} of ${steps}`).toEqual(texts);
    }
  }
  return [...left.values()];
}

const READER = join(import.meta.dirname, "contract-reader.ts");

/** Runs contract-reader.ts and kills it as soon as it has told of `killAfter` steps; null lets it end. */
async function runReader(
  archive: ContractArchive,
  file: string,
  every: number,
  killAfter: number | null,
): Promise<"killed" | "ended"> {
  const options = JSON.stringify({ ...archive.specOptions, every });
  const child = spawn(process.execPath, ["--no-warnings", READER, archive.spec, options, file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = 0;
  let said = "";
  child.stdout.on("data", (piece: Buffer) => {
    told += piece.length;
    if (killAfter !== null && told > killAfter) child.kill("SIGKILL");
  });
  child.stderr.on("data", (piece: Buffer) => {
    said += piece.toString("latin1");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== null && code !== 0) throw new Error(`contract-reader.ts failed: ${said}`);
  return code === null ? "killed" : "ended";
}

function storedIn(file: string): string[] {
  const database = new DatabaseSync(file);
  const rows = database.prepare("SELECT bytes FROM mail").all();
  database.close();
  return rows.map((row) => byteString(row["bytes"] as Bytes)).sort();
}

// Mulberry32: small, and the same on every machine for a printed seed.
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
