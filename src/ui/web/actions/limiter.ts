// How often somebody may ask: a bucket of tokens for each address, which fills again by itself. It counts; what is refused is its user's.
import { isIPv6 } from "node:net";

/** What one address may do. */
export interface Rate {
  /** At once, after a time of silence. */
  readonly burst: number;
  /** Again, each minute. */
  readonly perMinute: number;
}

export interface Limiter {
  /** Takes one request of that address; the whole seconds to wait when there is none left, 0 when it may go on. */
  take(address: string): number;
}

/** Addresses that are remembered; who was silent longest is forgotten first, which can only do them good. */
const MAX_ADDRESSES = 10_000;

/** `clock` gives milliseconds that only grow. */
export function makeLimiter({ burst, perMinute }: Rate, clock: () => number = () => performance.now()): Limiter {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  return {
    take(address) {
      const key = networkOf(address);
      const now = clock();
      const bucket = buckets.get(key) ?? { left: burst, at: now };
      const left = Math.min(burst, bucket.left + ((now - bucket.at) * perMinute) / 60_000);
      buckets.delete(key);
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
      for (const silent of buckets.keys()) {
        if (buckets.size <= MAX_ADDRESSES) break;
        buckets.delete(silent);
      }
      return left >= 1 ? 0 : Math.ceil(((1 - left) * 60) / perMinute);
    },
  };
}

/** Whoever has an IPv6 address has the 2^64 of its network, too (RFC 4291, 2.5.4). */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = "", tail] = address.toLowerCase().split("::");
  const [left, right] = [head, tail ?? ""].map((part) => (part === "" ? [] : part.split(":")));
  const gap = tail === undefined ? 0 : 8 - (left?.length ?? 0) - (right?.length ?? 0);
  const groups = [...(left ?? []), ...Array.from({ length: Math.max(gap, 0) }, () => "0"), ...(right ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
