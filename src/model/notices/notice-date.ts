// A moment as mail headers write it. The model has no clock: whoever sends says when.

/** A moment and the zone it is written in. */
export interface NoticeDate {
  /** Milliseconds since 1970-01-01 UTC; a part of a second is dropped. */
  readonly time: number;
  /** Minutes east of UTC: -420 is `-0700`. */
  readonly zone: number;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The moment as `Thu, 25 Jan 2024 18:16:27 -0800` (RFC 5322 section 3.3, day of two digits). */
export function printDate(date: NoticeDate): string {
  const local = new Date(date.time + date.zone * 60_000);
  const zone = Math.abs(date.zone);
  const sign = date.zone < 0 ? "-" : "+";
  const day = `${DAYS[local.getUTCDay()]}, ${two(local.getUTCDate())} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(":");
  return `${day} ${time} ${sign}${two(Math.floor(zone / 60))}${two(zone % 60)}`;
}

/** The moment in UTC as `20240126021627`. */
export function printStamp(date: NoticeDate): string {
  return new Date(date.time).toISOString().slice(0, 19).replace(/\D/g, "");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
