// The sample inbox read from Debian's servers: over NNTP, HTTP and IMAP the same mails byte for byte as from the git epoch, and the same
// index, although each visit is cut off twice. What is special to each kind is tested in the oracle of that kind. Needs ../shared.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import { byteString } from "#model/bytes";
import type { Archive, OpenOptions } from "#io/archive";
import { openArchive } from "#io/archive";
import type { MailIndex } from "#io/mail-index";
import { openMailIndex, readMails, syncArchive } from "#io/mail-index";
import { startDovecot } from "./dovecot.ts";
import { GROUP, type Inbox, makeInbox } from "./public-inbox.ts";
import { sampleMails } from "./sample-mails.ts";

const bundle = join(import.meta.dirname, "../../../shared/data/nvdimm-2024q1.bundle");

/** Milliseconds that public-inbox may take to index the sample. */
const MAX_INDEXING = 120_000;

let dir: string;
let inbox: Inbox;
let fromGit: Held;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "longarm-served-"));
  inbox = await makeInbox();
  await inbox.mirror(bundle);
  execFileSync("git", ["clone", "--quiet", "--bare", bundle, join(dir, "0.git")]);
  fromGit = await heldAfter("git", () => openArchive(join(dir, "0.git")), null);
}, MAX_INDEXING);
afterAll(async () => {
  await inbox.close();
  rmSync(dir, { recursive: true, force: true });
});

test("from git there are most of the mails", () => {
  expect(fromGit.mails.length).toBeGreaterThan(600);
});

/** Mails between two cursors, and the counts of mails at which a visit is disturbed. */
const EVERY = 50;
const CUT_AT = 220;
const KILLED_AT = 470;

test("over NNTP", async () => {
  const daemon = await inbox.serve("nntpd", "nntp");
  const held = await readCut("nntp", `nntp://127.0.0.1:${daemon.port}/${GROUP}`, {}, () => daemon.restart());
  expect(held).toEqual({ ...fromGit, visits: 3 });
});

test("over HTTP", async () => {
  const daemon = await inbox.serve("httpd", "http");
  const held = await readCut("http", `http://127.0.0.1:${daemon.port}/list/`, {}, () => daemon.restart());
  expect(held).toEqual({ ...fromGit, visits: 3 });
});

test("over IMAP", async () => {
  const server = await startDovecot();
  try {
    for (const mail of sampleMails()) server.deliver(mail);
    const options = { password: { kind: "file", path: server.passwordFile }, ca: server.certificate } as const;
    const held = await readCut("imap", `imaps://ada@127.0.0.1:${server.imaps}/lists.dev`, options, () => {
      server.kick();
      return Promise.resolve();
    });
    expect(held).toEqual({ ...fromGit, visits: 3 });
  } finally {
    await server.close();
  }
});

async function readCut(name: string, spec: string, options: OpenOptions, cut: () => Promise<void>): Promise<Held> {
  const held = await heldAfter(name, () => openArchive(spec, { ...options, every: EVERY }), cut);
  process.stdout.write(`${name}: ${held.mails.length} mails, ${held.visits} visits\n`);
  return held;
}

/** What an index holds. */
interface Held {
  readonly visits: number;
  /** Each mail as it was sent, see `asSent`. */
  readonly mails: readonly string[];
  /** What lists and searches show of each mail, and what it is found by. */
  readonly shown: readonly string[];
  readonly threads: readonly string[];
}

/** Reads an archive to its end. With `cut`, the connection is cut on the way; later the reader is gone and another one goes on. */
async function heldAfter(name: string, open: () => Promise<Archive>, cut: (() => Promise<void>) | null): Promise<Held> {
  using index = openMailIndex(join(dir, name));
  const as = { name: "sample", place: "sample", list: null, keep: true };
  let visits = 0;
  let isDisturbed = cut !== null;
  while (isDisturbed) {
    await using archive = await open();
    visits += 1;
    isDisturbed = await syncArchive(index, disturbed(archive, cut ?? noCut), as, () => {}).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Gone) return true;
        throw error;
      },
    );
    if (visits > 1) break;
  }
  await using archive = await open();
  await syncArchive(index, archive, as, () => {});
  return { ...(await heldBy(index)), visits: visits + 1 };
}

const noCut = (): Promise<void> => Promise.resolve();

class Gone extends Error {}

function disturbed(archive: Archive, cut: () => Promise<void>): Archive {
  return {
    ...archive,
    async *changes(cursor, known) {
      let given = 0;
      for await (const step of archive.changes(cursor, known)) {
        yield step;
        if (step.kind !== "added") continue;
        given += 1;
        if (given === CUT_AT) await cut();
        if (given === KILLED_AT) throw new Gone();
      }
    },
  };
}

async function heldBy(index: MailIndex): Promise<Omit<Held, "visits">> {
  const ids = index
    .sql("SELECT id FROM mail ORDER BY id")
    .all()
    .map(({ id }) => Number(id));
  const mails: string[] = [];
  for await (const bytes of readMails(index, ids, () => Promise.resolve(null))) mails.push(asSent(bytes));
  const shown = index
    .sql(
      `SELECT value, hex(print) AS print, subject, author, address, sent, received,
         (SELECT group_concat(kind || value, ' ' ORDER BY kind, value) FROM key WHERE mail = mail.id) AS keys
       FROM mail JOIN message_id ON message_id.id = mail.name`,
    )
    .all();
  const threads = index
    .sql("SELECT group_concat(value, ' ' ORDER BY value) AS ids FROM message_id GROUP BY thread")
    .all();
  return {
    mails: mails.toSorted(),
    shown: shown.map((row) => JSON.stringify(row)).toSorted(),
    threads: threads.map(({ ids: text }) => String(text)).toSorted(),
  };
}

// Over the wire every mail ends in a line end, and public-inbox-nntpd writes a folded Message-ID on one line; nothing else differs.
function asSent(bytes: Bytes | null): string {
  return byteString(bytes ?? new Uint8Array())
    .replace(/\n*$/, "\n")
    .replace(/^(Message-ID:)[ \t]*\r?\n[ \t]+/im, "$1 ");
}
