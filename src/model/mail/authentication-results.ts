// What a receiving host said about the authenticity of a mail (RFC 8601), also as an ARC chain carries it (RFC 8617 section 4.1.1).
// Believes nothing: who said it is part of the value, and whether that host is trusted is for the reader to know.
import type { ByteString } from "#model/bytes";
import { unfold } from "./headers.ts";
import type { Message } from "./message.ts";

/** One field: a host and its verdicts. */
export interface AuthenticationResults {
  /** The authserv-id, lower case; "" when the field names no host, as some servers write. */
  readonly host: string;
  /** The position in the ARC chain; null for a plain `Authentication-Results`. */
  readonly instance: number | null;
  readonly results: readonly MethodResult[];
}

/** `dkim=pass (2048-bit key) header.d=example.org`. */
export interface MethodResult {
  /** `dkim`, `spf`, `dmarc`, `arc`, …, lower case. */
  readonly method: string;
  /** `pass`, `fail`, `none`, `neutral`, `softfail`, `policy`, `temperror`, `permerror`, …, lower case. */
  readonly result: string;
  /** The `reason=` or else the first comment; null without either. */
  readonly reason: string | null;
  /** `header.d`, `header.i`, `header.from`, `smtp.mailfrom`, …: names in lower case, values as written. The first of two equal names counts. */
  readonly properties: ReadonlyMap<string, string>;
}

/** More verdicts of one field, or fields of one mail, are not read. */
export const MAX_RESULTS = 100;
/** A field's text behind this many characters is not read. */
const MAX_FIELD = 20_000;

/** Reads the value of an `Authentication-Results` or `ARC-Authentication-Results` field; null when it holds neither host nor verdict. */
export function parseAuthenticationResults(value: ByteString): AuthenticationResults | null {
  const pieces = splitAtSemicolons(unfold(value).slice(0, MAX_FIELD));
  let instance: number | null = null;
  let host = "";
  const results: MethodResult[] = [];
  for (const [index, piece] of pieces.entries()) {
    const { words, comment } = wordsOf(piece);
    const first = words[0];
    if (first === undefined) continue;
    const arc = /^i=(\d{1,4})$/.exec(first);
    if (index === 0 && arc !== null) {
      instance = Number(arc[1]);
      continue;
    }
    const result = resultOf(words, comment);
    if (result !== null) {
      if (results.length < MAX_RESULTS) results.push(result);
    } else if (host === "" && results.length === 0 && !first.includes("=")) host = first.toLowerCase();
  }
  return host === "" && results.length === 0 ? null : { host, instance, results };
}

/**
 * The verdicts of the host that received the mail for its archive, without those that came in with the mail.
 * That host is the topmost one of `trusted`, or without any the topmost at all. Its fields count down to the first `Received`
 * of another host below the first of them: what is further down was there when the mail came in. (A border server removes
 * foreign fields that bear its own name, RFC 8601 section 5; nobody can check here whether it did.)
 * Fields of an ARC chain count only where that host wrote no plain one, and of those the last instance. Null when nobody said anything.
 */
export function receiverResults(message: Message, trusted: readonly string[]): AuthenticationResults | null {
  const wanted = trusted.map((name) => name.toLowerCase());
  const isWanted = ({ host }: AuthenticationResults): boolean =>
    wanted.length === 0 ? host !== "" : wanted.includes(host);
  let found = null as AuthenticationResults | null;
  let sealed = null as AuthenticationResults | null;
  let count = 0;
  for (const { name, value } of message.headers) {
    const field = name.toLowerCase();
    if (field === "received" && found !== null && receivedBy(value) !== found.host) break;
    const isArc = field === "arc-authentication-results";
    if (!isArc && field !== "authentication-results") continue;
    if (++count > MAX_RESULTS) break;
    const said = parseAuthenticationResults(value);
    if (said === null || !isWanted(said)) continue;
    if (isArc) {
      if (sealed === null || (said.instance ?? 0) > (sealed.instance ?? 0)) sealed = said;
    } else if (found === null || said.host === found.host) {
      const before: readonly MethodResult[] = found?.results ?? [];
      found = { ...said, results: [...before, ...said.results] };
    }
  }
  return found ?? sealed;
}

function receivedBy(value: ByteString): string {
  return /(?:^|\s)by\s+([^\s;()]+)/i.exec(value.slice(0, MAX_FIELD))?.[1]?.toLowerCase() ?? "";
}

// method ["/" version] "=" result, then "reason=" and properties "ptype.name=value" (RFC 8601 section 2.2).
function resultOf(words: readonly string[], comment: string | null): MethodResult | null {
  const head = /^([a-z][a-z0-9-]*)(?:\/\d+)?=([a-z]+)$/i.exec(words[0] ?? "");
  if (head === null) return null;
  const properties = new Map<string, string>();
  let reason = comment;
  for (const word of words.slice(1)) {
    const equals = word.indexOf("=");
    if (equals <= 0) continue;
    const name = word.slice(0, equals).toLowerCase();
    const text = word.slice(equals + 1);
    if (name === "reason") reason = text;
    else if (!properties.has(name)) properties.set(name, text);
  }
  return { method: (head[1] ?? "").toLowerCase(), result: (head[2] ?? "").toLowerCase(), reason, properties };
}

function splitAtSemicolons(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const [at, { char, inside }] of scan(text).entries()) {
    if (char !== ";" || inside !== "text") continue;
    pieces.push(text.slice(start, at));
    start = at + 1;
  }
  pieces.push(text.slice(start));
  return pieces;
}

// Words of one piece, quotes and comments gone, blanks around "=", "/" and "." of a property too; and its first comment.
function wordsOf(piece: string): { words: string[]; comment: string | null } {
  let plain = "";
  let comment: string | null = null;
  let isOpen = true;
  for (const { char, inside } of scan(piece)) {
    if (inside === "comment") {
      if (comment === null) comment = "";
      if (isOpen) comment += char;
      continue;
    }
    if (comment !== null) isOpen = false;
    // A blank inside quotes does not divide words; NUL stands for it until they are divided.
    if (inside === "quotes") plain += char === " " || char === "\t" ? "\0" : char;
    else plain += char;
  }
  const tight = plain.replace(/[ \t]{1,50}=[ \t]{0,50}|=[ \t]{1,50}/g, "=");
  const words = tight.split(/[\s]+/).filter((word) => word !== "");
  return { words: words.map((word) => word.replaceAll("\0", " ")), comment: comment?.trim() || null };
}

interface Scanned {
  /** "" for a quote or parenthesis that only opens or closes. */
  readonly char: string;
  readonly inside: "text" | "quotes" | "comment";
}

// One entry a character. A quote or a parenthesis that is never closed ends with the text.
function scan(text: string): Scanned[] {
  const scanned: Scanned[] = [];
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const inside = depth > 0 ? "comment" : quoted ? "quotes" : "text";
    if (char === "\\" && inside !== "text" && at + 1 < text.length) {
      scanned.push({ char: "", inside }, { char: text.charAt(at + 1), inside });
      at += 1;
    } else if (char === '"' && depth === 0) {
      quoted = !quoted;
      scanned.push({ char: "", inside: "quotes" });
    } else if (char === "(" && !quoted) {
      depth += 1;
      scanned.push({ char: depth > 1 ? char : "", inside: "comment" });
    } else if (char === ")" && depth > 0) {
      depth -= 1;
      scanned.push({ char: depth > 0 ? char : "", inside: "comment" });
    } else scanned.push({ char, inside });
  }
  return scanned;
}
