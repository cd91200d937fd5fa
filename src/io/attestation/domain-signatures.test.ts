// DKIM and ARC: signed by mailauth with fresh keys, stored as an archive does, and then spoiled.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { sealMessage } from "mailauth/lib/arc/index.js";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { bytesOf, UserError } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { directoryKeys, noKeys, type DomainKeys } from "./domain-keys.ts";
import { checkDomainSignatures } from "./domain-signatures.ts";

const MAIL = `From: Ann Author <ann@example.org>
To: list@example.net
Subject: [PATCH] mm: fix the cache
Date: Mon, 01 Jan 2024 10:00:00 +0000
Message-ID: <one@example.org>

Explain it.

diff --git a/a.c b/a.c
`;
const CRLF = MAIL.replaceAll("\n", "\r\n");

const dir = mkdtempSync(join(tmpdir(), "longarm-keys-"));
afterAll(() => rmSync(dir, { recursive: true }));
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const edwards = generateKeyPairSync("ed25519");
const record = (kind: string, key: Buffer): string => `v=DKIM1; k=${kind}; p=${key.toString("base64")}`;
const long = record("rsa", rsa.publicKey.export({ format: "der", type: "spki" }));
// As a zone file has it: in pieces.
writeFileSync(join(dir, "sel._domainkey.example.org"), `"${long.slice(0, 200)}" "${long.slice(200)}"\n`);
writeFileSync(join(dir, "seal._domainkey.example.net"), long);
writeFileSync(
  join(dir, "ed._domainkey.example.org"),
  record("ed25519", edwards.publicKey.export({ format: "der", type: "spki" }).subarray(-32)),
);
const keys = directoryKeys(dir);
const privateKey = rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString();

async function signed(options: Partial<Parameters<typeof dkimSign>[1]> = {}): Promise<string> {
  const { signatures, errors } = await dkimSign(CRLF, {
    canonicalization: "relaxed/simple",
    signTime: new Date("2024-01-01T10:00:00Z"),
    signingDomain: "example.org",
    selector: "sel",
    privateKey,
    ...options,
    signatureData: [{ signingDomain: "example.org", selector: "sel", privateKey, ...options }],
  });
  expect(errors).toEqual([]);
  return (signatures + CRLF).replaceAll("\r\n", "\n");
}

async function verdictsOf(mail: string, known: DomainKeys = keys): Promise<string[]> {
  const found = await checkDomainSignatures(parseMessage(bytesOf(mail)), known);
  return found.map(({ kind, verdict, identity, checkedBy, detail }) => {
    expect(checkedBy).toBe("us");
    return `${kind} ${verdict} ${identity}${detail === null ? "" : `: ${detail}`}`;
  });
}

async function sealed(): Promise<string> {
  const seal = await sealMessage(CRLF, {
    signingDomain: "example.net",
    selector: "seal",
    privateKey,
    authResults: "list.example.net; dmarc=pass header.from=example.org",
    cv: "none",
  });
  return (seal.toString() + CRLF).replaceAll("\r\n", "\n");
}

describe("DKIM", () => {
  test("a mail stored with LF, CRLF or behind an mbox line", async () => {
    const mail = await signed();
    expect(await verdictsOf(mail)).toEqual(["dkim pass example.org"]);
    expect(await verdictsOf(mail.replaceAll("\n", "\r\n"))).toEqual(["dkim pass example.org"]);
    expect(await verdictsOf(`From ann@example.org Mon Jan  1 10:00:00 2024\n${mail}`)).toEqual([
      "dkim pass example.org",
    ]);
  });
  test("ed25519 (RFC 8463)", async () => {
    const key = edwards.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const mail = await signed({ selector: "ed", privateKey: key, algorithm: "ed25519-sha256" });
    expect(mail).toContain("a=ed25519-sha256");
    expect(await verdictsOf(mail)).toEqual(["dkim pass example.org"]);
  });
  test("a changed header or body does not hold, a new trace field does not matter", async () => {
    const mail = await signed();
    expect(await verdictsOf(mail.replace("fix the cache", "break the cache"))).toEqual([
      "dkim fail example.org: bad signature",
    ]);
    expect(await verdictsOf(mail.replace("Explain it", "Explain  it"))).toEqual([
      "dkim fail example.org: the body was changed after it was signed",
    ]);
    expect(await verdictsOf(`Received: by list.example.net\n${mail}`)).toEqual(["dkim pass example.org"]);
  });
  test("without the key the body is still compared", async () => {
    const mail = await signed();
    expect(await verdictsOf(mail, noKeys)).toEqual([
      "dkim unchecked example.org: no key, the body is the one that was signed",
    ]);
    expect(await verdictsOf(mail.replace("Explain", "Complain"), noKeys)).toEqual([
      "dkim fail example.org: the body was changed after it was signed",
    ]);
  });
  test("a name server that does not answer says nothing against the mail", async () => {
    expect(await verdictsOf(await signed(), () => Promise.reject(new Error("no answer")))).toEqual([
      "dkim unchecked example.org: no answer to the question for the key, the body is the one that was signed",
    ]);
  });
  test("a signature of another domain than that of From is said to be one", async () => {
    const mail = await signed({ signingDomain: "example.net", selector: "seal" });
    expect(await verdictsOf(mail)).toEqual(["dkim pass example.net: not the domain of From"]);
  });
  test("a signature that has run out since counts as of the mail's date", async () => {
    expect(await verdictsOf(await signed({ expires: new Date("2024-01-08T10:00:00Z") }))).toEqual([
      "dkim pass example.org",
    ]);
  });
  test("what is below a signed length is said not to be signed", async () => {
    const mail = await signed({ canonicalization: "relaxed/relaxed", maxBodyLength: 12 });
    expect(mail).toMatch(/\bl=12\b/);
    expect(await verdictsOf(mail)).toEqual(["dkim pass example.org: what is below the signed text is not signed"]);
  });
  test("a mail without signatures gives nothing, one with a broken one no error", async () => {
    expect(await verdictsOf(MAIL)).toEqual([]);
    expect(await verdictsOf(`DKIM-Signature: rubbish\n${MAIL}`)).toEqual([]);
    expect(await verdictsOf("DKIM-Signature: v=1\nX: y\n".repeat(20))).toEqual([
      "dkim unchecked : 20 signatures, more than 10",
    ]);
  });
});

describe("ARC", () => {
  test("a chain holds, or is broken by what is changed below it", async () => {
    const mail = await sealed();
    expect(await verdictsOf(mail)).toEqual(["arc pass example.net"]);
    expect(await verdictsOf(mail.replace("dmarc=pass", "dmarc=fail"))).toEqual([
      expect.stringMatching(/^arc fail example\.net: /) as unknown as string,
    ]);
    expect(await verdictsOf(mail.replace("Explain", "Complain"))).toEqual([
      expect.stringMatching(/^arc fail example\.net: /) as unknown as string,
    ]);
  });
  test("without the key of the sealer", async () => {
    expect(await verdictsOf(await sealed(), noKeys)).toEqual(["arc unchecked example.net: no key"]);
  });
});

describe("keys in a directory", () => {
  test("a name leads nowhere else", async () => {
    expect(await keys("../../etc/passwd")).toBe(null);
    expect(await keys("..")).toBe(null);
    expect(await keys("none._domainkey.example.org")).toBe(null);
    expect(await keys("SEAL._domainkey.Example.NET")).toBe(long);
  });
  test("a directory that is not there is said", () => {
    expect(() => directoryKeys(join(dir, "none"))).toThrow(UserError);
  });
});
