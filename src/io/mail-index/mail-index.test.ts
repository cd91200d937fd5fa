// The mail index over archives of this test: what is found, that nothing is lost or doubled, and that it can always be made anew.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, textOf, UserError } from "#model/bytes";
import type { MessageId } from "#model/mail";
import { parseQuery } from "#model/search";
import type { Archive, ArchiveStep } from "#io/archive";
import { wholeArchive } from "#io/archive";
import type { MailIndex } from "./index.ts";
import {
  forgetArchive,
  INDEX_FILE,
  mailsOfThread,
  openExistingIndex,
  openMailIndex,
  readMails,
  searchMails,
  syncArchive,
  threadsOf,
} from "./index.ts";

const NOW = Date.parse("2024-03-14T15:09:26Z");

test("a mail is found by everything that it says", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  await sync(index, archiveOf([PATCH, REPLY, OTHER]));
  expect(find(index, "s:aliasing")).toEqual(["reply@example.org", "patch@example.org"]);
  expect(find(index, "s:aliased")).toEqual(["reply@example.org", "patch@example.org"]);
  expect(find(index, "s:Aliased")).toEqual([]);
  expect(find(index, "f:author@example.org")).toEqual(["patch@example.org"]);
  expect(find(index, "q:check nq:fine")).toEqual(["reply@example.org"]);
  expect(find(index, "dfn:dax/super.c dfhh:alloc_dax")).toEqual(["patch@example.org"]);
  expect(find(index, "dfa:old_name -dfb:old_name")).toEqual(["patch@example.org"]);
  expect(find(index, "dfctx:cont* dfpost:0da9232")).toEqual(["patch@example.org"]);
  expect(find(index, "dfpre:4e8fdcb3f1c8ffffffffffffffffffffffffffff")).toEqual(["patch@example.org"]);
  expect(find(index, "4e8fdcb3f1c8")).toEqual(["patch@example.org"]);
  expect(find(index, "lid:dax.lists.example.org")).toEqual(["reply@example.org", "patch@example.org"]);
  expect(find(index, "mid:other@example.org OR (s:aliasing f:reviewer)")).toEqual([
    "other@example.org",
    "reply@example.org",
  ]);
  expect(find(index, "NOT s:aliasing")).toEqual(["other@example.org"]);
  expect(find(index, "d:..2024-02-12")).toEqual(["patch@example.org"]);
  expect(find(index, "rt:20240213.. -d:1.week.ago..")).toEqual(["other@example.org", "reply@example.org"]);
  expect(find(index, '"quote \\" in it" OR x*"')).toEqual([]);
});

test("a thread hangs together whatever the order, and falls apart when the mail between is removed", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const chain = ["a", "b", "c", "d"].map((name, at, all) =>
    mail(name, { above: all.slice(Math.max(at - 1, 0), at), day: at + 1 }),
  );
  await sync(index, archiveOf([3, 0, 2, 1].map((at) => chain[at] ?? "")));
  expect(threadOf(index, "a@example.org")).toEqual([
    "a@example.org",
    "b@example.org",
    "c@example.org",
    "d@example.org",
  ]);
  await sync(index, archiveOf([3, 0, 2].map((at) => chain[at] ?? "")));
  expect(threadOf(index, "a@example.org")).toEqual(["a@example.org"]);
  expect(threadOf(index, "d@example.org")).toEqual(["c@example.org", "d@example.org"]);
});

test("threads are the same in whatever order mails came and went", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const mails = fc
    .tuple(...names.map(() => fc.subarray(names, { maxLength: 2 })))
    .map((above) =>
      names.map((name, at) => mail(name, { above: above[at]?.filter((one) => one !== name) ?? [], day: at + 1 })),
    );
  const visits = fc.array(fc.shuffledSubarray(names.map((_, at) => at)), { minLength: 1, maxLength: 4 });
  const threadsIn = (index: MailIndex): string[] => [
    ...new Set(names.map((name) => threadOf(index, `${name}@example.org`).join(" "))),
  ];
  await fc.assert(
    fc.asyncProperty(mails, visits, async (all, places) => {
      using grown = makePlace();
      using anew = makePlace();
      using index = openMailIndex(grown.dir);
      using other = openMailIndex(anew.dir);
      const there = (visit: readonly number[]): string[] => visit.map((at) => all[at] ?? "");
      for (const visit of places) await sync(index, archiveOf(there(visit)));
      await sync(other, archiveOf(there((places.at(-1) ?? []).toSorted((a, b) => a - b))));
      // Ids that are only referred to are found where they hang on to a mail, so a thread of none says nothing.
      expect(
        threadsIn(index)
          .filter((one) => one !== "")
          .toSorted(),
      ).toEqual(
        threadsIn(other)
          .filter((one) => one !== "")
          .toSorted(),
      );
    }),
    { numRuns: 40 },
  );
});

test("mails that only refer to the same mail are one thread", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  await sync(index, archiveOf([mail("b", { above: ["gone"] }), mail("c", { above: ["gone"] })]));
  expect(threadOf(index, "gone@example.org")).toEqual(["b@example.org", "c@example.org"]);
});

test("one mail of two lists is one mail with two sightings, footer or not, and stays until both have lost it", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const other = `List-Id: <other.lists.example.org>\n${mail("a")}\n_______\nother list\nhttps://lists.example.org\n`;
  await sync(index, archiveOf([mail("a")], "one"));
  const report = await sync(index, archiveOf([other], "two"));
  expect(report).toMatchObject({ added: 0, copies: 1, clashes: [] });
  expect(
    searchMails(index, queryOf("mid:a@example.org"), { limit: 10, once: "mail" }).mails.map(({ archives }) => archives),
  ).toEqual([["one", "two"]]);
  expect(find(index, "lid:other.lists.example.org")).toEqual(["a@example.org"]);
  await sync(index, archiveOf([], "one"));
  expect(find(index, "s:a")).toEqual(["a@example.org"]);
  expect((await bytesIn(index))[0]).toContain("Subject: a\n");
  expect(forgetArchive(index, "two")).toBe(1);
  expect(find(index, "s:a")).toEqual([]);
});

test("the same Message-ID with other content is kept apart and reported", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const forged = mail("a", { text: "something else" });
  const report = await sync(index, archiveOf([mail("a"), forged, mail("a")]));
  expect(report).toMatchObject({ added: 2, copies: 1, clashes: ["a@example.org"] });
  expect(find(index, "mid:a@example.org")).toEqual(["a@example.org", "a@example.org"]);
  expect(await bytesIn(index)).toEqual([mail("a"), forged]);
});

test("mails without a Message-ID or a header are kept and reported", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const report = await sync(index, archiveOf(["Subject: nameless\n\ntext\n", ""]));
  expect(report.problems).toEqual(['message "none 0" has no mail header, it is passed over']);
  expect(searchMails(index, queryOf("s:nameless"), { limit: 10, once: "mail" }).mails).toMatchObject([
    { messageId: "", thread: null },
  ]);
});

test("a visit without news writes nothing, and a removed mail is not found any more", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  await sync(index, archiveOf([mail("a"), mail("b")]));
  const before = statSync(`${index.file}-wal`).size;
  expect(await sync(index, archiveOf([mail("a"), mail("b")]))).toMatchObject({ added: 0, copies: 0, removed: 0 });
  expect(statSync(`${index.file}-wal`).size).toBe(before);
  expect(await sync(index, archiveOf([mail("b")]))).toMatchObject({ added: 0, removed: 1 });
  expect(find(index, "f:author")).toEqual(["b@example.org"]);
});

test("an archive that does not tell of removals is read whole, and what it has lost goes", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const all = ["a", "b", "c"].map((name) => mail(name));
  const kept = all.slice(1);
  await sync(index, forgetful(all));
  expect(await sync(index, forgetful(kept))).toMatchObject({ added: 0, removed: 0 });
  expect(find(index, "s:a")).toEqual(["a@example.org"]);
  const breaking: Archive = {
    ...forgetful(kept),
    async *changes() {
      yield { kind: "reached", cursor: "0" };
      throw new UserError("the line is dead", { hint: "try again" });
    },
  };
  await expect(sync(index, wholeArchive(breaking))).rejects.toThrow(/dead/);
  expect(find(index, "s:a")).toEqual(["a@example.org"]);
  expect(await sync(index, wholeArchive(forgetful(kept)))).toMatchObject({ added: 0, removed: 1 });
  expect(find(index, "s:a")).toEqual([]);
  expect(await sync(index, forgetful([...kept, mail("d")]))).toMatchObject({ added: 1, removed: 0 });
});

test("an archive at another place is another archive, whatever its keys say", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  await sync(index, archiveOf([mail("a")]));
  await syncArchive(
    index,
    archiveOf([mail("b")]),
    { name: "one", place: "elsewhere", list: null, keep: true },
    noProgress,
  );
  expect(find(index, "f:author")).toEqual(["b@example.org"]);
});

test("mails of a list that do not name it are found by the name in the configuration", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const as = { name: "one", place: "one", list: "Devel.lists.example.org", keep: true };
  await syncArchive(index, archiveOf([mail("a")]), as, noProgress);
  expect(find(index, "lid:devel.lists.example.org l:devel")).toEqual(["a@example.org"]);
});

test("bytes are left to an archive that gives them again, and read from it", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const archive = { ...archiveOf([mail("a")]), read: rereads([mail("a")]) };
  await syncArchive(index, archive, { name: "one", place: "one", list: null, keep: false }, noProgress);
  expect(index.sql("SELECT count(*) AS kept FROM kept").get()).toEqual({ kept: 0 });
  expect(await bytesIn(index, archive)).toEqual([mail("a")]);
  expect(await bytesIn(index)).toEqual([null]);
});

test("an archive that fails on the way leaves what it gave before", async () => {
  using place = makePlace();
  using index = openMailIndex(place.dir);
  const broken = archiveOf([mail("a"), mail("b")]);
  const changes = async function* (...given: Parameters<Archive["changes"]>): AsyncGenerator<ArchiveStep> {
    for await (const step of broken.changes(...given)) {
      if (step.kind === "reached") throw new UserError("the connection broke", { hint: "try again" });
      yield step;
    }
  };
  await expect(sync(index, { ...broken, changes })).rejects.toThrow("the connection broke");
  expect(find(index, "f:author")).toEqual(["b@example.org", "a@example.org"]);
  expect(await sync(index, broken)).toMatchObject({ added: 0, copies: 0 });
});

test("a process that is killed while it syncs leaves each mail once, and the next one goes on", async () => {
  using place = makePlace();
  for (const wait of [40, 160]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, "killed-sync.ts"), place.dir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await new Promise((done) => setTimeout(done, wait));
    child.kill("SIGKILL");
    await once(child, "close");
  }
  using index = openMailIndex(place.dir);
  const mails = Array.from({ length: 2000 }, (_, at) => mail(`${at}`));
  await sync(index, archiveOf(mails));
  expect(searchMails(index, queryOf("f:author"), { limit: 1, once: "mail" }).total).toBe(2000);
  expect(index.sql("SELECT count(*) AS all_of, count(DISTINCT mail) AS mails FROM sighting").get()).toEqual({
    all_of: 2000,
    mails: 2000,
  });
  index.sql("INSERT INTO words (words) VALUES ('integrity-check')").run();
});

test("a deleted index is made anew with the same answers", async () => {
  using place = makePlace();
  const queries = ["s:aliasing", "author", "dfn:dax", "NOT s:aliasing", "d:2024"];
  const answers = async (): Promise<string[][]> => {
    using index = openMailIndex(place.dir);
    await sync(index, archiveOf([PATCH, REPLY, OTHER, mail("a")]));
    return queries.map((query) => find(index, query));
  };
  const before = await answers();
  for (const name of readdirSync(place.dir)) rmSync(join(place.dir, name));
  expect(await answers()).toEqual(before);
});

test("an index of another version is made anew and says so", async () => {
  using place = makePlace();
  {
    using index = openMailIndex(place.dir);
    await sync(index, archiveOf([mail("a")]));
  }
  using database = new DatabaseSync(join(place.dir, INDEX_FILE));
  database.exec("PRAGMA user_version = 999");
  database.close();
  expect(() => openExistingIndex(place.dir)).toThrow(
    "the mail index was of version 999, it is made anew, and it is empty now",
  );
  using index = openMailIndex(place.dir);
  expect(index.renewed).toBe(null);
  expect(await sync(index, archiveOf([mail("a")]))).toMatchObject({ added: 1 });
});

test.each([
  [
    "text",
    (file: string) => writeFileSync(file, "this is no database at all, but it is long enough for a header".repeat(100)),
  ],
  ["cut short", (file: string) => truncateSync(file, 5000)],
])("a damaged index (%s) is moved aside and made anew", async (_, damage) => {
  using place = makePlace();
  {
    using index = openMailIndex(place.dir);
    await sync(index, archiveOf([mail("a")]));
  }
  damage(join(place.dir, INDEX_FILE));
  using index = openMailIndex(place.dir);
  expect(index.renewed).toContain("the mail index was damaged and is now");
  expect(existsSync(join(place.dir, `${INDEX_FILE}.damaged`))).toBe(true);
  expect(await sync(index, archiveOf([mail("a")]))).toMatchObject({ added: 1 });
});

test("without an index a search says what to do", () => {
  using place = makePlace();
  expect(() => openExistingIndex(place.dir)).toThrow("there is no mail index yet");
});

const noProgress = (): void => {};

function makePlace(): Disposable & { readonly dir: string } {
  const dir = mkdtempSync(join(tmpdir(), "longarm-mail-index-"));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

/** An archive that names its mails by what they are, and whose cursor means nothing. */
function archiveOf(mails: readonly string[], name = "one"): Archive {
  return {
    name,
    async *changes(_, known) {
      const keys = mails.map((text, at) => keyOf(text, mails.indexOf(text) === at ? "" : ` again ${at}`));
      yield { kind: "present", keys: new Set(keys) };
      for (const [at, text] of mails.entries()) {
        const key = keys[at] ?? "";
        if (!known(key)) yield { kind: "added", mail: { key, bytes: bytesOf(text), received: null } };
      }
      yield { kind: "reached", cursor: "the end" };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Tells of news only, as a web archive does of old mails. */
function forgetful(mails: readonly string[]): Archive {
  return {
    ...archiveOf(mails),
    async *changes(cursor, known) {
      for (const text of mails.slice(Number(cursor ?? 0))) {
        if (!known(keyOf(text)))
          yield { kind: "added", mail: { key: keyOf(text), bytes: bytesOf(text), received: null } };
      }
      yield { kind: "reached", cursor: `${mails.length}` };
    },
  };
}

function keyOf(text: string, end = ""): string {
  return `${/^Subject: (.*)$/m.exec(text)?.[1] ?? "none"} ${text.length}${end}`;
}

function rereads(mails: readonly string[]): NonNullable<Archive["read"]> {
  return async function* (keys) {
    for (const key of keys) yield bytesOf(mails.find((text) => keyOf(text) === key) ?? "");
  };
}

function sync(index: MailIndex, archive: Archive): ReturnType<typeof syncArchive> {
  return syncArchive(index, archive, { name: archive.name, place: archive.name, list: null, keep: true }, noProgress);
}

function queryOf(text: string): NonNullable<ReturnType<typeof parseQuery>["query"]> {
  const { query } = parseQuery(text, NOW);
  if (query === null) throw new Error(`no query: ${text}`);
  return query;
}

function find(index: MailIndex, text: string): string[] {
  return searchMails(index, queryOf(text), { limit: 100, once: "mail" }).mails.map(({ messageId }) => messageId);
}

function threadOf(index: MailIndex, id: string): string[] {
  const [thread = -1] = threadsOf(index, [id as MessageId]);
  const mails = mailsOfThread(index, thread, 100);
  return mails.map(
    (one) =>
      index.sql("SELECT value FROM message_id JOIN mail ON mail.name = message_id.id WHERE mail.id = ?").get(one)?.[
        "value"
      ] as string,
  );
}

async function bytesIn(index: MailIndex, archive: Archive | null = null): Promise<(string | null)[]> {
  const mails = index.sql("SELECT id FROM mail ORDER BY id").all();
  const found: (string | null)[] = [];
  for await (const bytes of readMails(
    index,
    mails.map(({ id }) => Number(id)),
    () => Promise.resolve(archive),
  ))
    found.push(bytes && textOf(bytes));
  return found;
}

function mail(name: string, { above = [] as readonly string[], text = "text", day = 12 } = {}): string {
  const references = above.length === 0 ? "" : `References: ${above.map((id) => `<${id}@example.org>`).join(" ")}\n`;
  return `From: Author <author@example.org>\nSubject: ${name}\nDate: ${day} Feb 2024 11:30:54 +0000\nMessage-Id: <${name}@example.org>\n${references}\n${text}\n`;
}

const PATCH = `From: Author <author@example.org>
To: dax@lists.example.org
Subject: [PATCH] dax: Check for aliasing caches
Date: Mon, 12 Feb 2024 11:30:54 +0000
Message-Id: <patch@example.org>
List-Id: <dax.lists.example.org>

Could you check this?
---
diff --git a/drivers/dax/super.c b/drivers/dax/super.c
index 4e8fdcb3f1c8..0da9232ea175 100644
--- a/drivers/dax/super.c
+++ b/drivers/dax/super.c
@@ -10,3 +10,3 @@ struct dax_device *alloc_dax(void *private)
 	context
-	old_name();
+	new_name();
 	more
`;
const REPLY = `Received: from a by b; Tue, 13 Feb 2024 12:00:00 +0000
From: Reviewer <reviewer@example.org>
Subject: Re: [PATCH] dax: Check for aliasing caches
Date: Tue, 13 Feb 2024 11:30:54 +0000
Message-Id: <reply@example.org>
In-Reply-To: <patch@example.org>
List-Id: <dax.lists.example.org>

> Could you check this?
It is fine.
`;
const OTHER = `From: Someone <someone@example.org>
Subject: nothing of that
Date: Wed, 14 Feb 2024 11:30:54 +0000
Message-Id: <other@example.org>

text
`;
