// Developers' signatures, made here with fresh keys and then spoiled. That patatt makes and takes the same ones: test/oracle/attestation.oracle.ts.
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMessage, generateKey, readPrivateKey, sign as signOpenPgp, type PrivateKey } from "openpgp";
import { bytesOf, UserError } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { developerSignatures, signedHeader, signedText } from "#model/postings";
import { checkDeveloperSignatures } from "./developer-signatures.ts";
import { emptyKeyring, openKeyring, type Keyring } from "./keyring.ts";

const DAY = 24 * 60 * 60;
const SENT = Date.parse("2024-01-01T10:00:00Z") / 1000;
const PLAIN = `From: Ann Author <ann@example.org>
Subject: [PATCH v2 1/2] mm:  fix =?utf-8?q?the_M=C3=B6bius?= cache
Date: Mon, 01 Jan 2024 10:00:00 +0000
Message-ID: <one@example.org>
Content-Type: text/plain; charset=utf-8
@
Explain it.

Signed-off-by: Ann Author <ann@example.org>
---
 a.c | 2 +-

diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -1 +1 @@
-old
+new
-- 
2.43.0
`;

const dir = mkdtempSync(join(tmpdir(), "longarm-keyring-"));
afterAll(() => rmSync(dir, { recursive: true }));
const ann = generateKeyPairSync("ed25519");
const eve = generateKeyPairSync("ed25519");
let pgp: PrivateKey;
let ring: Keyring;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name: "Pat Pgp", email: "pat@example.org" }],
    date: new Date((SENT - 400 * DAY) * 1000),
    // It has run out since it signed.
    keyExpirationTime: 500 * DAY,
  });
  pgp = await readPrivateKey({ armoredKey: privateKey });
  write("ed25519/example.org/ann/default", rawKey(ann.publicKey));
  write("ed25519/example.org/ann/2024", `${rawKey(ann.publicKey)}\n`);
  write("openpgp/example.org/pat/default", publicKey);
  write("openpgp/example.org/bad/default", "no key at all");
  ring = openKeyring(dir);
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
}

// The last 32 bytes of the DER are the key.
function rawKey(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
}

interface Wish {
  readonly mail?: string;
  readonly algorithm?: string;
  readonly tags?: string;
  readonly fields?: string;
  readonly carried?: string;
  readonly make?: (digest: Buffer) => Promise<Uint8Array> | Uint8Array;
  /** What is done to the mail after it was signed. */
  readonly spoil?: (mail: string) => string;
}

const withKey =
  (key: KeyObject) =>
  (digest: Buffer): Buffer =>
    Buffer.concat([sign(null, digest, key), digest]);

async function withPgp(digest: Buffer): Promise<Uint8Array> {
  const date = new Date(SENT * 1000);
  return signOpenPgp({
    message: await createMessage({ binary: digest, date }),
    signingKeys: pgp,
    format: "binary",
    date,
  });
}

/** The author in the text becomes somebody else. */
function byEve(mail: string): string {
  return mail.replace("\nFrom: Ann Author <ann@", "\nFrom: Eve <eve@");
}

async function verdictOf(wish: Wish, keyring: Keyring = ring): Promise<string> {
  const { mail = PLAIN, algorithm = "ed25519-sha256", fields = "from:subject:date:message-id" } = wish;
  const body = signedText(parseMessage(bytesOf(mail.replace("@\n", "\n")))).body;
  const hash = createHash("sha256").update(body).digest("base64");
  const tags = `v=1; a=${algorithm}; ${wish.tags ?? `t=${SENT};`} l=${body.length};\n h=${fields}; bh=${hash};\n b=`;
  const carried = wish.carried === undefined ? "" : `X-Developer-Key: ${wish.carried}\n`;
  const place = (blob: string): string => mail.replace("@\n", `X-Developer-Signature: ${tags}${blob}\n${carried}\n`);
  const unsigned = parseMessage(bytesOf(place("AAAA")));
  const [signature] = developerSignatures(unsigned);
  if (signature === undefined) throw new Error("no signature to make");
  const header = signedHeader(unsigned, signedText(unsigned), signature.fields, signature);
  const made = await (wish.make ?? withKey(ann.privateKey))(createHash("sha256").update(header).digest());
  const blob = Buffer.from(made).toString("base64").replace(/.{75}/g, "$&\n ");
  const [found, ...more] = await checkDeveloperSignatures(
    parseMessage(bytesOf((wish.spoil ?? ((text) => text))(place(blob)))),
    keyring,
  );
  expect(more).toEqual([]);
  expect(found?.kind).toBe("developer-signature");
  expect(found?.checkedBy).toBe("us");
  const detail = found?.detail ?? null;
  return `${found?.verdict} ${found?.identity}${detail === null ? "" : `: ${detail}`}`;
}

describe("ed25519", () => {
  test.each<[string, Wish, string]>([
    ["by a key of the keyring", {}, "pass ann@example.org"],
    ["with a selector and an identity", { tags: "i=ann@example.org; s=2024;" }, "pass ann@example.org"],
    [
      "transport changes nothing that is signed",
      { spoil: (mail) => mail.replaceAll("\n", "\r\n") },
      "pass ann@example.org",
    ],
    [
      "folds and blanks of headers do not count",
      { spoil: (mail) => mail.replace("Message-ID: <one", "MESSAGE-ID:\n\t<one") },
      "pass ann@example.org",
    ],
    [
      "a changed file",
      { spoil: (mail) => mail.replace("+new", "+evil") },
      "fail ann@example.org: the text was changed after it was signed",
    ],
    [
      "a changed title",
      { spoil: (mail) => mail.replace("cache", "cash") },
      "fail ann@example.org: the signature does not fit the key of the keyring",
    ],
    [
      "a changed Message-ID",
      { spoil: (mail) => mail.replace("<one@", "<two@") },
      "fail ann@example.org: the signature does not fit the key of the keyring",
    ],
    [
      "another person's key",
      { make: withKey(eve.privateKey) },
      "fail ann@example.org: the signature does not fit the key of the keyring",
    ],
    [
      "a footer of the list below the signed text",
      { spoil: (mail) => `${mail}\n____\nlist footer\n` },
      "pass ann@example.org: 21 bytes below the signed text are not signed",
    ],
    [
      "a diff below the signed text",
      { spoil: (mail) => `${mail}diff --git a/b.c b/b.c\n` },
      "fail ann@example.org: a diff was added below the signed text",
    ],
    [
      "a hunk below the signed text",
      { spoil: (mail) => `${mail}@@ -7 +7 @@\n-a\n+b\n` },
      "fail ann@example.org: a diff was added below the signed text",
    ],
    ["From is not signed", { fields: "subject:date" }, "fail ann@example.org: From and Subject are not both signed"],
    [
      "signed in the name of somebody else",
      { tags: "i=eve@example.org;", make: withKey(eve.privateKey), carried: "" },
      'unchecked eve@example.org: no key of "eve@example.org", the author is "ann@example.org"',
    ],
    [
      "made long before the mail was sent",
      { tags: `t=${SENT - 31 * DAY};` },
      "pass ann@example.org: signed 31 days before the date of the mail",
    ],
    [
      "made long after it",
      { tags: `t=${SENT + 40 * DAY};` },
      "pass ann@example.org: signed 40 days after the date of the mail",
    ],
    ["a month is no long time", { tags: `t=${SENT - 30 * DAY};` }, "pass ann@example.org"],
    ["an algorithm that nobody knows", { algorithm: "rot13" }, 'unchecked ann@example.org: unknown algorithm "rot13"'],
    [
      "half a signature",
      { make: (digest) => sign(null, digest, ann.privateKey).subarray(0, 40) },
      "fail ann@example.org: the signature does not fit the key of the keyring",
    ],
  ])("%s", async (_, wish, expected) => {
    expect(await verdictOf(wish)).toBe(expected);
  });

  test("the key that a mail carries makes nobody known", async () => {
    const carried = `i=ann@example.org; a=ed25519; pk=${rawKey(ann.publicKey)}`;
    expect(await verdictOf({ carried }, emptyKeyring)).toBe(
      "unknown-key ann@example.org: the key came with the mail and is not in the keyring",
    );
    expect(await verdictOf({ carried, make: withKey(eve.privateKey) }, emptyKeyring)).toBe(
      "fail ann@example.org: the signature does not fit the key that came with the mail",
    );
    const other = `i=eve@example.org; a=ed25519; pk=${rawKey(eve.publicKey)}`;
    expect(await verdictOf({ carried: other }, emptyKeyring)).toBe(
      'unchecked ann@example.org: no key of "ann@example.org"',
    );
    // What the keyring says counts, whatever the mail brings.
    const own = { carried: `i=ann@example.org; a=ed25519; pk=${rawKey(eve.publicKey)}`, make: withKey(eve.privateKey) };
    expect(await verdictOf(own)).toBe("fail ann@example.org: the signature does not fit the key of the keyring");
  });

  test("the author in the text is the one who signs", async () => {
    const mail = PLAIN.replace("From: Ann Author <ann@", "From: Bob Builder <bob@").replace(
      "@\nExplain",
      "@\nFrom: Ann Author <ann@example.org>\n\nExplain",
    );
    expect(await verdictOf({ mail })).toBe("pass ann@example.org");
    expect(await verdictOf({ mail, spoil: byEve })).toBe('unchecked eve@example.org: no key of "eve@example.org"');
    expect(await verdictOf({ mail, spoil: byEve, tags: "i=ann@example.org;" })).toBe(
      'fail ann@example.org: the signature does not fit the key of the keyring, the author is "eve@example.org"',
    );
  });
});

describe("OpenPGP", () => {
  const mail = PLAIN.replace("Ann Author <ann@example.org>\nSubject", "Pat Pgp <pat@example.org>\nSubject");
  const wish = { mail, algorithm: "openpgp-sha256", make: withPgp };

  test("by a key of the keyring that has run out since", async () => {
    expect(await verdictOf(wish)).toBe("pass pat@example.org");
  });
  test("without the key, what it signs is still compared", async () => {
    const id = pgp.getKeyID().toHex().toUpperCase();
    expect(await verdictOf(wish, emptyKeyring)).toBe(
      `unchecked pat@example.org: no OpenPGP key ${id} of "pat@example.org"`,
    );
    expect(await verdictOf({ ...wish, spoil: (text) => text.replace("mm:", "fs:") }, emptyKeyring)).toBe(
      "fail pat@example.org: From, Subject or another signed field was changed after it was signed",
    );
  });
  test.each<[string, Wish, string]>([
    [
      "a changed file",
      { spoil: (text) => text.replace("+new", "+evil") },
      "fail pat@example.org: the text was changed after it was signed",
    ],
    [
      "another person's key",
      {
        make: async (digest) => {
          const { privateKey } = await generateKey({ userIDs: [{ email: "eve@example.org" }], format: "object" });
          return signOpenPgp({
            message: await createMessage({ binary: digest }),
            signingKeys: privateKey,
            format: "binary",
          });
        },
      },
      "fail pat@example.org: the signature does not fit the key of the keyring",
    ],
    [
      "no OpenPGP at all",
      { make: () => Buffer.from("nothing") },
      "fail pat@example.org: the signature is no OpenPGP message",
    ],
    [
      "a key file that is none",
      { tags: "i=bad@example.org;" },
      'unchecked bad@example.org: the key of the keyring cannot be read, the author is "pat@example.org"',
    ],
  ])("%s", async (_, more, expected) => {
    expect((await verdictOf({ ...wish, ...more })).replace(/, signed \d+ days after the date of the mail/, "")).toBe(
      expected,
    );
  });
});

describe("the keyring", () => {
  test.each(["..", "../ann", "a/b", ".", "", "ann\0", "x".repeat(300)])("%j leads nowhere", (name) => {
    expect(ring.find("ed25519", `${name}@example.org`, "default")).toBe(null);
    expect(ring.find("ed25519", `ann@${name}`, "default")).toBe(null);
    expect(ring.find("ed25519", "ann@example.org", name)).toBe(null);
  });
  test("a directory that is not there is said", () => {
    expect(() => openKeyring(join(dir, "none"))).toThrow(UserError);
  });
});
