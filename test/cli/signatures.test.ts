// Signatures are checked by the bundled command line too: its packages are CommonJS and ESM, loaded on demand.
import { createHash, generateKeyPairSync } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMessage, generateKey, sign } from "openpgp";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { parseMessage } from "#model/mail";
import { developerSignatures, signedHeader, signedText } from "#model/postings";
import { makeBench } from "./child.ts";

const MAIL = `From: Ann Author <ann@example.org>
Subject: [PATCH] mm: fix
Date: Mon, 01 Jan 2024 10:00:00 +0000
Message-ID: <one@example.org>
`;
const BODY = `
Explain.
---
diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -1 +1 @@
-a
+b
`;

test("DKIM by a key of a directory, OpenPGP by a keyring", async () => {
  using bench = await makeBench();
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ email: "ann@example.org" }],
    date: new Date("2023-01-01"),
    format: "object",
  });
  const hash = createHash("sha256")
    .update(signedText(parseMessage(bytesOf(MAIL + BODY))).body)
    .digest("base64");
  const withSignature = (blob: string): string =>
    `${MAIL}X-Developer-Signature: v=1; a=openpgp-sha256; h=from:subject; bh=${hash}; b=${blob}\n${BODY}`;
  const unsigned = parseMessage(bytesOf(withSignature("AAAA")));
  const [signature] = developerSignatures(unsigned);
  if (signature === undefined) throw new Error("no signature to make");
  const digest = createHash("sha256")
    .update(signedHeader(unsigned, signedText(unsigned), signature.fields, signature))
    .digest();
  const date = new Date("2024-01-01T10:00:00Z");
  const blob = await sign({
    message: await createMessage({ binary: digest, date }),
    signingKeys: privateKey,
    format: "binary",
    date,
  });
  const mail = withSignature(Buffer.from(blob).toString("base64"));
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const entry = { signingDomain: "example.org", selector: "sel", privateKey: pem };
  const { signatures } = await dkimSign(mail.replaceAll("\n", "\r\n"), { ...entry, signatureData: [entry] });
  writeFileSync(join(bench.dir, "mail.eml"), (signatures + mail).replaceAll("\r\n", "\n"));
  bench.sh("longarm init tree --source source --base main");
  const tree = join(bench.dir, "tree");
  mkdirSync(join(tree, "ring/openpgp/example.org/ann"), { recursive: true });
  mkdirSync(join(tree, "dkim"));
  writeFileSync(join(tree, "ring/openpgp/example.org/ann/default"), publicKey.armor());
  const key = rsa.publicKey.export({ format: "der", type: "spki" }).toString("base64");
  writeFileSync(join(tree, "dkim/sel._domainkey.example.org"), `v=DKIM1; k=rsa; p=${key}\n`);
  appendFileSync(join(tree, "longarm.toml"), '[mail.attestation]\nkeyring = "ring"\nkeys = "dkim"\n');
  const { status, stdout, stderr } = await bench.longarm(
    "mail",
    "show",
    "-C",
    "tree",
    "one@example.org",
    "--from",
    "../mail.eml",
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.split("\n").slice(-3)).toEqual([
    "developer-signature: good ann@example.org",
    "dkim: good example.org",
    "",
  ]);
});
