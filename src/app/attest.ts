// Who vouches for some mails: what their receiver said, the signatures of their developers and of the mail servers on their way.
// Shows and decides nothing.
import { resolve } from "node:path";
import type { Message } from "#model/mail";
import type { Attestation, CombinedAttestation, GuardRules, Posting } from "#model/postings";
import { combineAttestations, saidByReceiver } from "#model/postings";
import type { DomainKeys, Keyring } from "#io/attestation";
import {
  checkDeveloperSignatures,
  checkDomainSignatures,
  directoryKeys,
  dnsKeys,
  emptyKeyring,
  noKeys,
  openKeyring,
} from "#io/attestation";
import { DEFAULT_MAIL, readConfigAbove } from "#io/store";
import type { World } from "./world.ts";

/** Whom to believe, with keys at hand. */
export interface AttestSettings {
  /** Hosts whose verdicts are taken; empty for the topmost one of each mail. */
  readonly trusted: readonly string[];
  readonly keyring: Keyring;
  readonly keys: DomainKeys;
}

/** The settings of the tree that `world.cwd` is in, else those without a tree. Throws UserError when its keys are not where it says. */
export function attestSettings(world: World): AttestSettings {
  const tree = readConfigAbove(world.cwd, world.presetsDir);
  const { trusted, keyring, keys } = (tree?.config.mail ?? DEFAULT_MAIL).attestation;
  const at = (path: string): string => resolve(tree?.dir ?? world.cwd, path);
  return {
    trusted,
    keyring: keyring === null ? emptyKeyring : openKeyring(at(keyring)),
    keys: keys === "dns" ? dnsKeys() : keys === "none" ? noKeys : directoryKeys(at(keys)),
  };
}

/** What the tree that `world.cwd` is in makes of odd characters, else what is done without a tree. */
export function guardRules(world: World): GuardRules {
  return (readConfigAbove(world.cwd, world.presetsDir)?.config.mail ?? DEFAULT_MAIL).guard;
}

/** What speaks for each mail, in the order of the mails: developers first, then domains, then the word of the receiver. */
export async function attest(
  world: World,
  messages: readonly Message[],
  settings: AttestSettings,
): Promise<readonly (readonly Attestation[])[]> {
  const attestations: Attestation[][] = [];
  for (const [index, message] of messages.entries()) {
    world.progress(`checking signatures of mail ${index + 1} of ${messages.length}`);
    attestations.push([
      ...(await checkDeveloperSignatures(message, settings.keyring)),
      ...(await checkDomainSignatures(message, settings.keys)),
      ...saidByReceiver(message, settings.trusted),
    ]);
  }
  return attestations;
}

/** What speaks for the patches of a posting, by mail and put together; the cover counts where there is no patch. */
export async function attestPosting(
  world: World,
  posting: Posting,
  settings: AttestSettings,
): Promise<{
  readonly combined: readonly CombinedAttestation[];
  readonly mails: readonly { readonly messageId: string | null; readonly attestations: readonly Attestation[] }[];
}> {
  const patches = posting.slots.filter((slot) => slot !== null).map(({ message }) => message);
  const cover = posting.cover === null ? [] : [posting.cover.message];
  const messages = patches.length > 0 ? patches : cover;
  const found = await attest(world, messages, settings);
  const mails = messages.map(({ messageId }, index) => ({ messageId, attestations: found[index] ?? [] }));
  return { combined: combineAttestations(found), mails };
}
