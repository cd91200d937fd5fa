// The mail that tells of a snapshot of the whole queue: which patches are in it, against what. Not about one patch.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import type { Notice } from "./notice.ts";
import { mailOf, oneLine } from "./notice.ts";
import type { NoticeDate } from "./notice-date.ts";
import { render } from "./render.ts";
import type { NoticeTemplates } from "./templates.ts";

/** A snapshot. */
export interface Uploaded {
  readonly templates: NoticeTemplates;
  readonly date: NoticeDate;
  /** What the snapshot is called, such as a date. */
  readonly stamp: ByteString;
  /** What it applies to, `5.18-rc4`. */
  readonly base: ByteString;
  /** Lines of the series in order, each with its mark: `* NAME` or two blanks. */
  readonly series: readonly ByteString[];
  readonly to: readonly string[];
}

/** The mail; null when the templates have none. */
export function uploadedNotice(uploaded: Uploaded): Notice | null {
  const { templates, date, to, stamp, base } = uploaded;
  if (templates.uploaded === null) return null;
  const values = new Map<string, ByteString>(
    Object.entries(templates.words).map(([word, value]) => [word, byteString(bytesOf(value))]),
  );
  values.set("stamp", stamp).set("base", base);
  const series = uploaded.series.map((line) => `${line}\n`).join("");
  const body = fromByteString(render(templates.uploaded.body, new Map([...values, ["series", series]])));
  const subject = oneLine(render(templates.uploaded.subject, values));
  return mailOf({ kind: "uploaded", name: "", templates, date, to, subject, body, values });
}
