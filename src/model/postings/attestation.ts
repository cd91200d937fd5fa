// What speaks for a mail being from whom it says: one value for each signature and each verdict, and what they add up to for a posting.
// Checks nothing itself: signatures are checked by #io/attestation, what the archive's receiver says is read here.
import type { Message } from "#model/mail";
import { receiverResults } from "#model/mail";

/**
 * `pass`: it holds, by a key that the tree trusts or the domain publishes, or so the host says that is named.
 * `unknown-key`: the signature fits the key that the mail itself carries, so it proves nothing about a person.
 * `unchecked`: nothing to check it with (no key); `fail`: it does not hold; `none`: the host found nothing to judge.
 */
export type AttestationVerdict = "pass" | "unknown-key" | "unchecked" | "fail" | "none";

/** One thing that speaks for a mail, or against it. */
export interface Attestation {
  readonly kind: "developer-signature" | "dkim" | "arc" | "dmarc" | "spf";
  readonly verdict: AttestationVerdict;
  /** Whose it is: an address or a domain; "" when it does not say. */
  readonly identity: string;
  /** `us`, or the host whose word it is; that we did not check. */
  readonly checkedBy: string;
  /** What a person should know about it, without a full stop; null for nothing. */
  readonly detail: string | null;
}

/** What the archive's receiver said when the mail came in, see `receiverResults`. Never more than that host's word. */
export function saidByReceiver(message: Message, trusted: readonly string[]): Attestation[] {
  const said = receiverResults(message, trusted);
  if (said === null) return [];
  const sealed = said.instance === null ? null : `in instance ${said.instance} of its ARC chain`;
  return said.results.flatMap(({ method, result, reason, properties }) => {
    if (!isKind(method)) return [];
    const property = (...names: string[]): string =>
      names.map((name) => properties.get(name)).find((value) => value !== undefined) ?? "";
    const identity =
      method === "dkim"
        ? property("header.d", "header.i").replace(/^@/, "")
        : method === "dmarc"
          ? property("header.from")
          : method === "spf"
            ? property("smtp.mailfrom", "smtp.helo")
            : "";
    const words = [result === "pass" || result === "fail" || result === "none" ? null : result, reason, sealed];
    const detail = words.filter((word) => word !== null).join(", ");
    return [
      {
        kind: method,
        verdict: verdictOf(result),
        identity,
        checkedBy: said.host,
        detail: detail === "" || (result === "pass" && sealed === null) ? null : detail,
      },
    ];
  });
}

function isKind(method: string): method is "dkim" | "arc" | "dmarc" | "spf" {
  return method === "dkim" || method === "arc" || method === "dmarc" || method === "spf";
}

function verdictOf(result: string): AttestationVerdict {
  if (result === "pass") return "pass";
  if (result === "none") return "none";
  return result === "fail" || result === "hardfail" || result === "permerror" ? "fail" : "unchecked";
}

/** An attestation, and of how many mails of a posting it holds. */
export interface CombinedAttestation extends Attestation {
  readonly mails: number;
  /** Mails of the posting. */
  readonly of: number;
}

/** One entry for what is equal in several mails, in the order of first sight. What every mail has comes before what only some have. */
export function combineAttestations(mails: readonly (readonly Attestation[])[]): CombinedAttestation[] {
  const found = new Map<string, { attestation: Attestation; mails: Set<number> }>();
  for (const [index, attestations] of mails.entries()) {
    for (const attestation of attestations) {
      const { kind, verdict, identity, checkedBy, detail } = attestation;
      const name = JSON.stringify([kind, verdict, identity.toLowerCase(), checkedBy, detail]);
      const before = found.get(name) ?? { attestation, mails: new Set() };
      before.mails.add(index);
      found.set(name, before);
    }
  }
  return [...found.values()]
    .map(({ attestation, mails: seen }) => ({ ...attestation, mails: seen.size, of: mails.length }))
    .sort((a, b) => b.mails - a.mails);
}
