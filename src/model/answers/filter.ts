// The filter words of lists, `author:ada state:held older:7d`: the same at the command line and on pages.
// It parses and tests; it knows no clock.
import { STANDARD_REASONS } from "./reasons.ts";
import type { PatchRow } from "./row.ts";

/** What can stand before the colon, in the order in which help lists them. */
export const FILTER_KEYS = ["author", "file", "state", "tag", "title", "branch", "older", "newer"] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** States that are no reasons for having left. */
export const STATES = [
  "queued",
  "held",
  "disabled",
  "noted",
  "failed",
  "pending",
  "checked",
  "landed",
  "gone",
  "any",
] as const;

/** One word: all of them must hold. */
export interface Condition {
  /** `text` is a bare word, looked for in name and title. */
  readonly key: FilterKey | "text";
  readonly value: string;
  /** Whether it must not hold: `not:tag:Reviewed-by`. */
  readonly not: boolean;
}

export type Filter = readonly Condition[];

/** More words than this are not a question. */
const MAX_WORDS = 100;
const DAY = 24 * 3600 * 1000;
const SPANS: Readonly<Record<string, number>> = { d: DAY, w: 7 * DAY, m: 30 * DAY, y: 365 * DAY };

/** Reads filter words. A sentence is given for each word that is none; the others still make a filter. */
export function parseFilter(words: readonly string[]): {
  readonly filter: Filter;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  if (words.length > MAX_WORDS) problems.push(`only ${MAX_WORDS} filter words are read`);
  const filter = words.slice(0, MAX_WORDS).flatMap((word): Condition[] => {
    const not = word.startsWith("not:");
    const rest = not ? word.slice("not:".length) : word;
    const [, key, value] = /^([a-z]+):(.*)$/su.exec(rest) ?? [];
    if (key === undefined || value === undefined) return rest.trim() === "" ? [] : [{ key: "text", value: rest, not }];
    const known = [...FILTER_KEYS, "text" as const].find((one) => one === key);
    const problem = known === undefined ? `no filter "${key}:"` : valueProblem(known, value);
    if (known === undefined || problem !== null) {
      problems.push(problem ?? "");
      return [];
    }
    return [{ key: known, value, not }];
  });
  return { filter, problems };
}

function valueProblem(key: FilterKey | "text", value: string): string | null {
  if (value === "") return `"${key}:" has no value`;
  if ((key === "older" || key === "newer") && limitOf(value, 0) === null)
    return `"${value}" is no age: write 7d, 2w, 3m, 1y or a day such as 2026-03-01`;
  return null;
}

/** Whether a row passes. `now` is in milliseconds since 1970. Without a word about it, patches that left do not. */
export function matches(row: PatchRow, filter: Filter, now: number): boolean {
  if (row.gone !== null && !wantsGone(filter)) return false;
  return filter.every((condition) => holds(row, condition, now) !== condition.not);
}

/** Whether the filter asks for patches that left: by `state:gone`, `state:any` or a reason. */
export function wantsGone(filter: Filter): boolean {
  return filter.some(
    ({ key, value, not }) =>
      key === "state" && !not && (["gone", "any"].includes(value) || !STATES.some((state) => state === value)),
  );
}

/** Whether the value is a state, or one of the reasons that every tree knows: a typing error is worth telling. */
export function isKnownState(value: string): boolean {
  return [...STATES, ...STANDARD_REASONS.keys()].includes(value);
}

function holds(row: PatchRow, { key, value }: Condition, now: number): boolean {
  switch (key) {
    case "author":
      return includes(row.author, value);
    case "branch":
      return row.branch === value;
    case "file":
      return row.files.some((path) => isUnder(path, value));
    case "tag":
      return row.tags.some((tag) => includes(tag, value));
    case "title":
      return includes(row.title, value);
    case "text":
      return includes(row.name, value) || includes(row.title, value);
    case "older":
    case "newer": {
      const limit = limitOf(value, now);
      const since = Date.parse(row.since ?? "");
      return limit !== null && (key === "older" ? since <= limit : since > limit);
    }
    case "state":
      return hasState(row, value);
  }
}

function hasState(row: PatchRow, state: string): boolean {
  switch (state) {
    case "any":
      return true;
    case "queued":
      return row.gone === null;
    case "gone":
      return row.gone !== null;
    case "held":
      return row.hold !== null;
    case "disabled":
      return row.disabled;
    case "noted":
      return row.notes.length + row.privateNotes.length > 0;
    case "checked":
      return row.checks.length > 0;
    case "failed":
      return row.checks.some((check) => check.state === "fail");
    case "pending":
      return row.checks.some((check) => check.state === "pending");
    case "landed":
      return row.landed.length > 0;
    default:
      return row.gone?.reason === state;
  }
}

/** Letters of both cases are the same; nothing else is. */
function includes(text: string, piece: string): boolean {
  return text.toLowerCase().includes(piece.toLowerCase());
}

/** The path itself, a directory above it, or a pattern in which `*` stands for anything but nothing crosses a `/`; `**` crosses. */
function isUnder(path: string, wanted: string): boolean {
  const place = wanted.replace(/\/$/, "");
  if (!place.includes("*")) return path === place || path.startsWith(`${place}/`);
  return hasShape(path, place);
}

/** A `*` at a time, from left to right, so that no pattern takes long. */
function hasShape(path: string, pattern: string): boolean {
  const parts = pattern.split(/(\*+)/);
  let at = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const place of at) {
      if (!part.startsWith("*")) {
        if (path.startsWith(part, place)) next.add(place + part.length);
        continue;
      }
      const slash = path.indexOf("/", place);
      const end = part.length > 1 || slash < 0 ? path.length : slash;
      for (let index = place; index <= end; index++) next.add(index);
    }
    at = next;
  }
  return at.has(path.length);
}

/** The moment that an age or a day names, in milliseconds since 1970; null for what is neither. */
function limitOf(value: string, now: number): number | null {
  const [, count, unit] = /^(\d{1,5})([dwmy])$/.exec(value) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (SPANS[unit] ?? DAY);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  const day = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(day) ? null : day;
}
