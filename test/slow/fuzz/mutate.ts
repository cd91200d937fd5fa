// Turns inputs into hostile ones: by lines, numbers, words of the format and bytes. It knows no format itself.
// Inputs are byte strings, so that slicing them is cheap and every byte can be written.
import type { ByteString } from "#model/bytes";
import type { Random } from "./random.ts";

/** Longest input that is made; growth.slow.ts and monsters.slow.ts are there for larger ones. */
export const MAX_INPUT = 64 * 1024;

/** Numbers at which counters overflow, wrap, lose their precision or turn negative. */
const NUMBERS = [
  "0",
  "-1",
  "1",
  "2",
  "999999999",
  "2147483647",
  "2147483648",
  "4294967295",
  "4294967296",
  "4000000000",
  "1000000000000000",
  "9007199254740993",
  "18446744073709551616",
  "1e99",
  "0x10",
  "",
];
const BYTES = [
  "\0",
  "\r",
  "\n",
  "\t",
  " ",
  "\\",
  '"',
  "\xff",
  "\xc3",
  "\xe2\x80\xa8",
  "\xa0",
  "\x80",
  "\x7f",
  "%",
  "=",
];

type Mutation = (text: ByteString, random: Random, words: readonly string[], other: ByteString) => ByteString;

/** A few random mutations, one after the other; `words` are those of the format, `other` an input to take pieces from. */
export function mutate(text: ByteString, random: Random, words: readonly string[], other: ByteString): ByteString {
  let mutated = text;
  for (let step = random.below(random.chance(0.2) ? 12 : 4); step >= 0; step--)
    mutated = random.pick(MUTATIONS)(mutated, random, words, other).slice(0, MAX_INPUT);
  return mutated;
}

const MUTATIONS: readonly Mutation[] = [
  (text, random) => onLines(text, (lines) => lines.splice(random.below(lines.length), 1 + random.below(3))),
  (text, random) =>
    onLines(text, (lines) => {
      const moved = lines.splice(random.below(lines.length), 1 + random.below(4));
      lines.splice(random.below(lines.length + 1), 0, ...moved);
    }),
  (text, random) =>
    onLines(text, (lines) => {
      const from = random.below(lines.length);
      const block = lines.slice(from, from + 1 + random.below(5));
      const times = random.pick([1, 1, 2, 10, 300, 3000]);
      const room = Math.floor(MAX_INPUT / (block.join("\n").length + 1));
      const at = random.below(lines.length + 1);
      lines.splice(at, 0, ...Array.from({ length: Math.min(times, room) }, () => block).flat());
    }),
  (text, random, words) =>
    onLines(text, (lines) => lines.splice(random.below(lines.length + 1), 0, filled(random.pick(words), random))),
  (text, random, words) =>
    onLines(text, (lines) => (lines[random.below(lines.length)] = filled(random.pick(words), random))),
  (text, random, _, other) =>
    onLines(text, (lines) => {
      const lent = other.split("\n");
      const from = random.below(lent.length);
      lines.splice(random.below(lines.length + 1), random.below(3), ...lent.slice(from, from + 1 + random.below(12)));
    }),
  // One number becomes an extreme one; digits are looked for from a random place on.
  (text, random) => {
    const from = random.below(text.length);
    const found = /\d+/.exec(text.slice(from));
    if (found === null) return text;
    const at = from + found.index;
    const near = String(Math.max(0, Number(found[0].slice(0, 15)) + random.below(5) - 2));
    return text.slice(0, at) + (random.chance(0.5) ? near : random.pick(NUMBERS)) + text.slice(at + found[0].length);
  },
  (text, random, words) => insert(text, random, filled(random.pick(words), random)),
  (text, random) => insert(text, random, random.pick(BYTES)),
  (text, random) => insert(text, random, random.pick(BYTES).repeat(random.pick([2, 10, 300, 5000, 30_000]))),
  (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length)),
  (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + random.below(random.chance(0.5) ? 3 : 60));
  },
  // A piece many times: nested parts, headers, hunks.
  (text, random) => {
    const at = random.below(text.length);
    const piece = text.slice(at, at + 1 + random.below(40));
    return text.slice(0, at) + piece.repeat(random.pick([2, 5, 100, 1500])) + text.slice(at);
  },
  (text, random) => (random.chance(0.3) ? text.replaceAll("\n", "\r\n") : text.replace(/\n$/, "")),
  (text, random, _, other) => text.slice(0, random.below(text.length)) + other.slice(random.below(other.length)),
];

function onLines(text: ByteString, change: (lines: string[]) => void): ByteString {
  const lines = text.split("\n");
  change(lines);
  return lines.join("\n");
}

function insert(text: ByteString, random: Random, piece: string): ByteString {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

/** A word with a number in the place of each `#`. */
function filled(word: string, random: Random): string {
  return word.replace(/#/g, () => (random.chance(0.7) ? String(random.below(9)) : random.pick(NUMBERS)));
}
