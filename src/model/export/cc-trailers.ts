// `Cc:` trailers for everybody whom a patch mail went to, as b4 am --cc-trailers adds them.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes, noBytes } from "#model/bytes";
import type { Address, Trailer } from "#model/mail";
import { makeTrailer, parseAddresses, printAddress, printTrailers, sameAddress } from "#model/mail";
import type { ComposedPatch } from "#model/queue";

/** The patch with a `Cc:` at the end for each address of To and Cc that no trailer names, sorted by domain, then by local part. */
export function withCcTrailers(patch: ComposedPatch): ComposedPatch {
  const { message } = patch.mail;
  const named = patch.trailers.flatMap(({ value }) => parseAddresses(value)).map(({ address }) => address);
  const added: Trailer[] = [];
  for (const person of [...message.to, ...message.cc].toSorted(byDomain)) {
    if (named.some((address) => sameAddress(address, person.address))) continue;
    named.push(person.address);
    added.push(makeTrailer("Cc", byteString(bytesOf(printAddress(person)))));
  }
  if (added.length === 0) return patch;
  const gap = patch.trailers.length === 0 && patch.log.length > 0 ? bytesOf("\n") : noBytes;
  return {
    ...patch,
    trailers: [...patch.trailers, ...added],
    log: concatBytes([patch.log, gap, printTrailers(added)]),
  };
}

function byDomain(left: Address, right: Address): number {
  const [a, b] = [domainFirst(left.address), domainFirst(right.address)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function domainFirst(address: ByteString): string {
  const [at, lower] = [address.lastIndexOf("@"), address.toLowerCase()];
  return `${lower.slice(at + 1)} ${lower.slice(0, Math.max(at, 0))}`;
}
