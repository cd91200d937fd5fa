// The log of the outbox: what was decided about each waiting mail and what servers answered, one JSON object a line, append-only.
// It only shapes, prints and reads lines; what they add up to is in mail-state.ts.
import type { Bytes, Problem } from "#model/bytes";
import { bytesOf, textOf } from "#model/bytes";

/** One recipient with the words of the server, first digit included: `550 5.1.1 no such user`. */
export interface Answer {
  readonly to: string;
  readonly answer: string;
}

/** One line. `mail` is the mail's file name in the outbox; addresses are as in its header. */
export type OutboxLine = { readonly at: string } & (
  | { readonly do: "public"; readonly mails: readonly string[] }
  | { readonly do: "hold"; readonly mail: string }
  /** For these recipients only; null for all. */
  | { readonly do: "suppress"; readonly mail: string; readonly to: readonly string[] | null }
  /** Takes back every `hold` and `suppress` of the mail, and what a rule says of it. */
  | { readonly do: "free"; readonly mail: string }
  /** Mails that cancel each other; one that is taken back later brings the others back. */
  | { readonly do: "cancel"; readonly mails: readonly string[]; readonly why: string }
  /** Flushed before the first byte of the mail's text leaves: from here on a crash leaves it open whether it arrived. */
  | { readonly do: "sending"; readonly mail: string; readonly attempt: string; readonly to: readonly string[] }
  | {
      readonly do: "answered";
      readonly mail: string;
      readonly attempt: string;
      /** What the server said to the text as a whole; null when it never got that far. */
      readonly answer: string | null;
      readonly accepted: readonly Answer[];
      readonly refused: readonly Answer[];
      readonly later: readonly Answer[];
    }
  /** How an open attempt was closed without an answer: it arrived (`arrived`), or it did not and may be sent again. */
  | {
      readonly do: "settled";
      readonly mail: string;
      readonly attempt: string;
      readonly arrived: boolean;
      readonly by: string;
    }
  | {
      readonly do: "digest";
      readonly into: string;
      readonly to: string;
      readonly mails: readonly string[];
    }
);

/** A longer line is passed over. */
const MAX_LINE = 4 * 1024 * 1024;

/** Reads a log. A torn or foreign line is reported and passed over: what was not flushed whole had no consequence yet. */
export function parseOutboxLog(bytes: Bytes): {
  readonly lines: readonly OutboxLine[];
  readonly problems: readonly Problem[];
} {
  const lines: OutboxLine[] = [];
  const problems: Problem[] = [];
  for (const [index, text] of textOf(bytes).split("\n").entries()) {
    if (text.trim() === "") continue;
    const line = text.length > MAX_LINE ? null : parseLine(text);
    if (line === null) problems.push({ message: "not a line of the outbox's log", line: index + 1 });
    else lines.push(line);
  }
  return { lines, problems };
}

/** The lines as text, each with LF. */
export function printOutboxLines(lines: readonly OutboxLine[]): Bytes {
  return bytesOf(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function parseLine(text: string): OutboxLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const line = value as Readonly<Record<string, unknown>>;
  const fields = FIELDS[String(line["do"])];
  if (!Object.hasOwn(FIELDS, String(line["do"])) || fields === undefined || typeof line["at"] !== "string") return null;
  return Object.entries(fields).every(([key, test]) => test(line[key])) ? (value as OutboxLine) : null;
}

type Test = (value: unknown) => boolean;
const isText: Test = (value) => typeof value === "string";
const isTexts: Test = (value) => Array.isArray(value) && value.every(isText);
const isAnswers: Test = (value) =>
  Array.isArray(value) &&
  value.every((one: unknown) => {
    const answer = Object(one) as Readonly<Record<string, unknown>>;
    return isText(answer["to"]) && isText(answer["answer"]);
  });

const FIELDS: Readonly<Record<string, Readonly<Record<string, Test>>>> = {
  public: { mails: isTexts },
  hold: { mail: isText },
  suppress: { mail: isText, to: (value) => value === null || isTexts(value) },
  free: { mail: isText },
  cancel: { mails: isTexts, why: isText },
  sending: { mail: isText, attempt: isText, to: isTexts },
  answered: {
    mail: isText,
    attempt: isText,
    answer: (value) => value === null || isText(value),
    accepted: isAnswers,
    refused: isAnswers,
    later: isAnswers,
  },
  settled: { mail: isText, attempt: isText, arrived: (value) => typeof value === "boolean", by: isText },
  digest: { into: isText, to: isText, mails: isTexts },
};
