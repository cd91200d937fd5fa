// One mail for several patches of one operation, in the words of the templates. Which patches belong together is the caller's choice.
import type { ByteString } from "#model/bytes";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { addressesIn } from "./addresses.ts";
import type { Announced, Notice } from "./notice.ts";
import { commonValues, mailOf, oneLine, ownOf } from "./notice.ts";
import { noticeRecipients } from "./recipients.ts";
import { render } from "./render.ts";
import { roster } from "./roster.ts";

/** What a digest tells. */
export interface Digest {
  /** A key of the templates' `digests`: `added`, `removed`, `updated`. */
  readonly digest: string;
  /** What the notice is called in the ledger: `added`, `updated`, or the kind of removal. */
  readonly kind: string;
  /** At least one, in series order; branch and templates are those of the first. */
  readonly patches: readonly (Announced & { readonly note?: ByteString })[];
  /** Of the posting that they came in. */
  readonly title: ByteString;
  /** For removals: a key of the templates' `reasons`. */
  readonly reason?: string;
  readonly into?: string;
  /** Said once for all of them, as many lines as it has. */
  readonly note?: ByteString;
}

/** The mail; null when the templates have none for it or there is no patch. Its recipients are those of all the patches, each once. */
export function digestNotice(digest: Digest): Notice | null {
  const [first] = digest.patches;
  const template = first && ownOf(first.templates.digests, digest.digest);
  if (first === undefined || template === undefined) return null;
  const { templates } = first;
  const values = commonValues(first);
  values.set("title", digest.title);
  values.set("count", String(digest.patches.length));
  values.set("patches", digest.patches.length === 1 ? "patch" : "patches");
  values.set("note", digest.note ?? "");
  if (digest.into !== undefined) values.set("into", byteString(bytesOf(digest.into)));
  const reason = digest.reason === undefined ? undefined : ownOf(templates.reasons, digest.reason);
  values.set("tag", reason === undefined ? "" : render(reason.tag, values));
  values.set("reason", reason === undefined ? "" : render(reason.reason, values));
  values.set("extra", render(ownOf(templates.extra, first.branch) ?? "", values));
  const lines = digest.patches.map((patch, index) => {
    const own = new Map([...commonValues(patch), ["number", String(index + 1)], ["note", patch.note ?? ""]] as const);
    return `${render(template.line, own)}\n`;
  });
  const authors = new Map(digest.patches.map(({ author }) => [addressesIn(author)[0] ?? author, author]));
  const gone = new Set(digest.reason === undefined ? [] : digest.patches.map(({ name }) => name));
  const names = [...authors.values()]
    .flatMap((author) => roster(first.queue, author))
    .filter((name) => !gone.has(name));
  values.set("author", [...authors.keys()].join(", "));
  values.set("lines", lines.join(""));
  const listed = names.map((name) =>
    render(templates.listed, new Map([...values, ["name", byteString(bytesOf(name))]])),
  );
  const blocks = new Map([...values, ["roster", listed.map((line) => `${line}\n`).join("")]]);
  const notice = mailOf({
    kind: digest.kind,
    name: first.name,
    templates,
    date: first.date,
    to: noticeRecipients({
      templates,
      author: first.author,
      trailers: digest.patches.flatMap(({ trailers, author }) => [...trailers, { key: "Cc", value: author }]),
    }),
    subject: oneLine(render(template.subject, values)),
    body: fromByteString(render(template.body, blocks)),
    values,
  });
  return { ...notice, names: digest.patches.map(({ name }) => name) };
}
