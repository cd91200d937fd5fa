// Checks the signatures that mail servers add: DKIM (RFC 6376) and the chain of ARC (RFC 8617), by mailauth.
// Believes no Authentication-Results field: what others said is #model/postings.
import type { ARCData } from "mailauth";
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import type { Message } from "#model/mail";
import type { Attestation } from "#model/postings";
import type { DomainKeys } from "./domain-keys.ts";

/** A larger mail is not checked: no list takes it, and it would be in memory several times. */
export const MAX_CHECKED_BYTES = 64 * 1024 * 1024;
/** More DKIM signatures of one mail are not checked, since each may cost a question to a name server. */
export const MAX_DOMAIN_SIGNATURES = 10;

/**
 * One attestation for each DKIM signature, in order, and one for the ARC chain; none for a mail that has neither.
 * Without a key the verdict is `unchecked`, and the detail says whether the body is the one that was signed, for its hash needs no key.
 * Signatures that have run out since are judged as of the date of the mail.
 */
export async function checkDomainSignatures(message: Message, keys: DomainKeys): Promise<Attestation[]> {
  const names = message.headers.map(({ name }) => name.toLowerCase());
  const signatures = names.filter((name) => name === "dkim-signature").length;
  if (signatures === 0 && !names.includes("arc-seal")) return [];
  const skipped = tooMuch(message, signatures);
  if (skipped !== null) {
    return [{ kind: "dkim", verdict: "unchecked", identity: "", checkedBy: "us", detail: skipped }];
  }
  // A CommonJS module inside a bundle has its default export only.
  const [{ default: dkim }, { default: chains }] = await Promise.all([
    import("mailauth/lib/dkim/verify.js"),
    import("mailauth/lib/arc/index.js"),
  ]);
  const sent = message.date?.time ?? null;
  const options = {
    resolver: resolverOf(keys),
    rejectRsaSha1: true,
    ...(sent === null ? {} : { curTime: new Date(sent) }),
  };
  const verified = await dkim.dkimVerify(Buffer.from(asSent(message.source)), options);
  const found: Attestation[] = [];
  for (const { status, signingDomain, bodyHash, bodyHashExpecting, canonBodyLengthLimited } of verified.results) {
    // mailauth says "none" once for a mail without any signature that it can read.
    if (signingDomain === undefined) continue;
    const isBodyKept = bodyHash !== undefined && bodyHash === bodyHashExpecting;
    const { verdict, detail } = judge(status.result, textOr(status.comment), isBodyKept);
    const details = [
      detail,
      status.aligned === false ? "not the domain of From" : null,
      canonBodyLengthLimited === true && (status.underSized ?? 0) > 0
        ? "what is below the signed text is not signed"
        : null,
    ].filter((one) => one !== null);
    found.push({
      kind: "dkim",
      verdict,
      identity: signingDomain,
      checkedBy: "us",
      detail: details.length === 0 ? null : details.join(", "),
    });
  }
  if (names.includes("arc-seal") && verified.arc !== undefined) {
    const chain = await chains.arc(verified.arc as ARCData, options);
    const sealer = sealerOf(verified.arc);
    const { verdict, detail } = judge(chain.status.result, textOr(chain.status.comment), false);
    found.push({ kind: "arc", verdict, identity: sealer, checkedBy: "us", detail });
  }
  return found;
}

function tooMuch({ source }: Message, signatures: number): string | null {
  if (source.length > MAX_CHECKED_BYTES) return `the mail has ${source.length} bytes, more than ${MAX_CHECKED_BYTES}`;
  if (signatures > MAX_DOMAIN_SIGNATURES) return `${signatures} signatures, more than ${MAX_DOMAIN_SIGNATURES}`;
  return null;
}

// What mailauth says, in our verdicts. That a name server does not answer, or no longer knows the key, says nothing against a mail.
function judge(result: string, comment: string | null, isBodyKept: boolean): Pick<Attestation, "verdict" | "detail"> {
  if (result === "pass") return { verdict: "pass", detail: null };
  if (result === "none") return { verdict: "none", detail: comment };
  if (comment !== null && /^i=\d+ cv=fail$/.test(comment))
    return { verdict: "fail", detail: "its last sealer found the chain broken already" };
  if (comment === "body hash did not verify")
    return { verdict: "fail", detail: "the body was changed after it was signed" };
  const noKey = comment !== null && /^no key\b/.test(comment);
  if (noKey || result === "temperror") {
    const why = noKey ? "no key" : "no answer to the question for the key";
    return { verdict: "unchecked", detail: isBodyKept ? `${why}, the body is the one that was signed` : why };
  }
  return { verdict: result === "fail" ? "fail" : "unchecked", detail: comment };
}

function textOr(comment: unknown): string | null {
  return typeof comment === "string" && comment !== "" ? comment : null;
}

interface Sealed {
  readonly lastEntry?: { readonly "arc-seal"?: { readonly parsed?: { readonly d?: { readonly value?: unknown } } } };
}

function sealerOf(chain: unknown): string {
  const value = (chain as Sealed).lastEntry?.["arc-seal"]?.parsed?.d?.value;
  return typeof value === "string" ? value : "";
}

function resolverOf(keys: DomainKeys): (name: string, kind: string) => Promise<string[][]> {
  return async (name) => {
    const record = await keys(name);
    if (record !== null) return [[record]];
    throw Object.assign(new Error("no record"), { code: "ENOTFOUND" });
  };
}

/** As it was sent: archives store LF, signatures are over CRLF. A leading mbox line was not sent. */
function asSent(source: Bytes): Bytes {
  const text = byteString(source).replace(/^>?From [^\n]*\n/, "");
  return fromByteString(text.replace(/\r?\n/g, "\r\n"));
}
