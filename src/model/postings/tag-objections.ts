// What a reply says against a patch or against a tag: a NAK, or its writer taking a tag back. Finds words and decides nothing;
// it would rather miss one than see one that is not there.
import type { ByteString } from "#model/bytes";
import type { Address, Message, MessageId } from "#model/mail";
import { parseAddresses } from "#model/mail";
import { compareAddresses } from "./compare-addresses.ts";
import type { ReplyLine, ReplyText } from "./reply-lines.ts";
import { withoutNotes } from "./same-tag.ts";

/** `nak`: against the patch; `withdrawal`: the sender takes back a tag. */
export interface Objection {
  readonly kind: "nak" | "withdrawal";
  /** For a withdrawal, the key of the tag in lower case; null for all tags of the sender. Null for a NAK. */
  readonly key: string | null;
  readonly messageId: MessageId | null;
  readonly sender: Address | null;
  /** When, in milliseconds since 1970; null when the mail has no date. */
  readonly time: number | null;
  /** 1-based line in the text of that mail. */
  readonly line: number;
  /** The line that says so, UTF-8. */
  readonly text: ByteString;
}

/** Objections of one mail that are read. */
const MAX_OBJECTIONS = 20;

/** Everything the writer of a reply says against the patch or against tags of their own. */
export function findObjections(message: Message, { lines }: ReplyText): Objection[] {
  const found: Objection[] = [];
  const note = (kind: Objection["kind"], key: string | null, { number, text }: ReplyLine): void => {
    if (found.length >= MAX_OBJECTIONS || found.some((one) => one.kind === kind && one.key === key)) return;
    const common = { messageId: message.messageId, sender: message.from[0] ?? null, time: message.date?.time ?? null };
    found.push({ kind, key, ...common, line: number, text });
  };
  const own = lines.filter(({ kind }) => kind === "own");
  const mentionsOwnTag = own.some(({ text }) => /\bmy\b/i.test(text));
  for (const [index, line] of lines.entries()) {
    if (line.kind !== "own") continue;
    if (NAK_TAG.test(line.text) || NAK.test(line.text)) note("nak", null, line);
    const key =
      (mentionsOwnTag ? takenBack(sentenceAt(lines, index), line.text.length) : null) ??
      takenBackBelow(lines, index, message.from);
    if (key !== null) note("withdrawal", key === "" ? null : key, line);
  }
  return found;
}

const NAK_TAG = /^nac?ked-by[ \t]*:[ \t]*\S/i;
// At the start of a line, and then a stop, the line's end, or words that follow a verdict; "NACK the transfer" is about hardware.
const NAK =
  /^(?:(?:a |very |big |strong |strongly |hard |solid |firm )*)(?:NAK|NACK|Nak|Nack|nak|nack|NAKed|NACKed|Nacked|nacked)(?:\s*[.!,;:]|\s*$|\s+(?:this|to this|on this|from me|for now|because|until|unless|as is|as-is|again|and|--?)(?:[\s.,!]|$))/;

const TAG_WORDS =
  "((?:reviewed|acked|tested|suggested|reported|signed-off|co-developed)(?:[- ]by)?(?:[- ]tags?)?|r-?b|t-?b|a-?b|s-?o-?b|ack|tags?)(?![\\w-])";
const TAKES_BACK = "(?:drop|remove|delete|discard|disregard|ignore|retract|withdraw|revoke|rescind|strip)";
const OPENING = "(?:(?:so|then|hence|thus|and|ok|okay|sorry)[,.]?\\s+|for now[,]?\\s+)?";

/** "Please drop my Reviewed-by", at the start of a sentence. */
const REQUEST = new RegExp(
  `(?:^|[.;!:]\\s+|,\\s+|\\bplease\\s+|\\bpls\\s+|\\bcould you (?:please )?|\\bcan you (?:please )?)${OPENING}${TAKES_BACK}\\s+my\\s+(?:\\w+\\s+)?${TAG_WORDS}`,
  "i",
);
/** "I withdraw my ack", "I'd like to retract my Tested-by", "I take back my tag". */
const STATEMENT = new RegExp(
  `\\bI(?:'m| am|'ll| will|'d like to| would like to| want to| wish to| have to| need to| must| hereby| therefore)*\\s+(?:(?:drop|remove|retract|withdraw|revoke|rescind)(?:ing)?|withdrawing|retracting|revoking|removing|dropping|take back|taking back)\\s+my\\s+(?:\\w+\\s+)?${TAG_WORDS}`,
  "i",
);
/** "my Reviewed-by is withdrawn", "my ack no longer stands". */
const STATE = new RegExp(
  `\\bmy\\s+(?:\\w+\\s+)?${TAG_WORDS}\\s+(?:(?:is|are|should be|must be|has to be|needs to be)\\s+(?:hereby\\s+)?(?:withdrawn|retracted|revoked|dropped|removed)|(?:no longer|does not|doesn't)\\s+(?:stands?|holds?|appl(?:y|ies)))`,
  "i",
);
/** Words that turn a sentence into its opposite, a question or a condition. */
const NOT_SO =
  /\b(?:no need to|not|don't|didn't|never|without|why|should I|shall I|if|unless|in case|whether|feel free|when you|you (?:can|may|could) (?:drop|remove))\b/i;

/** Key of the tag that a sentence takes back, "" for all; null when it takes none back or does not begin on this line. */
function takenBack(sentence: string, ownLength: number): string | null {
  for (const pattern of [STATEMENT, REQUEST, STATE]) {
    const match = pattern.exec(sentence);
    if (match === null || match.index >= ownLength) continue;
    const from = Math.max(sentence.lastIndexOf(". ", match.index), sentence.lastIndexOf("! ", match.index)) + 1;
    const rest = sentence.slice(match.index);
    const stop = /[.!?](?:\s|$)/.exec(rest);
    const whole = sentence.slice(from, match.index + (stop === null ? rest.length : stop.index + 1));
    if (
      /\?\s*$/.test(whole) ||
      NOT_SO.test(whole.replace(/\bno longer\b|\b(?:does not|doesn't) (?:stand|hold|apply)/gi, ""))
    )
      continue;
    return keyOf(match[1] ?? "");
  }
  return null;
}

/** This line and the next two, as one text; a sentence is often wrapped. */
function sentenceAt(lines: readonly ReplyLine[], at: number): string {
  const parts: string[] = [];
  for (const line of lines.slice(at, at + 3)) {
    if (line.kind !== "own" || line.text.trim() === "") break;
    parts.push(line.text.trimEnd());
  }
  return parts.join(" ");
}

/** The sender's own tag, quoted, and directly below it words that take it back. */
function takenBackBelow(lines: readonly ReplyLine[], at: number, from: readonly Address[]): string | null {
  if (!BELOW_A_TAG.test(lines[at]?.text ?? "")) return null;
  let above = at - 1;
  while (above >= 0 && lines[above]?.kind === "own" && lines[above]?.text === "") above--;
  const quoted = lines[above];
  if (quoted?.kind !== "quoted") return null;
  const match = /^([A-Za-z][A-Za-z-]*-by)[ \t]*:[ \t]*(.+)$/.exec(quoted.text);
  const person = match === null ? undefined : parseAddresses(withoutNotes(match[2] ?? ""))[0];
  if (match === null || person === undefined) return null;
  const own = from.some((sender) => compareAddresses(person, sender) !== "mismatch");
  return own ? (match[1] ?? "").toLowerCase() : null;
}

const BELOW_A_TAG =
  /^(?:sorry,? )?(?:(?:please|pls) (?:drop|remove|ignore|disregard|retract|strip)(?: (?:this|that|it|mine|the tag))?\b(?! (?:patch|change|line|hunk))|I (?:withdraw|retract|revoke|take back) (?:this|that|it)\b|I take (?:this|that|it) back\b|(?:this|that) (?:tag )?is (?:withdrawn|retracted|revoked)\b|(?:withdrawn|retracted|revoked)\b)/i;

function keyOf(words: string): string {
  const word = words.toLowerCase().replace(/[- ]?tags?$/, "");
  const short: Readonly<Record<string, string>> = {
    rb: "reviewed-by",
    tb: "tested-by",
    ab: "acked-by",
    sob: "signed-off-by",
  };
  const known = short[word.replace(/-/g, "")];
  if (known !== undefined) return known;
  if (word === "ack") return "acked-by";
  const stem = /^(reviewed|acked|tested|suggested|reported|signed-off|co-developed)/.exec(word)?.[1];
  return stem === undefined ? "" : `${stem}-by`;
}
