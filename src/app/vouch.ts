// Whether somebody whom the tree trusts vouches for the writer of a mail with commands: its domain by a DKIM signature that we check,
// or a mail server of ours that checked one. Developers' own signatures do not count: they leave out which mail is answered.
import type { Message } from "#model/mail";
import { headerValues, parseParameters } from "#model/mail";
import type { Attestation } from "#model/postings";
import type { Tree } from "#io/store";
import { attest, attestSettings } from "./attest.ts";
import type { World } from "./world.ts";

/** Says whether the address of `From:` is vouched for. */
export type Voucher = (message: Message) => Promise<boolean>;

/** The vouching that `[mail.commands]` asks for, with the keys of `[mail.attestation]`. */
export function vouchers(world: World, tree: Tree): Voucher {
  const { trust, servers } = tree.config.sending.commands;
  const settings = attestSettings(world);
  return async (message) => {
    const [writer] = message.from;
    // Two writers, or a From: that says nothing: there is nobody to vouch for.
    if (writer === undefined || message.from.length !== 1 || hasTwice(message)) return false;
    const [found = []] = await attest(world, [message], { ...settings, trusted: servers });
    return found.some(
      (one) =>
        (trust.includes("dkim") &&
          one.checkedBy === "us" &&
          isAbout(one, writer.address) &&
          signsTarget(message, one.identity)) ||
        (trust.includes("archive") && servers.includes(one.checkedBy) && isAbout(one, writer.address)),
    );
  };
}

/**
 * A signature counts without any "but": text below what was signed, or a signer that is not the domain of `From:`, may be anybody's.
 * A domain speaks for its sub-domains, as DMARC's relaxed alignment has it (RFC 7489 section 3.1.1), never the other way round.
 */
function isAbout({ kind, verdict, identity, detail }: Attestation, address: string): boolean {
  if (verdict !== "pass" || detail !== null || identity === "") return false;
  const [domain, said] = [address.toLowerCase().replace(/^.*@/, ""), identity.toLowerCase()];
  if (kind !== "dkim") return false;
  return domain === said || domain.endsWith(`.${said}`);
}

/** Whether every signature of that domain signs which mail is answered: else an old command could be turned on another patch. */
function signsTarget(message: Message, domain: string): boolean {
  const signatures = headerValues(message, "dkim-signature").map((value) => parseParameters(`x;${value}`).parameters);
  const own = signatures.filter((one) => one.get("d")?.toLowerCase() === domain.toLowerCase());
  const fields = own.map((one) => (one.get("h") ?? "").toLowerCase().split(/[\s:]+/));
  return fields.length > 0 && fields.every((names) => names.includes("in-reply-to") && names.includes("from"));
}

/** Signatures sign one field of a name; what a second one says is nobody's word. */
function hasTwice({ headers }: Message): boolean {
  const once = new Set(["from", "message-id", "in-reply-to", "references", "content-type"]);
  const names = headers.map(({ name }) => name.toLowerCase()).filter((name) => once.has(name));
  return new Set(names).size < names.length;
}
