// Digests: several mails about one series for one recipient, put whole into one (RFC 2046 section 5.1.5, multipart/digest).
// Which mails belong together is decided here; their texts are not touched.
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf, concatBytes } from "#model/bytes";
import { encodeWords } from "#model/mail";
import type { NoticeDate } from "#model/notices";
import { contentDigest, messageIdFor, printDate } from "#model/notices";
import type { MailFacts } from "./mail-state.ts";
import type { OutboxRule } from "./rules.ts";
import { ruleFor } from "./rules.ts";

/** Mails of one series that one recipient gets as one. */
export interface DigestGroup {
  readonly to: string;
  /** File names in the outbox, in its order; at least two. */
  readonly mails: readonly string[];
}

/** Groups what is ready to go: per recipient whom a rule gives digests, and per posting. A mail that would be alone stays itself. */
export function digestGroups(
  ready: readonly { readonly facts: MailFacts; readonly to: readonly string[] }[],
  rules: readonly OutboxRule[],
): DigestGroup[] {
  const groups = new Map<string, { readonly to: string; readonly mails: string[] }>();
  for (const { facts, to } of ready) {
    if (facts.posting === null) continue;
    for (const address of to) {
      if (ruleFor(rules, facts, address) !== "digest") continue;
      const key = `${address.toLowerCase()} ${facts.posting}`;
      const group = groups.get(key);
      if (group) group.mails.push(facts.name);
      else groups.set(key, { to: address, mails: [facts.name] });
    }
  }
  return [...groups.values()].filter(({ mails }) => mails.length > 1);
}

/** The mail that holds others. `parts` are whole mails; the same input gives the same bytes, Message-Id included. */
export function printDigest(
  parts: readonly { readonly subject: string; readonly bytes: Bytes }[],
  envelope: { readonly from: string; readonly to: string; readonly date: NoticeDate; readonly host: string },
): Bytes {
  const digest = contentDigest(concatBytes([bytesOf(`${envelope.to}\n`), ...parts.map(({ bytes }) => bytes)]));
  const boundary = boundaryFor(digest, parts);
  const subject = `${parts.length} notices: ${parts[0]?.subject ?? ""}, …`;
  const header = [
    `Date: ${printDate(envelope.date)}`,
    `To: ${envelope.to}`,
    `From: ${envelope.from}`,
    `Subject: ${encodeWords(subject).replaceAll("\n ", " ")}`,
    `Message-Id: ${messageIdFor(envelope.date, digest, envelope.host)}`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    `Content-Type: multipart/digest; boundary="${boundary}"`,
    ...(parts.some(({ bytes }) => bytes.some((byte) => byte > 127)) ? ["Content-Transfer-Encoding: 8bit"] : []),
  ];
  return concatBytes([
    bytesOf(`${header.join("\n")}\n`),
    ...parts.flatMap(({ bytes }) => [bytesOf(`\n--${boundary}\n\n`), bytes]),
    bytesOf(`\n--${boundary}--\n`),
  ]);
}

/** A boundary that no part has in it. */
function boundaryFor(digest: string, parts: readonly { readonly bytes: Bytes }[]): string {
  for (let number = 0; ; number++) {
    const boundary = `=_${digest}_${number}`;
    if (!parts.some(({ bytes }) => byteString(bytes).includes(boundary))) return boundary;
  }
}
