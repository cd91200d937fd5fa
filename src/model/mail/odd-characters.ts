// Characters that a reader does not see, or that make him see something else (CVE-2021-42574 and its kin; Unicode TR 36 and 39).
// Finds and names them; what is refused is for model/postings/guard.ts and the tree to say.

/**
 * `control`: C0 and C1 controls but tab, line ends and form feed. `bidi`: embeddings, overrides and isolates.
 * `tag`: the tag characters U+E0000–U+E007F. `invisible`: zero-width characters, direction marks, invisible operators, fillers,
 * variation selectors without a use in text. `soft-hyphen`: U+00AD. `homoglyph`: a word of Latin and of look-alike Cyrillic or Greek letters.
 */
export type OddClass = "control" | "bidi" | "tag" | "invisible" | "soft-hyphen" | "homoglyph";

/** All classes, worst first. */
export const ODD_CLASSES: readonly OddClass[] = ["control", "bidi", "tag", "invisible", "soft-hyphen", "homoglyph"];

/** One odd character in a text. */
export interface OddCharacter {
  readonly class: OddClass;
  /** 1-based line and column; columns count characters, not bytes. */
  readonly line: number;
  readonly column: number;
  readonly code: number;
  /** `U+202E RIGHT-TO-LEFT OVERRIDE`; ASCII only. */
  readonly name: string;
  /** Some of the line around it, odd characters written as `<U+202E>`. */
  readonly context: string;
}

/** More odd characters of one text are not listed. */
export const MAX_ODD = 1000;
/** Characters of context at each side. */
const CONTEXT = 20;

/**
 * The odd characters of a text, in order. Joiners count only where they join nothing: Persian, Indic scripts and emoji need them
 * between or behind characters beyond Latin. A byte order mark at the very beginning is none.
 */
export function findOddCharacters(text: string): OddCharacter[] {
  if (!ODD.test(text) && !MIXED.test(text)) return [];
  const found: OddCharacter[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const clean = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (!ODD.test(clean) && !MIXED.test(clean)) continue;
    for (const one of oddIn(clean, index + 1)) {
      if (found.length >= MAX_ODD) return found;
      found.push(one);
    }
  }
  return found;
}

// One expression says quickly that there is nothing; most lines are plain.
const ODD = /[[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\ufff9-\ufffb]--[\t\n\f]]/v;
// A word with Latin letters and with Cyrillic or Greek ones next to each other.
const MIXED =
  /[A-Za-z][_0-9]{0,20}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}][_0-9]{0,20}[A-Za-z]/u;
// Greek letters stand beside Latin ones in science: a unit, a difference.
const SCIENCE = /[\u00b5\u0394\u03a9\u03b1\u03b2\u03b3\u03b4\u03bb\u03bc\u03c0\u03c3]/u;
const LOOK_ALIKE = /[АВСЕНІЈКМОРЅТХҮаеіјорсухѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲν]/u;

function* oddIn(line: string, number: number): Generator<OddCharacter> {
  const chars = Array.from(line);
  const make = (kind: OddClass, at: number, code: number): OddCharacter => ({
    class: kind,
    line: number,
    column: at + 1,
    code,
    name: nameOf(code),
    context: contextOf(chars, at),
  });
  for (const [at, char] of chars.entries()) {
    const code = char.codePointAt(0) ?? 0;
    const kind = classOf(code);
    if (kind === null || (kind === "invisible" && isNeeded(chars, at, number))) continue;
    yield make(kind, at, code);
  }
  if (!MIXED.test(line)) return;
  for (const [at, char] of chars.entries()) {
    if (LOOK_ALIKE.test(char) && !SCIENCE.test(char) && isInLatinWord(chars, at))
      yield make("homoglyph", at, char.codePointAt(0) ?? 0);
  }
}

function classOf(code: number): OddClass | null {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
    return code === 0x09 || code === 0x0c ? null : "control";
  }
  if (code === 0xad) return "soft-hyphen";
  if (code < 0x300) return null;
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return "bidi";
  if (code >= 0xe0000 && code <= 0xe007f) return "tag";
  return ODD.test(String.fromCodePoint(code)) ? "invisible" : null;
}

const EMOJI_STYLE = 0xfe0f;
const KEYCAP = 0x20e3;
const JOINERS = new Set([0x200c, 0x200d]);

function isNeeded(chars: readonly string[], at: number, line: number): boolean {
  const code = chars[at]?.codePointAt(0) ?? 0;
  if (code === 0xfeff && at === 0 && line === 1) return true;
  const before = chars[at - 1]?.codePointAt(0) ?? 0;
  const after = chars[at + 1]?.codePointAt(0) ?? 0;
  // Beyond Latin, Greek and Cyrillic; a joiner between emoji and a variation selector behind one are meant.
  if (JOINERS.has(code)) return before > 0x52f && after > 0x52f && (classOf(before) === null || before === EMOJI_STYLE);
  if (code >= 0xfe00 && code <= EMOJI_STYLE) return (before > 0xa8 && classOf(before) === null) || after === KEYCAP;
  return false;
}

function isInLatinWord(chars: readonly string[], at: number): boolean {
  const isWord = (index: number): boolean => /[\p{L}\p{N}_]/u.test(chars[index] ?? "");
  let [from, to] = [at, at];
  while (from > 0 && at - from < MAX_WORD && isWord(from - 1)) from -= 1;
  while (to + 1 < chars.length && to - at < MAX_WORD && isWord(to + 1)) to += 1;
  return /[A-Za-z]/.test(chars.slice(from, to + 1).join(""));
}

/** Letters of a word that are looked at, at each side. */
const MAX_WORD = 40;

function contextOf(chars: readonly string[], at: number): string {
  return chars
    .slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1)
    .map((char, index) => {
      const code = char.codePointAt(0) ?? 0;
      const isIt = index === Math.min(at, CONTEXT);
      return isIt || classOf(code) !== null ? `<${hexOf(code)}>` : char;
    })
    .join("")
    .trim();
}

function hexOf(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

function nameOf(code: number): string {
  const name = NAMES.get(code) ?? (code < 0xa0 ? "CONTROL CHARACTER" : code >= 0xe0000 ? "TAG CHARACTER" : null);
  const kind = LOOK_ALIKE.test(String.fromCodePoint(code)) ? "LOOK-ALIKE LETTER" : "INVISIBLE CHARACTER";
  return `${hexOf(code)} ${name ?? kind}`;
}

// Names of the Unicode standard, for those that are met.
const NAMES = new Map([
  [0x00, "NULL"],
  [0x07, "BELL"],
  [0x08, "BACKSPACE"],
  [0x0b, "LINE TABULATION"],
  [0x0d, "CARRIAGE RETURN"],
  [0x1b, "ESCAPE"],
  [0x7f, "DELETE"],
  [0x85, "NEXT LINE"],
  [0x9b, "CONTROL SEQUENCE INTRODUCER"],
  [0xad, "SOFT HYPHEN"],
  [0x34f, "COMBINING GRAPHEME JOINER"],
  [0x61c, "ARABIC LETTER MARK"],
  [0x115f, "HANGUL CHOSEONG FILLER"],
  [0x1160, "HANGUL JUNGSEONG FILLER"],
  [0x180e, "MONGOLIAN VOWEL SEPARATOR"],
  [0x200b, "ZERO WIDTH SPACE"],
  [0x200c, "ZERO WIDTH NON-JOINER"],
  [0x200d, "ZERO WIDTH JOINER"],
  [0x200e, "LEFT-TO-RIGHT MARK"],
  [0x200f, "RIGHT-TO-LEFT MARK"],
  [0x2028, "LINE SEPARATOR"],
  [0x2029, "PARAGRAPH SEPARATOR"],
  [0x202a, "LEFT-TO-RIGHT EMBEDDING"],
  [0x202b, "RIGHT-TO-LEFT EMBEDDING"],
  [0x202c, "POP DIRECTIONAL FORMATTING"],
  [0x202d, "LEFT-TO-RIGHT OVERRIDE"],
  [0x202e, "RIGHT-TO-LEFT OVERRIDE"],
  [0x2060, "WORD JOINER"],
  [0x2061, "FUNCTION APPLICATION"],
  [0x2062, "INVISIBLE TIMES"],
  [0x2063, "INVISIBLE SEPARATOR"],
  [0x2064, "INVISIBLE PLUS"],
  [0x2066, "LEFT-TO-RIGHT ISOLATE"],
  [0x2067, "RIGHT-TO-LEFT ISOLATE"],
  [0x2068, "FIRST STRONG ISOLATE"],
  [0x2069, "POP DIRECTIONAL ISOLATE"],
  [0x2800, "BRAILLE PATTERN BLANK"],
  [0x3164, "HANGUL FILLER"],
  [0xfeff, "ZERO WIDTH NO-BREAK SPACE"],
  [0xffa0, "HALFWIDTH HANGUL FILLER"],
]);
