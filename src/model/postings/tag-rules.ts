// Which trailers of replies count, and who is a robot: data that a tree can change. No address of a particular project in code.
import type { Message } from "#model/mail";

/** What a key in a reply means. `person`: a tag that somebody gives; `suggestion`: for a person to judge; `ignored`: never a tag. */
export type KeyKind = "person" | "suggestion" | "ignored";

/** Rules of one tree for tags in replies. */
export interface TagRules {
  readonly kindOf: (key: string) => KeyKind;
  /** Patterns of robots' addresses, `*` stands for anything. */
  readonly robots: readonly string[];
  /** Whether a robot's tag of this key counts. */
  readonly robotsMay: (key: string) => boolean;
}

const SUGGESTIONS = /^(?:fixes|closes|link|buglink|bug|references|obsoleted-by|nacked-by|naked-by|nak)$/i;
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

/** Tags end in `-by`; links and fixes are suggestions; robots give no tags; From, Cc, Date, base-commit and the like are never tags. */
export const DEFAULT_RULES: TagRules = {
  kindOf: (key) => (SUGGESTIONS.test(key) ? "suggestion" : PERSONS.test(key) ? "person" : "ignored"),
  robots: COMMON_ROBOTS,
  robotsMay: () => false,
};

/** Whether the sender of a mail is one of the robots of the rules. */
export function isRobot(message: Message, rules: TagRules): boolean {
  return message.from.some(({ address }) => rules.robots.some((pattern) => matches(pattern, address.toLowerCase())));
}

// Glob with `*` only, by pieces in order; no regular expression is built from data.
function matches(pattern: string, text: string): boolean {
  const pieces = pattern.toLowerCase().split("*");
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
