// What verifying owes its readers: our own notices are equal, whatever they hold, and any change of a byte is found.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteString, bytesOf, concatBytes, fromByteString } from "#model/bytes";
import { parsePatchFile } from "#model/queue";
import { printAddress } from "#model/mail";
import type { Announced, NoticeTemplates } from "./index.ts";
import { addedNotice, digestNotice, printNotice, readReceived, removedNotice, verifyNotice } from "./index.ts";

const templates: NoticeTemplates = {
  sender: "Maintainer <maintainer@example.org>",
  list: "commits@example.org",
  archive: "commits@example.org",
  exclude: [],
  host: "mail.example.org",
  words: { place: "git://example.org/tree" },
  headers: ["Date", "To", "From", "Subject", "Message-Id", "X-List: <{list}>"],
  to: { order: ["list", "people", "author", "sender"], sort: "descending", separator: "," },
  listed: "{branch}/{name}",
  added: {
    subject: "+ {name} added to {branch}",
    body: "\n{title}\nat {place} in {branch}\n--\n{patch}\n_\n\nPatches of {author} are\n\n{roster}\n",
  },
  removed: {
    subject: "[{tag}] {name} removed",
    body: "\n{title}\n{reason}\n--\n{patch}\n_\n\nPatches of {author} are\n\n{roster}\n",
  },
  uploaded: null,
  digest: 2,
  digests: {
    added: {
      subject: "+ {count} patches: {title}",
      body: "{lines}\nfor {author}\n{roster}\n",
      line: "{number} {name}",
    },
  },
  extra: {},
  reasons: {
    merged: { tag: "merged {into}", reason: "It was merged into {into}" },
    folded: { tag: "folded", reason: "It is in {into} now" },
    gone: { tag: "gone", reason: "It is gone" },
  },
};

const log = fc.array(fc.stringMatching(/^[A-Za-z .:<>@_-]{0,40}$/), { maxLength: 6 });
const announced: fc.Arbitrary<Announced> = fc
  .record({ log, name: fc.stringMatching(/^[a-z0-9-]{1,12}$/) })
  .map(({ log: lines, name }) => {
    const text = `From: Ann Author <ann@example.org>\nSubject: ${name}: a thing\n\n${lines.join("\n")}\nend\n\nCc: <bee@example.org>\n---\n a |    1 +\n\n--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+_\n`;
    const patch = parsePatchFile(bytesOf(text));
    const author = byteString(bytesOf(patch.author === null ? "" : printAddress(patch.author)));
    return {
      templates,
      date: { time: Date.UTC(2024, 1, 12), zone: -480 },
      name: `${name}.patch`,
      title: byteString(bytesOf(patch.title ?? "")),
      branch: "next",
      author,
      trailers: patch.trailers,
      patch: patch.source,
      queue: [
        { name: "other.patch", author },
        { name: `${name}.patch`, author },
      ],
    };
  });

test("a notice of ours is equal to itself, of every kind", () => {
  fc.assert(
    fc.property(announced, (about) => {
      const all = [
        addedNotice(about),
        removedNotice({ ...about, kind: "merged", into: "stable" }),
        removedNotice({ ...about, kind: "folded", into: "base.patch" }),
        removedNotice({ ...about, kind: "gone" }),
      ];
      for (const notice of all) {
        const verified = verifyNotice(readReceived(printNotice(notice)), templates);
        expect(verified).toMatchObject({ kind: notice.kind, name: about.name, differences: [] });
      }
    }),
  );
});

test("a byte changed outside of the patch is found where it is", () => {
  const [about] = fc.sample(announced, { numRuns: 1, seed: 1 });
  if (about === undefined) throw new Error("no sample");
  const notice = addedNotice(about);
  const body = byteString(notice.body);
  const at = body.indexOf("git://");
  const changed = fromByteString(`${body.slice(0, at)}X${body.slice(at + 1)}`);
  const verified = verifyNotice(readReceived(printNotice({ ...notice, body: changed })), templates);
  expect(verified?.differences).toEqual([
    {
      where: "body",
      offset: at,
      line: 3,
      before: "at ",
      expected: "git://example.org/tree in next",
      found: "Xit://example.org/tree in next",
    },
  ]);
});

test("mail that is no notice is none, whatever its bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, subject) => {
      const mail = concatBytes([bytesOf(subject ? "Subject: + a.patch added to next\n\n" : ""), bytes]);
      expect(verifyNotice(readReceived(mail), templates)).toBeNull();
    }),
  );
});

test("a digest names each patch once, for everybody whom one of them names", () => {
  fc.assert(
    fc.property(announced, announced, (one, two) => {
      const notice = digestNotice({ digest: "added", kind: "added", patches: [one, two], title: "both" });
      expect(notice?.names).toEqual([one.name, two.name]);
      expect(byteString(notice?.body ?? bytesOf(""))).toContain(`1 ${one.name}\n2 ${two.name}\nfor ann@example.org\n`);
      expect(notice?.to).toEqual([
        "commits@example.org",
        "bee@example.org",
        "ann@example.org",
        "maintainer@example.org",
      ]);
    }),
  );
  expect(digestNotice({ digest: "removed", kind: "gone", patches: [], title: "" })).toBeNull();
});
