// Checks the developers' signatures of a mail (X-Developer-Signature, patatt): ed25519 by Node, OpenPGP by openpgp.js.
// What is signed is #model/postings; whose keys are trusted is the keyring's.
import { createHash, createPublicKey, verify } from "node:crypto";
import type { Bytes } from "#model/bytes";
import { byteString, equalBytes, readableBytes, textOf } from "#model/bytes";
import type { Message } from "#model/mail";
import { sameAddress } from "#model/mail";
import type { Attestation, Signature, SignedText } from "#model/postings";
import { carriedKeys, developerSignatures, signedHeader, signedText } from "#model/postings";
import type { Keyring } from "./keyring.ts";
import { readOpenPgp } from "./openpgp-signature.ts";

/** A signature made longer than this before or after the mail's date, in milliseconds, is reported: it may be an old mail sent again. */
export const MAX_AGE = 30 * 24 * 60 * 60 * 1000;

/** One attestation for each signature of the mail, in order. */
export async function checkDeveloperSignatures(message: Message, keyring: Keyring): Promise<Attestation[]> {
  const signatures = developerSignatures(message);
  if (signatures.length === 0) return [];
  const text = signedText(message);
  const attestations: Attestation[] = [];
  for (const signature of signatures) {
    const identity = signature.identity ?? text.author;
    const { verdict, detail, time } = await check(message, text, signature, identity, keyring);
    const remarks = [detail, remarkOnAge(message, time), remarkOnIdentity(text, identity)].filter(
      (one) => one !== null,
    );
    attestations.push({
      kind: "developer-signature",
      verdict,
      identity: readableBytes(identity),
      checkedBy: "us",
      detail: remarks.length === 0 ? null : remarks.join(", "),
    });
  }
  return attestations;
}

interface Checked {
  readonly verdict: Attestation["verdict"];
  readonly detail: string | null;
  /** When it was signed, milliseconds since 1970; null when nothing says so. */
  readonly time: number | null;
}

async function check(
  message: Message,
  text: SignedText,
  signature: Signature,
  identity: string,
  keyring: Keyring,
): Promise<Checked> {
  const failed = (detail: string): Checked => ({ verdict: "fail", detail, time: signature.time });
  if (!signature.fields.includes("from") || !signature.fields.includes("subject"))
    return failed("From and Subject are not both signed");
  const body = matchBody(text.body, signature);
  if (body.kind === "changed") return failed("the text was changed after it was signed");
  if (body.kind === "longer" && CHANGES_FILES.test(byteString(text.body.subarray(signature.length ?? 0))))
    return failed("a diff was added below the signed text");
  const rest = body.kind === "longer" ? `${body.extra} bytes below the signed text are not signed` : null;
  const digest = sha256(signedHeader(message, text, signature.fields, signature));
  const blob = Buffer.from(signature.blob, "base64");
  const { algorithm } = signature;
  const checked =
    algorithm === "ed25519-sha256"
      ? checkEd25519(message, digest, blob, signature, identity, keyring)
      : algorithm === "openpgp-sha256"
        ? await checkOpenPgp(digest, blob, signature, identity, keyring)
        : {
            verdict: "unchecked" as const,
            detail: `unknown algorithm "${readableBytes(algorithm)}"`,
            time: signature.time,
          };
  const details = [checked.detail, rest].filter((one) => one !== null);
  return { ...checked, detail: details.length === 0 ? null : details.join(", ") };
}

/** What would change files if git or patch read it below a patch. */
const CHANGES_FILES = /^(?:diff |--- |\+\+\+ |@@ |Index: |GIT binary patch|rename |deleted file |new file )/m;

// The hash fits the whole body, or its first `l=` bytes: lists add lines at the end (RFC 6376 section 8.2 warns of what that allows).
function matchBody(
  body: Bytes,
  { bodyHash, length }: Signature,
): { readonly kind: "whole" | "changed" } | { readonly kind: "longer"; readonly extra: number } {
  if (sha256(body).toString("base64") === bodyHash) return { kind: "whole" };
  if (length === null || length >= body.length) return { kind: "changed" };
  if (sha256(body.subarray(0, length)).toString("base64") !== bodyHash) return { kind: "changed" };
  return { kind: "longer", extra: body.length - length };
}

// The blob is a signature of 64 bytes and, as patatt makes it, the digest that it signs; the digest that counts is our own.
function checkEd25519(
  message: Message,
  digest: Bytes,
  blob: Bytes,
  signature: Signature,
  identity: string,
  keyring: Keyring,
): Checked {
  const { time } = signature;
  const holds = (key: string): boolean => {
    const raw = Buffer.from(key, "base64");
    if (raw.length !== 32 || blob.length < 64) return false;
    const spki = Buffer.concat([ED25519_SPKI, raw]);
    return verify(null, digest, createPublicKey({ key: spki, format: "der", type: "spki" }), blob.subarray(0, 64));
  };
  const trusted = keyring.find("ed25519", identity, signature.selector);
  if (trusted !== null) {
    return holds(textOf(trusted).trim())
      ? { verdict: "pass", detail: null, time }
      : { verdict: "fail", detail: "the signature does not fit the key of the keyring", time };
  }
  const carried = carriedKeys(message).filter(({ algorithm }) => algorithm === "ed25519");
  const key = carried.find((one) => sameAddress(one.identity, identity))?.key ?? null;
  if (key === null) return { verdict: "unchecked", detail: `no key of "${readableBytes(identity)}"`, time };
  return holds(key)
    ? { verdict: "unknown-key", detail: "the key came with the mail and is not in the keyring", time }
    : { verdict: "fail", detail: "the signature does not fit the key that came with the mail", time };
}

/** The DER of an ed25519 public key up to its 32 bytes (RFC 8410 section 4). */
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");

// The blob is an OpenPGP message whose literal data are the digest. Without the key, that the digest is ours can still be said.
async function checkOpenPgp(
  digest: Bytes,
  blob: Bytes,
  signature: Signature,
  identity: string,
  keyring: Keyring,
): Promise<Checked> {
  const signed = await readOpenPgp(blob);
  const failed = (detail: string): Checked => ({ verdict: "fail", detail, time: signed?.created ?? signature.time });
  if (signed === null) return failed("the signature is no OpenPGP message");
  if (!equalBytes(digest, signed.data))
    return failed("From, Subject or another signed field was changed after it was signed");
  const time = signed.created ?? signature.time;
  const trusted = keyring.find("openpgp", identity, signature.selector);
  if (trusted === null) {
    const ids = signed.keyIds.join(", ");
    return { verdict: "unchecked", detail: `no OpenPGP key ${ids} of "${readableBytes(identity)}"`, time };
  }
  const fits = await signed.fits(trusted);
  if (fits === null) return { verdict: "unchecked", detail: "the key of the keyring cannot be read", time };
  return fits ? { verdict: "pass", detail: null, time } : failed("the signature does not fit the key of the keyring");
}

function remarkOnAge(message: Message, time: number | null): string | null {
  const sent = message.date?.time ?? null;
  if (time === null || sent === null || Math.abs(sent - time) <= MAX_AGE) return null;
  const days = Math.round(Math.abs(sent - time) / (24 * 60 * 60 * 1000));
  return `signed ${days} days ${time < sent ? "before" : "after"} the date of the mail`;
}

function remarkOnIdentity({ author }: SignedText, identity: string): string | null {
  return sameAddress(author, identity) ? null : `the author is "${readableBytes(author)}"`;
}

function sha256(bytes: Bytes): Buffer {
  return createHash("sha256").update(bytes).digest();
}
