// How often a tree is published: `2 days`, `3 working days`, `6 hours`. Says when the next time is, given the last; waits for nothing.

/** A pause between two times. */
export interface Schedule {
  readonly count: number;
  readonly unit: "minute" | "hour" | "day" | "working day";
}

/** Longest pause, in units; a larger number is a typing error. */
const MAX_COUNT = 1000;
const LENGTH = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** Reads `[every] N minutes|hours|days|working days`; null when it is none. */
export function parseSchedule(text: string): Schedule | null {
  const found = /^(?:every\s+)?(\d{1,4})\s+(minute|hour|day|working\s+day)s?$/i.exec(text.trim());
  const count = Number(found?.[1] ?? 0);
  if (!found || count < 1 || count > MAX_COUNT) return null;
  return { count, unit: (found[2] ?? "").toLowerCase().replace(/\s+/, " ") as Schedule["unit"] };
}

/** When it is due next, milliseconds since 1970. A working day is Monday to Friday in UTC; the time of day stays. */
export function nextDue(last: number, { count, unit }: Schedule): number {
  if (unit !== "working day") return last + count * LENGTH[unit];
  let at = last;
  for (let left = count; left > 0;) {
    at += LENGTH.day;
    if (![0, 6].includes(new Date(at).getUTCDay())) left--;
  }
  return at;
}
