// The addresses of mails, taken apart: `/mail/MESSAGE-ID/` and what lies below it. A Message-ID may hold anything, a slash and a
// percent sign among it, so it is cut out of the address as it was sent and decoded once.

/** What of a mail was asked for. */
export interface MailAddress {
  /** Without `<>`. */
  readonly messageId: string;
  readonly part: MailPart;
}

export type MailPart =
  | { readonly kind: "page" | "thread" | "raw" | "mbox" }
  /** 1-based. */
  | { readonly kind: "attachment"; readonly number: number }
  /** As the page, but without the slash at its end. */
  | { readonly kind: "unfinished" };

/** Longer ones are none (RFC 5322, 2.1.1: a line has at most 998 characters). */
const MAX_ID = 1000;

/** Reads the path of a request below `prefix`, `/mail/`; null when there is no Message-ID in it. */
export function parseMailAddress(pathname: string, prefix: string): MailAddress | null {
  if (!pathname.startsWith(prefix)) return null;
  const rest = pathname.slice(prefix.length);
  for (const [end, part] of PARTS) {
    const found = end.exec(rest);
    if (found === null) continue;
    const messageId = decodedId(rest.slice(0, found.index));
    return messageId === null ? null : { messageId, part: part(found) };
  }
  return null;
}

const PARTS: readonly (readonly [RegExp, (found: RegExpExecArray) => MailPart])[] = [
  [/\/raw$/, () => ({ kind: "raw" })],
  [/\/t\.mbox\.gz$/, () => ({ kind: "mbox" })],
  [/\/attachment\/([1-9]\d{0,3})$/, ([, number]) => ({ kind: "attachment", number: Number(number) })],
  [/\/[tT]\/?$/, () => ({ kind: "thread" })],
  [/\/$/, () => ({ kind: "page" })],
  [/$/, () => ({ kind: "unfinished" })],
];

function decodedId(text: string): string | null {
  try {
    const id = decodeURIComponent(text).replace(/^<(.*)>$/s, "$1");
    return id === "" || id.length > MAX_ID ? null : id;
  } catch {
    return null;
  }
}
