// Whether the index finds, for every posting of the sample inbox, what reading the whole archive finds: the same posting
// and the same revisions. Needs ../shared.
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
import { openMailIndex, readMails, relatedMails, syncArchive } from "#io/mail-index";

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
    // A thread and its candidates, not the archive.
    expect(read / postings).toBeLessThan(messages.length / 5);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

function chainsOf(mails: readonly Bytes[]): RevisionChain[] {
  return revisionChains(findPostings(mails.map(parseMessage)).postings);
}

function shape(posting: Posting): unknown {
  const ids = posting.slots.map((slot): MessageId | null => slot?.message.messageId ?? null);
  return [posting.id, ids, posting.replies.map(({ message }) => message.messageId)];
}
