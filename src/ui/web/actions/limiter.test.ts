// Buckets fill again, are one for each network, and do not grow without end.
import { expect, test } from "vitest";
import { makeLimiter } from "./limiter.ts";

test("a bucket is empty after its burst, and fills with time", () => {
  let now = 0;
  const limiter = makeLimiter({ burst: 2, perMinute: 6 }, () => now);
  expect([1, 2, 3].map(() => limiter.take("192.0.2.1"))).toEqual([0, 0, 10]);
  now = 4000;
  expect(limiter.take("192.0.2.1")).toBe(6);
  now = 10_000;
  expect([limiter.take("192.0.2.1"), limiter.take("192.0.2.1")]).toEqual([0, 10]);
  now = 10_000_000;
  expect([1, 2, 3].map(() => limiter.take("192.0.2.1"))).toEqual([0, 0, 10]);
});

test("addresses of one IPv6 network share a bucket, others do not", () => {
  const limiter = makeLimiter({ burst: 1, perMinute: 1 }, () => 0);
  expect(limiter.take("2001:db8::1")).toBe(0);
  expect(limiter.take("2001:0db8:0:0:ffff::2")).toBeGreaterThan(0);
  expect(limiter.take("2001:db8:0:1::1")).toBe(0);
  expect(limiter.take("192.0.2.1")).toBe(0);
  expect(limiter.take("::ffff:192.0.2.1")).toBeGreaterThan(0);
  expect(limiter.take("192.0.2.2")).toBe(0);
});
