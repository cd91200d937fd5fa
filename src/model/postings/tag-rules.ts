// Which trailers of replies count, and who is a robot: data that a tree can change. No address of a particular project in code.
import type { Message, Trailer } from "#model/mail";

/**
 * What a key in a reply means. `person`: a tag that somebody gives; `suggestion`: for a person to judge; `objection`: speaks against
 * the patch; `ignored`: never a tag.
 */
export type KeyKind = "person" | "suggestion" | "objection" | "ignored";

/** What a tree says about tags in replies; keys and addresses in any case, `*` stands for anything in addresses. */
export interface TagSettings {
  /** Addresses of robots, whose tags do not count. */
  readonly robots: readonly string[];
  /** Keys that count even from robots. */
  readonly trusted: readonly string[];
  /** Keys that are shown and never taken. */
  readonly suggestions: readonly string[];
  /** Addresses whose mails are not read for tags at all. */
  readonly ignore: readonly string[];
  /** What becomes of a tag that its giver took back: `refuse` does not take it, `keep` takes it and shows both. */
  readonly withdrawn: "refuse" | "keep";
}

/** Rules of one tree for tags in replies. */
export interface TagRules {
  readonly kindOf: (key: string) => KeyKind;
  /** Patterns of robots' addresses, `*` stands for anything. */
  readonly robots: readonly string[];
  /** Whether a robot's tag of this key counts. */
  readonly robotsMay: (key: string) => boolean;
  /** Patterns of addresses whose mails are passed over. */
  readonly ignore: readonly string[];
  readonly withdrawn: TagSettings["withdrawn"];
}

const OBJECTIONS = /^(?:nac?ked-by|nak'?d-by|objected-to-by|nac?k)$/i;
const PERSONS = /^[a-z][a-z-]*-by$/i;

/** Robots take part in reviews under such names; what they report of a patch under test is no credit for the patch. */
export const COMMON_ROBOTS: readonly string[] = [
  "*bot@*",
  "*bot+*@*",
  "*-robot@*",
  "robot@*",
  "lkp@*",
  "noreply@*",
  "no-reply@*",
  "bot-*@*",
];

/** Replies often quote in them what should change. */
export const COMMON_SUGGESTIONS: readonly string[] = [
  "Fixes",
  "Closes",
  "Link",
  "Buglink",
  "Bug",
  "References",
  "Obsoleted-by",
  "Depends-on",
];

export const DEFAULT_TAG_SETTINGS: TagSettings = {
  robots: COMMON_ROBOTS,
  trusted: [],
  suggestions: COMMON_SUGGESTIONS,
  ignore: [],
  withdrawn: "refuse",
};

/** Tags end in `-by`; From, Cc, Date, base-commit and the like are never tags. */
export function tagRules(settings: TagSettings): TagRules {
  const suggestions = new Set(settings.suggestions.map((key) => key.toLowerCase()));
  const trusted = new Set(settings.trusted.map((key) => key.toLowerCase()));
  return {
    kindOf: (key) => {
      if (OBJECTIONS.test(key)) return "objection";
      if (suggestions.has(key.toLowerCase())) return "suggestion";
      return PERSONS.test(key) ? "person" : "ignored";
    },
    robots: settings.robots,
    robotsMay: (key) => trusted.has(key.toLowerCase()),
    ignore: settings.ignore,
    withdrawn: settings.withdrawn,
  };
}

/** What holds where a tree says nothing. */
export const DEFAULT_RULES: TagRules = tagRules(DEFAULT_TAG_SETTINGS);

/** Whether the sender of a mail is one of the robots of the rules. */
export function isRobot(message: Message, rules: TagRules): boolean {
  return sentByOneOf(message, rules.robots);
}

/** Whether the mails of this sender are passed over. */
export function isIgnored(message: Message, rules: TagRules): boolean {
  return sentByOneOf(message, rules.ignore);
}

function sentByOneOf(message: Message, patterns: readonly string[]): boolean {
  return message.from.some(({ address }) => patterns.some((pattern) => matches(pattern, address.toLowerCase())));
}

/** Whether a trailer of a suggestion's key says what its key promises; prose such as "Bug: it crashes" does not. */
export function isSuggestion({ key, value }: Trailer): boolean {
  if (/^fixes$/i.test(key)) return /^(?:commit\s+)?[0-9a-f]{6,}\b|^https?:\/\//i.test(value);
  if (/^(?:link|buglink|bug|closes|references)$/i.test(key))
    return /^(?:\[\d+\]\s*)?(?:<?https?:\/\/|<[^<>\s]+@[^<>\s]+>|#\d|[\w-]+[-#]\d)/i.test(value);
  return true;
}

// Glob with `*` only, by pieces in order; no regular expression is built from data.
function matches(pattern: string, text: string): boolean {
  const pieces = pattern.toLowerCase().split("*");
  if (pieces.length === 1) return pieces[0] === text;
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const last = index === pieces.length - 1;
    const found =
      index === 0 ? (text.startsWith(piece) ? 0 : -1) : last ? text.length - piece.length : text.indexOf(piece, at);
    if (found < at || !text.startsWith(piece, found)) return false;
    at = found + piece.length;
  }
  return true;
}
