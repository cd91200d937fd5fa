// Message-Ids that are the same whenever the same notice is written at the same moment, so a repeated run sends no second mail.
import type { Bytes } from "#model/bytes";
import type { NoticeDate } from "./notice-date.ts";
import { printStamp } from "./notice-date.ts";

/** How much of a digest tells two notices of one second apart. */
const DIGEST_CHARS = 12;

/** `<YYYYMMDDHHMMSS.HEX@HOST>`, the stamp in UTC; `digest` is hexadecimal, its first 12 digits are used. */
export function messageIdFor(date: NoticeDate, digest: string, host: string): string {
  return `<${printStamp(date)}.${digest.slice(0, DIGEST_CHARS).toUpperCase()}@${host}>`;
}

/**
 * 64 bits of the content as 16 hexadecimal digits: two FNV-1a lanes with different starts, mixed at the end.
 * Tells contents apart that nobody made to collide; proves nothing about them.
 */
export function contentDigest(content: Bytes): string {
  let left = 0x811c9dc5;
  let right = 0x01000193 ^ content.length;
  for (const byte of content) {
    left = Math.imul(left ^ byte, 0x01000193);
    right = Math.imul(right ^ byte, 0x85ebca6b) ^ (right >>> 15);
  }
  return hex(mix(left ^ mix(right))) + hex(mix(right ^ mix(left)));
}

/** The finishing step of MurmurHash3: every bit of the input reaches every bit of the result. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
