// Notices as values: what happened to a patch, in the words of the tree's templates, for the people it concerns.
import type { Bytes, ByteString } from "#model/bytes";
import { byteString, bytesOf, concatBytes, fromByteString, UserError } from "#model/bytes";
import { addressesIn } from "./addresses.ts";
import { contentDigest, messageIdFor } from "./message-id.ts";
import type { NoticeDate } from "./notice-date.ts";
import { printDate } from "./notice-date.ts";
import type { NoticeTrailer } from "./recipients.ts";
import { noticeRecipients } from "./recipients.ts";
import { render, renderAround } from "./render.ts";
import type { RosterEntry } from "./roster.ts";
import { roster } from "./roster.ts";
import type { MailTemplate, NoticeTemplates } from "./templates.ts";

/** A mail that is ready to be printed. */
export interface Notice {
  /** `added`, or the kind of removal. */
  readonly kind: string;
  /** File name of the patch. */
  readonly name: string;
  /** File names of all patches that a digest tells of; left out for a notice of one. */
  readonly names?: readonly string[];
  /** In the order of the templates; values are one line of UTF-8 without encoding. */
  readonly headers: readonly (readonly [string, ByteString])[];
  /** The addresses of the `To:` header. */
  readonly to: readonly string[];
  readonly body: Bytes;
}

/** What a notice says about a patch. */
export interface Announced {
  readonly templates: NoticeTemplates;
  /** When the notice is written; also gives the Message-Id's stamp. */
  readonly date: NoticeDate;
  /** File name of the patch, `.patch` included. */
  readonly name: string;
  readonly title: ByteString;
  /** The branch that the patch is, or was, in. */
  readonly branch: string;
  /** `Name <address>` or a bare address. */
  readonly author: ByteString;
  readonly trailers: readonly NoticeTrailer[];
  /** The whole patch file: header, description, diffstat, diff. */
  readonly patch: Bytes;
  /** The queue in series order, after the event. */
  readonly queue: readonly RosterEntry[];
  /** What the next revision of its posting is best made on; left out where there is nothing to say. */
  readonly base?: NoticeBase;
}

/** What the next revision of a posting is best made on. */
export interface NoticeBase {
  /** As git finds it once the branches are public: `longarm/below/NAME`. */
  readonly ref: string;
  /** Commit id; null where it is not known before the next build. */
  readonly commit: string | null;
}

/** A patch that left the queue. */
export interface Removal extends Announced {
  /** A key of the templates' `reasons`. */
  readonly kind: string;
  /** The branch it was merged into, or the patch it was folded into, for reasons that name it. */
  readonly into?: string;
}

/** The notice that a patch entered a branch. The same input gives the same bytes, Message-Id included. */
export function addedNotice(added: Announced): Notice {
  const values = commonValues(added);
  const extra = render(ownOf(added.templates.extra, added.branch) ?? "", values);
  values.set("extra", extra);
  return compose("added", added, added.templates.added, values, added.queue);
}

/** The notice that a patch left the queue; it is never on its own roster. Throws UserError for a kind the templates do not have. */
export function removedNotice(removed: Removal): Notice {
  const reasons = removed.templates.reasons;
  const reason = ownOf(reasons, removed.kind);
  if (reason === undefined) {
    throw new UserError(`announce "${removed.name}": no removal kind "${removed.kind}"`, {
      hint: `kinds of this tree: ${Object.keys(reasons).join(", ")}`,
    });
  }
  const values = commonValues(removed);
  if (removed.into !== undefined) values.set("into", byteString(bytesOf(removed.into)));
  values.set("tag", render(reason.tag, values));
  values.set("reason", render(reason.reason, values));
  const others = removed.queue.filter((entry) => entry.name !== removed.name);
  return compose(removed.kind, removed, removed.templates.removed, values, others);
}

/** The placeholders that are known for every patch. */
export function commonValues(patch: Announced): Map<string, ByteString> {
  const values = new Map<string, ByteString>();
  const text = (key: string, value: string): void => void values.set(key, byteString(bytesOf(value)));
  for (const [word, value] of Object.entries(patch.templates.words)) text(word, value);
  text("name", patch.name);
  text("stem", patch.name.replace(/\.patch$/, ""));
  text("branch", patch.branch);
  text("line", patch.branch.replace(/^[^-]*-(?=.)/, ""));
  values.set("title", patch.title);
  values.set("author", addressesIn(patch.author)[0] ?? patch.author);
  text("below", patch.base?.ref ?? "");
  const commit = patch.base?.commit ?? null;
  text("base-commit", commit === null ? "" : `base-commit: ${commit}`);
  return values;
}

function compose(
  kind: string,
  patch: Announced,
  template: MailTemplate,
  values: ReadonlyMap<string, ByteString>,
  queue: readonly RosterEntry[],
): Notice {
  const { templates } = patch;
  const to = noticeRecipients(patch);
  const names = roster(queue, patch.author).map((name) => {
    const line = render(templates.listed, new Map([...values, ["name", byteString(bytesOf(name))]]));
    return `${line}\n`;
  });
  const body = renderAround(template.body, new Map([...values, ["roster", names.join("")]]), patch.patch);
  const subject = oneLine(render(template.subject, values));
  return mailOf({ kind, name: patch.name, templates, date: patch.date, to, subject, body, values });
}

/** What every mail of a tree is made of. */
export interface MailParts {
  readonly kind: string;
  readonly name: string;
  readonly templates: Pick<NoticeTemplates, "sender" | "list" | "host" | "headers" | "to">;
  readonly date: NoticeDate;
  readonly to: readonly string[];
  /** One line. */
  readonly subject: ByteString;
  readonly body: Bytes;
  /** For the headers that are texts of the templates. */
  readonly values: ReadonlyMap<string, ByteString>;
}

/** The mail with its headers in the templates' order. Its Message-Id follows from the recipients, the subject, the body and the date. */
export function mailOf(parts: MailParts): Notice {
  const { templates, to, subject, body, date } = parts;
  const sender = oneLine(byteString(bytesOf(templates.sender)));
  const digest = contentDigest(concatBytes([fromByteString(`${to.join(",")}\n${subject}\n`), body]));
  const known: Readonly<Record<string, ByteString>> = {
    date: printDate(date),
    to: to.join(templates.to.separator),
    from: sender,
    subject,
    "message-id": messageIdFor(date, digest, templates.host),
  };
  const texts = new Map([...parts.values, ["list", templates.list], ["sender", sender]] as const);
  const headers = templates.headers.map((header) => {
    const [, name = header, text] = /^([^:]*):\s*(.*)$/.exec(header) ?? [];
    return [name, text === undefined ? (known[name.toLowerCase()] ?? "") : oneLine(render(text, texts))] as const;
  });
  return { kind: parts.kind, name: parts.name, headers, to, body };
}

/** A title with a line end in it must not begin another header; blanks in a row become one. */
export function oneLine(text: ByteString): ByteString {
  // oxlint-disable-next-line no-control-regex
  const line = text.replace(/[\x00-\x20\x7f]+/g, " ");
  // Not trim(): it takes the byte A0, which ends characters of UTF-8.
  return line.slice(line.startsWith(" ") ? 1 : 0, line.endsWith(" ") ? -1 : undefined);
}

/** The record's own value: a branch may be called `constructor`. */
export function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
