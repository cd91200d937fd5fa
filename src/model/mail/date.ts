// Dates of mail headers (RFC 5322 section 3.3, obsolete forms and what people write). Not a general date parser: V8's guesses too much.
import type { ByteString, Problem } from "#model/bytes";

/** A date as written and, where it can be read, as a moment. */
export interface MailDate {
  /** The header value, unfolded, otherwise verbatim. */
  readonly text: ByteString;
  /** Milliseconds since 1970-01-01 UTC; null when the text is no date. */
  readonly time: number | null;
  /** Minutes east of UTC; null when not stated or absurd, and then `time` reads the text as UTC. */
  readonly zone: number | null;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ZONES = new Map([
  ["ut", 0],
  ["utc", 0],
  ["gmt", 0],
  ["z", 0],
  ["est", -300],
  ["edt", -240],
  ["cst", -360],
  ["cdt", -300],
  ["mst", -420],
  ["mdt", -360],
  ["pst", -480],
  ["pdt", -420],
  ["cet", 60],
  ["cest", 120],
  ["jst", 540],
]);

const TIME = String.raw`(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:\.\d{1,9})?)?`;
const DAY_NAME = String.raw`(?:[a-z]{3,9}\.?,?\s*)?`;
const ZONE = String.raw`(?:\s*([+-]\d{1,2}:\d{2}|[+-]\d{1,5}|[a-z]{1,5})\b)?`;
// "Mon, 12 Feb 2024 11:30:54 -0500 (EST)"
const RFC = new RegExp(
  String.raw`^${DAY_NAME}(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4}),?\s+${TIME}${ZONE}`,
  "i",
);
// "Mon Feb 12 11:30:54 2024 -0500", as asctime and git write it
const ASCTIME = new RegExp(String.raw`^${DAY_NAME}([a-z]{3})[a-z]*\.?\s+(\d{1,2})\s+${TIME}\s+(\d{4})${ZONE}`, "i");
// "2024-02-12 11:30:54 -0500" and ISO 8601
const ISO = new RegExp(String.raw`^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T\s]+${TIME}${ZONE}`, "i");

/** Reads a Date header value. Unreadable dates give `time: null`; a zone of more than a day is dropped, each with a problem. */
export function parseDate(text: ByteString): { readonly date: MailDate; readonly problems: readonly Problem[] } {
  const found = fields(text.slice(0, 200).trim());
  if (found === null) return fail(text, "no date");
  const { year, month, day, hour, minute, second, zoneText } = found;
  const utc = Date.UTC(year, month, day, hour, minute, Math.min(second, 59));
  // Date.UTC turns 31 February into 2 March; RFC 5322 allows second 60.
  const real =
    new Date(utc).getUTCDate() === day && month >= 0 && month < 12 && hour < 24 && minute < 60 && second < 61;
  if (!real || Number.isNaN(utc)) return fail(text, "no day or time of the calendar");
  const zone = parseZone(zoneText);
  const problems =
    zoneText !== null && zone === null ? [{ message: `Read date: zone of "${text.slice(0, 80)}" taken as UTC` }] : [];
  return { date: { text, time: utc - (zone ?? 0) * 60_000, zone }, problems };
}

function fields(text: string) {
  const rfc = RFC.exec(text);
  if (rfc) return made(rfc[3], MONTHS.indexOf((rfc[2] ?? "").toLowerCase()), rfc[1], rfc.slice(4, 7), rfc[7]);
  const asc = ASCTIME.exec(text);
  if (asc) return made(asc[6], MONTHS.indexOf((asc[1] ?? "").toLowerCase()), asc[2], asc.slice(3, 6), asc[7]);
  const iso = ISO.exec(text);
  if (iso) return made(iso[1], Number(iso[2]) - 1, iso[3], iso.slice(4, 7), iso[7]);
  return null;
}

function made(
  year: string | undefined,
  month: number,
  day: string | undefined,
  time: (string | undefined)[],
  zone: string | undefined,
) {
  const [hour, minute, second] = time;
  return {
    year: fullYear(year ?? ""),
    month,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    zoneText: zone ?? null,
  };
}

// RFC 5322 section 4.3: two digits below 50 mean 20xx, other two and three digits count from 1900.
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2 && year < 50) return 2000 + year;
  return digits.length < 4 ? 1900 + year : year;
}

function parseZone(text: string | null): number | null {
  if (text === null) return null;
  const named = ZONES.get(text.toLowerCase());
  if (named !== undefined) return named;
  const digits = /^([+-])(\d{1,2}):?(\d{2})$/.exec(text);
  if (digits === null) return null;
  const minutes = Number(digits[2]) * 60 + Number(digits[3]);
  if (minutes >= 24 * 60 || Number(digits[3]) > 59) return null;
  return digits[1] === "-" ? 0 - minutes : minutes;
}

function fail(text: ByteString, why: string) {
  return {
    date: { text, time: null, zone: null },
    problems: [{ message: `Read date: ${why} in "${text.slice(0, 80)}"` }],
  };
}
