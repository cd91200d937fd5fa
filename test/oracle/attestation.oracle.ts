// Developers' signatures: ours of the real mails of the sample, and beside patatt (Debian's python3-patatt), which must make and take the same.
// Needs /usr/bin/python3 with patatt, git, gpg, and the mails in ../shared/data.
import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseMessage, type Message } from "#model/mail";
import { developerSignatures, parsePatchMail, signedHeader, signedText } from "#model/postings";
import { checkDeveloperSignatures, checkDomainSignatures, emptyKeyring, noKeys, openKeyring } from "#io/attestation";
import { sampleMails } from "./sample-mails.ts";

const scratch = mkdtempSync(join(tmpdir(), "longarm-attestation-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const mails = sampleMails().map((bytes) => ({ bytes, message: parseMessage(bytes) }));

describe("the real mails", () => {
  const signed = mails.filter(({ message }) => developerSignatures(message).length > 0);

  test("every signed text and header has the hash that was signed", async () => {
    const { readMessage } = await import("openpgp");
    expect(signed.length).toBe(61);
    for (const { message } of signed) {
      for (const signature of developerSignatures(message)) {
        const text = signedText(message);
        expect([message.messageId, hash(text.body).toString("base64")]).toEqual([
          message.messageId,
          signature.bodyHash,
        ]);
        expect(signature.algorithm).toBe("openpgp-sha256");
        const read = await readMessage({ binaryMessage: Buffer.from(signature.blob, "base64") });
        const digest = read.unwrapCompressed().getLiteralData();
        const ours = hash(signedHeader(message, text, signature.fields, signature));
        expect([message.messageId, ours.toString("hex")]).toEqual([
          message.messageId,
          Buffer.from(digest ?? []).toString("hex"),
        ]);
      }
    }
  });

  test("none is said to be wrong, and one that was changed is", async () => {
    for (const { bytes, message } of signed) {
      const [found] = await checkDeveloperSignatures(message, emptyKeyring);
      expect([message.messageId, found?.verdict]).toEqual([message.messageId, "unchecked"]);
      const changed = parseMessage(Buffer.concat([bytes, Buffer.from("\ndiff --git a/x b/x\n")]));
      const [wrong] = await checkDeveloperSignatures(changed, emptyKeyring);
      expect([message.messageId, wrong?.verdict]).toEqual([message.messageId, "fail"]);
    }
  });

  test("the body of every mail with a DKIM signature is the one that was signed", async () => {
    let checked = 0;
    const chains = new Map<string, number>();
    for (const { message } of mails) {
      for (const one of await checkDomainSignatures(message, noKeys)) {
        if (one.kind === "arc") {
          const said = `${one.verdict}: ${one.detail}`;
          chains.set(said, (chains.get(said) ?? 0) + 1);
        }
        if (one.kind !== "dkim") continue;
        checked += 1;
        expect([message.messageId, one.verdict, one.detail]).toEqual([
          message.messageId,
          "unchecked",
          expect.stringContaining("no key, the body is the one that was signed"),
        ]);
      }
    }
    expect(checked).toBe(659);
    expect([...chains]).toEqual([
      ["unchecked: no key", 606],
      ["fail: its last sealer found the chain broken already", 98],
    ]);
  });
});

describe("patatt", () => {
  const patches = mails.filter(({ message }) => {
    const mail = parsePatchMail(message);
    return mail.hasDiff && !mail.subject.reply;
  });
  // The private key as patatt wants it: 32 bytes, base64.
  const seed = Buffer.alloc(32, 7);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const raw = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }))
    .export({ format: "der", type: "spki" })
    .subarray(-32);

  test("signs every patch mail, and we take it, and take no changed one", async () => {
    const [from, to] = [join(scratch, "in"), join(scratch, "out")];
    for (const dir of [from, to]) mkdirSync(dir);
    for (const [index, { bytes }] of patches.entries()) writeFileSync(join(from, `${index}`), bytes);
    execFileSync("/usr/bin/python3", ["-c", SIGN, from, to, seed.toString("base64"), "ed25519"], { cwd: scratch });
    const ring = join(scratch, "ring");
    const dir = join(ring, "ed25519/example.org/tester");
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "default"), raw.toString("base64"));
    const keyring = openKeyring(ring);
    let count = 0;
    for (const name of readdirSync(to)) {
      const bytes = readFileSync(join(to, name));
      const ours = await ownSignature(parseMessage(bytes), keyring);
      expect([name, ours?.verdict, ours?.detail]).toEqual([
        name,
        "pass",
        expect.stringMatching(/^(?:signed \d+ days after the date of the mail, )?the author is /),
      ]);
      const text = bytes.toString("latin1").replace(/^(?=diff --git |--- )/m, "evil\n");
      expect((await ownSignature(parseMessage(Buffer.from(text, "latin1")), keyring))?.verdict).toBe("fail");
      count += 1;
    }
    expect(count).toBe(patches.length);
    expect(count).toBeGreaterThan(200);
  });
});

test("patatt and GnuPG sign with OpenPGP, and we take it by the exported key", async () => {
  const home = mkdtempSync(join(tmpdir(), "longarm-gpg-"));
  const env = { ...process.env, GNUPGHOME: home };
  const gpg = (...args: string[]): string => execFileSync("gpg", ["--batch", "-q", ...args], { env, encoding: "utf8" });
  try {
    gpg("--passphrase", "", "--quick-generate-key", "tester@example.org", "rsa2048", "sign", "never");
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg("--with-colons", "--list-keys"))?.[1] ?? "";
    const [from, to, ring] = ["pgp-in", "pgp-out", "pgp-ring"].map((name) => join(scratch, name)) as [
      string,
      string,
      string,
    ];
    for (const dir of [from, to, join(ring, "openpgp/example.org/tester")]) mkdirSync(dir, { recursive: true });
    writeFileSync(join(ring, "openpgp/example.org/tester/default"), gpg("-a", "--export", fingerprint));
    const some = mails.filter(({ message }) => parsePatchMail(message).hasDiff).slice(0, 5);
    for (const [index, { bytes }] of some.entries()) writeFileSync(join(from, `${index}`), bytes);
    execFileSync("/usr/bin/python3", ["-c", SIGN, from, to, fingerprint, "openpgp"], { cwd: scratch, env });
    for (const name of readdirSync(to)) {
      const bytes = readFileSync(join(to, name));
      expect([name, (await ownSignature(parseMessage(bytes), openKeyring(ring)))?.verdict]).toEqual([name, "pass"]);
      const changed = bytes.toString("latin1").replace(/^Subject: /im, "Subject: evil ");
      const found = await ownSignature(parseMessage(Buffer.from(changed, "latin1")), openKeyring(ring));
      expect([name, found?.verdict]).toEqual([name, "fail"]);
    }
    expect(readdirSync(to).length).toBe(5);
  } finally {
    execFileSync("gpgconf", ["--kill", "gpg-agent"], { env });
    rmSync(home, { recursive: true });
  }
});

async function ownSignature(
  message: Message,
  keyring: ReturnType<typeof openKeyring>,
): ReturnType<typeof checkDeveloperSignatures> extends Promise<(infer One)[]> ? Promise<One | undefined> : never {
  const found = await checkDeveloperSignatures(message, keyring);
  return found.find(({ identity }) => identity === "tester@example.org");
}

function hash(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

const SIGN = `
import os, sys
import patatt
source, target, key, algorithm = sys.argv[1:]
for name in sorted(os.listdir(source)):
    data = open(os.path.join(source, name), "rb").read()
    signed = patatt.sign_message(data, algorithm, key, "tester@example.org", None)
    open(os.path.join(target, name), "wb").write(signed)
`;
