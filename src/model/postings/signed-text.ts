// The text that an X-Developer-Signature signs (patatt, README "Canonicalization"): what git mailinfo makes of a mail, with CRLF.
// Hashes nothing and knows no key: that is #io/attestation.
import type { ByteString, Bytes } from "#model/bytes";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import type { Message } from "#model/mail";
import { decodeWords, parseAddresses, patchText, realSender, toUtf8, unflow } from "#model/mail";
import { parseSubject } from "./parse-subject.ts";
import { readPatchBody } from "./patch-mail.ts";

/** The author and title that `git mailinfo --no-scissors` reads, and the body, in the canonical form that is signed. */
export interface SignedText {
  /** Address of the author: the in-body From, else the sender, behind a list that rewrote From too. */
  readonly author: ByteString;
  /**
   * Description and everything below it in UTF-8: lines end in CRLF, empty lines at the end are gone, one CRLF is there
   * even when nothing else is (the DKIM "simple" form, RFC 6376 section 3.4.3).
   */
  readonly body: Bytes;
  /** From and Subject as mailinfo says them; every other field counts as it was sent. */
  readonly from: ByteString;
  readonly subject: ByteString;
}

/** What of a mail is signed, whoever signed it. Takes any mail. */
export function signedText(message: Message): SignedText {
  const text = patchText(message);
  const whole = text.flowed === null ? text.bytes : unflow(text.bytes, text.flowed.delsp);
  const { headers, description, breakAt } = readPatchBody(whole, "keep");
  // Without anything below a `---` line the mail is no patch, and mailinfo does not believe its in-body headers.
  const isPatch = breakAt >= 0;
  const inBodyFrom = isPatch && headers.from !== null ? parseAddresses(headers.from)[0] : undefined;
  const inBodySubject = isPatch ? headers.subject : null;
  const author = inBodyFrom ?? realSender(message)?.address ?? { name: "", address: "" };
  const title = parseSubject(inBodySubject === null ? message.subject : decodeWords(inBodySubject)).title;
  const rest = isPatch ? byteString(whole.subarray(breakAt)) : "";
  return {
    author: author.address,
    body: canonicalBody(byteString(toUtf8(description, text.charset).bytes) + rest),
    from: `${utf8(author.name || author.address)} <${author.address}>`,
    subject: utf8(title),
  };
}

/**
 * The header text that a signature signs: the fields of its `h=` in that order, each in the "relaxed" form (RFC 6376 section
 * 3.4.2), then the signature field itself with an empty `b=` and no line end. Of a field that is there several times the last
 * one not yet used counts; a field that is not there gives nothing.
 */
export function signedHeader(message: Message, text: SignedText, fields: readonly string[], own: Signature): Bytes {
  const left = message.headers.map(({ name, value }) => ({ name: name.toLowerCase(), value }));
  const lines = fields.flatMap((field) => {
    const at = left.findLastIndex(({ name }) => name === field);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found === undefined) return [];
    const value = field === "from" ? text.from : field === "subject" ? text.subject : found.value;
    return [`${relaxed(field, value)}\r\n`];
  });
  const unsigned = own.value.replace(/([;\s]b[ \t\r\n]*=)[^;]*/, "$1");
  return fromByteString(lines.join("") + relaxed(own.field, unsigned));
}

/** A developer's signature as its field says it; nothing is checked. */
export interface Signature {
  /** Name of the field, lower case. */
  readonly field: string;
  /** The field's value as it was sent. */
  readonly value: ByteString;
  /** `ed25519-sha256` or `openpgp-sha256`; anything else is unknown. */
  readonly algorithm: string;
  /** When it was made, milliseconds since 1970; null when it does not say. */
  readonly time: number | null;
  /** Length of the canonical body when it was signed; null when it does not say. */
  readonly length: number | null;
  /** Whose it claims to be; null for the author of the patch. */
  readonly identity: ByteString | null;
  readonly selector: string;
  /** Signed fields, lower case. */
  readonly fields: readonly string[];
  /** sha256 of the canonical body, base64. */
  readonly bodyHash: string;
  /** The signature, base64 without blanks. */
  readonly blob: string;
}

/** The key that a mail carries for its own signature. It proves nothing: whoever changed the mail could have changed it too. */
export interface CarriedKey {
  readonly identity: ByteString;
  readonly algorithm: string;
  /** Base64 of an ed25519 key; null where only a fingerprint is told. */
  readonly key: string | null;
  readonly fingerprint: string | null;
}

/** More signatures, or keys, of one mail are not read. */
export const MAX_SIGNATURES = 20;

/** The signatures of a mail, in order. A field without `a=`, `bh=` or `b=` is none. */
export function developerSignatures(message: Message): Signature[] {
  return fieldsNamed(message, "x-developer-signature").flatMap((value) => {
    const tags = parseTags(value);
    const [algorithm, bodyHash, blob] = [tags.get("a"), tags.get("bh"), tags.get("b")];
    if (algorithm === undefined || bodyHash === undefined || blob === undefined) return [];
    const number = (name: string): number | null =>
      /^\d{1,15}$/.test(tags.get(name) ?? "") ? Number(tags.get(name)) : null;
    const time = number("t");
    return [
      {
        field: "x-developer-signature",
        value,
        algorithm: algorithm.toLowerCase(),
        time: time === null ? null : time * 1000,
        length: number("l"),
        identity: tags.get("i") ?? null,
        selector: tags.get("s") ?? "default",
        fields: (tags.get("h") ?? "from:subject").toLowerCase().split(":"),
        bodyHash,
        blob,
      },
    ];
  });
}

/** The keys of `X-Developer-Key` fields, in order. */
export function carriedKeys(message: Message): CarriedKey[] {
  return fieldsNamed(message, "x-developer-key").flatMap((value) => {
    const tags = parseTags(value);
    const algorithm = tags.get("a")?.toLowerCase();
    if (algorithm === undefined) return [];
    return [
      {
        identity: tags.get("i") ?? "",
        algorithm,
        key: tags.get("pk") ?? null,
        fingerprint: tags.get("fpr")?.toUpperCase() ?? null,
      },
    ];
  });
}

function fieldsNamed(message: Message, wanted: string): ByteString[] {
  const found = message.headers.filter(({ name }) => name.toLowerCase() === wanted);
  return found.slice(0, MAX_SIGNATURES).map(({ value }) => value);
}

// `name=value; name=value`, blanks anywhere (RFC 6376 section 3.2). The first of two equal names counts.
function parseTags(value: ByteString): Map<string, ByteString> {
  const tags = new Map<string, ByteString>();
  for (const piece of value.split(";")) {
    const equals = piece.indexOf("=");
    const name = piece.slice(0, Math.max(0, equals)).trim();
    if (name !== "" && !tags.has(name)) tags.set(name, piece.slice(equals + 1).replace(/[ \t\r\n]+/g, ""));
  }
  return tags;
}

function relaxed(name: string, value: ByteString): ByteString {
  return `${name}:${value.replace(/[ \t\r\n]+/g, " ").trim()}`;
}

function canonicalBody(text: ByteString): Bytes {
  let end = text.length;
  while (end > 0 && (text.charAt(end - 1) === "\n" || text.charAt(end - 1) === "\r")) end -= 1;
  const lines = text.slice(0, end).split("\n");
  return fromByteString(lines.map((line) => `${line.replace(/\r{1,8}$/, "")}\r\n`).join(""));
}

function utf8(text: string): ByteString {
  return byteString(bytesOf(text));
}
