// Whether the index finds, for every posting of the sample inbox, what reading the whole archive finds: the same posting
// and the same revisions; and for what was posted since a day as well. Needs ../shared.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Bytes } from "#model/bytes";
import type { MessageId } from "#model/mail";
import { parseMessage } from "#model/mail";
import type { Posting, RevisionChain } from "#model/postings";
import { findPostings, revisionChains } from "#model/postings";
import { readArchive } from "#io/archive";
import { openMailIndex, readMails, relatedMails, relatedMailsSince, syncArchive } from "#io/mail-index";

const bundle = join(import.meta.dirname, "../../../shared/data/nvdimm-2024q1.bundle");

test("the index finds the posting and its revisions that the whole archive gives", async () => {
  const dir = mkdtempSync(join(tmpdir(), "longarm-find-"));
  try {
    execFileSync("git", ["clone", "--quiet", "--bare", bundle, join(dir, "0.git")]);
    const { messages } = await readArchive(join(dir, "0.git"));
    using index = openMailIndex(dir);
    const archive = {
      name: "sample",
      async *changes() {
        for (const [at, bytes] of messages.entries())
          yield { kind: "added" as const, mail: { key: `${at}`, bytes, received: null } };
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    await syncArchive(index, archive, { name: "sample", place: "sample", list: null, keep: true }, () => {});
    const whole = chainsOf(messages);
    const different: string[] = [];
    let [postings, read] = [0, 0];
    for (const chain of whole) {
      for (const { id } of chain.postings) {
        if (id === null) continue;
        postings += 1;
        const near: Bytes[] = [];
        for await (const bytes of readMails(index, relatedMails(index, id), () => Promise.resolve(null)))
          if (bytes !== null) near.push(bytes);
        read += near.length;
        const found = chainsOf(near).find((one) => one.postings.some((posting) => posting.id === id));
        if (JSON.stringify(found?.postings.map(shape)) !== JSON.stringify(chain.postings.map(shape)))
          different.push(id);
      }
    }
    expect(postings).toBeGreaterThan(50);
    expect(different).toEqual([]);
    for (const day of ["2024-03-28", "2024-03-01", "2024-01-01"]) {
      const since = Date.parse(day);
      const near: Bytes[] = [];
      const mails = relatedMailsSince(index, since, messages.length);
      for await (const bytes of readMails(index, mails, () => Promise.resolve(null)))
        if (bytes !== null) near.push(bytes);
      const postedIn = (chains: readonly RevisionChain[]): unknown =>
        chains.filter((chain) => isNews(chain, since)).map((chain) => chain.postings.map(shape));
      expect(postedIn(chainsOf(near))).toEqual(postedIn(whole));
      process.stdout.write(`find-mail: since ${day} ${mails.length} of ${messages.length} mails are read\n`);
    }
    // A thread and its candidates, not the archive.
    expect(read / postings).toBeLessThan(messages.length / 5);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

function chainsOf(mails: readonly Bytes[]): RevisionChain[] {
  return revisionChains(findPostings(mails.map(parseMessage)).postings);
}

function isNews({ postings }: RevisionChain, since: number): boolean {
  return postings.some(({ cover, slots, replies }) =>
    [cover, ...slots, ...replies].some((one) => (one?.message.date?.time ?? 0) >= since),
  );
}

function shape(posting: Posting): unknown {
  const ids = posting.slots.map((slot): MessageId | null => slot?.message.messageId ?? null);
  return [posting.id, ids, posting.replies.map(({ message }) => message.messageId)];
}
