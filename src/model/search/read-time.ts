// Moments and spans of time as people write them in a query: dates, and git's approximate forms (`2.weeks.ago`, `last.friday`).
// All in UTC. The clock is a value that the caller gives.
import { parseDate } from "#model/mail";

/** Milliseconds since 1970, `from` included, `to` not. A moment has both the same. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** A range `A..B`, `A..`, `..B` or a single time, which stands for its day when it is one moment; null when it says no time. */
export function readRange(text: string, now: number): { from: number | null; to: number | null } | null {
  const at = text.indexOf("..");
  if (at < 0) {
    const span = readTime(text, now);
    return span && { from: span.from, to: span.to === span.from ? span.from + DAY : span.to };
  }
  const [left, right] = [text.slice(0, at), text.slice(at + 2)];
  const from = left === "" ? null : readTime(left, now);
  const to = right === "" ? null : readTime(right, now);
  if ((left !== "" && from === null) || (right !== "" && to === null) || (left === "" && right === "")) return null;
  return { from: from?.from ?? null, to: to?.to ?? null };
}

/** One time: a year, month, day, minute or second is a span of that length, anything relative to now a moment. */
export function readTime(text: string, now: number): Span | null {
  return absolute(text) ?? relative(text.toLowerCase(), now);
}

const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/;
const DASHED =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[T_. ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\.?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?)?$/i;

function absolute(text: string): Span | null {
  const fields = COMPACT.exec(text) ?? DASHED.exec(text);
  if (fields) {
    const span = calendar(fields.slice(1, 7));
    if (span !== null) return shift(span, fields[7]);
  }
  if (/^(?:19|20)\d\d$/.test(text)) return calendar([text]);
  const unix = /^@(\d{1,11})$|^(\d{9,11})$/.exec(text);
  if (unix) return moment(Number(unix[1] ?? unix[2]) * SECOND);
  // "12.Feb.2024.11:30:54.-0500", as in a Date header
  const { time } = parseDate(text.replace(/[._]/g, " ")).date;
  return time === null ? null : { from: time, to: time + SECOND };
}

// The span of a year, and what follows it: month, day, hour, minute, second.
function calendar(fields: readonly (string | undefined)[]): Span | null {
  const given = fields.filter((field) => field !== undefined).map(Number);
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = given;
  const starts = (add: number): number => {
    const at = [year, month - 1, day, hour, minute, second];
    at[given.length - 1] = (at[given.length - 1] ?? 0) + add;
    return Date.UTC(at[0] ?? 0, at[1], at[2], at[3], at[4], at[5]);
  };
  const from = starts(0);
  const back = new Date(from);
  const real = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 61;
  return real && !Number.isNaN(from) ? { from, to: starts(1) } : null;
}

function shift({ from, to }: Span, zone: string | undefined): Span {
  const digits = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  if (digits === null) return { from, to };
  const east = (Number(digits[2]) * 60 + Number(digits[3])) * 60 * SECOND * (digits[1] === "-" ? -1 : 1);
  return { from: from - east, to: to - east };
}

function moment(at: number): Span {
  return { from: at, to: at };
}

const UNITS = new Map([
  ["second", SECOND],
  ["minute", 60 * SECOND],
  ["hour", 3600 * SECOND],
  ["day", DAY],
  ["week", 7 * DAY],
]);
const NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** Largest count of units, which keeps every date inside the calendar of JavaScript. */
const MAX_COUNT = 99_999;

// Words and numbers in any order, as git's approxidate takes them: counts go to the unit or weekday behind them.
function relative(text: string, now: number): Span | null {
  const at = new Date(now);
  const today = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  if (text === "today") return { from: today, to: today + DAY };
  if (text === "yesterday") return { from: today - DAY, to: today };
  let count: number | null = null;
  let understood = false;
  const named: { month: number | null; day: number | null; year: number | null } = {
    month: null,
    day: null,
    year: null,
  };
  for (const word of text.split(/[\s._,/-]+/).filter((piece) => piece !== "")) {
    const unit = word.replace(/s$/, "");
    const month = word.length >= 3 ? MONTHS.indexOf(word.slice(0, 3)) : -1;
    const weekday = word.length >= 3 ? WEEKDAYS.indexOf(word.slice(0, 3)) : -1;
    if (word === "ago" || word === "and") continue;
    if (/^\d+$/.test(word) || NUMBERS.includes(word) || word === "last" || word === "a") {
      if (count !== null) keepNumber(named, count);
      count = word === "last" || word === "a" ? 1 : NUMBERS.includes(word) ? NUMBERS.indexOf(word) : Number(word);
      if (count > MAX_COUNT) return null;
      continue;
    }
    const step = UNITS.get(unit);
    if (word === "now" || word === "today") understood = true;
    else if (word === "yesterday") at.setTime(at.getTime() - DAY);
    else if (word === "midnight") at.setUTCHours(0, 0, 0, 0);
    else if (word === "noon") at.setUTCHours(12, 0, 0, 0);
    else if (step !== undefined) at.setTime(at.getTime() - (count ?? 1) * step);
    else if (unit === "month") at.setUTCMonth(at.getUTCMonth() - (count ?? 1));
    else if (unit === "year") at.setUTCFullYear(at.getUTCFullYear() - (count ?? 1));
    else if (weekday >= 0) toWeekday(at, weekday, count ?? 1);
    else if (month >= 0) {
      if (count !== null) keepNumber(named, count);
      named.month = month;
    } else return null;
    understood = true;
    count = null;
  }
  if (count !== null) keepNumber(named, count);
  if (!understood) return null;
  return named.month === null ? moment(at.getTime()) : monthSpan(named.month, named.day, named.year, at);
}

function keepNumber(named: { day: number | null; year: number | null }, count: number): void {
  if (count >= 1900) Object.assign(named, { year: count });
  else Object.assign(named, { day: count });
}

// The last one before now, or that many before it.
function toWeekday(at: Date, weekday: number, count: number): void {
  const back = ((at.getUTCDay() - weekday + 6) % 7) + 1 + 7 * (Math.max(count, 1) - 1);
  at.setTime(at.getTime() - back * DAY);
}

// A month or a day of it; without a year the last one that has begun.
function monthSpan(month: number, day: number | null, year: number | null, at: Date): Span | null {
  const inYear = (one: number): Span | null =>
    calendar([`${one}`, `${month + 1}`, ...(day === null ? [] : [`${day}`])]);
  if (year !== null) return inYear(year);
  const span = inYear(at.getUTCFullYear());
  return span !== null && span.from > at.getTime() ? inYear(at.getUTCFullYear() - 1) : span;
}
