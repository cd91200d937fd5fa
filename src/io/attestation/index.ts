// Attestation: checks the signatures that mails carry. The packages it needs are loaded when the first signature is met.

export { checkDeveloperSignatures, MAX_AGE } from "./developer-signatures.ts";
export { checkDomainSignatures } from "./domain-signatures.ts";
export type { DomainKeys } from "./domain-keys.ts";
export { directoryKeys, dnsKeys, noKeys } from "./domain-keys.ts";
export type { Keyring } from "./keyring.ts";
export { emptyKeyring, openKeyring } from "./keyring.ts";
