// Compares what we make of a thread with what b4 makes of it, field by field. Both sides are read back by git mailinfo, as `git am` does.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, byteString, fromByteString } from "#model/bytes";
import { amMailbox } from "#model/export";
import { parseDate, parseTrailers, splitMbox } from "#model/mail";
import { carryTags, findPostings, printRevision, revisionChains, type Posting } from "#model/postings";
import { composePatches } from "#model/queue";
import type { B4Patch, B4Series } from "./ask-b4.ts";
import type { Thread } from "./inbox.ts";

/** One difference. `where` names the posting or patch by a digest of its Message-ID: ids of real people stay out of the repository. */
export interface Difference {
  readonly where: string;
  readonly field: string;
  /** What each side says, for a person; not kept. */
  readonly ours: string;
  readonly b4: string;
}

/** A patch as `git am` would see it in our mailbox. */
export type OurPatch = Omit<B4Patch, "mail">;

/** One of our postings, ready to be compared. */
export interface OurSeries {
  readonly posting: Posting;
  readonly patches: readonly OurPatch[];
}

/** Ours as `mail am` writes them outside a tree. `scratch` is a folder for git mailinfo. */
export function ourSeries(thread: Thread, scratch: string): OurSeries[] {
  const chains = revisionChains(findPostings(thread.mails).postings);
  return chains
    .flatMap(({ postings }) => postings.map((posting) => ({ posting, postings })))
    .filter(({ posting }) => posting.seen > 0)
    .map(({ posting, postings }) => {
      const { slots } = carryTags(postings, posting);
      const settings = { foldCover: false, link: "", trailers: "b4", signOff: null } as const;
      const composed = composePatches(posting, settings, slots);
      const mails = splitMbox(amMailbox(composed, posting)).messages;
      const patches = composed.map(({ part, mail }, index) => ({
        part,
        id: mail.message.messageId ?? "",
        ...mailinfo(mails[index] ?? bytesOf(""), scratch),
      }));
      return { posting, patches };
    });
}

function mailinfo(mail: Uint8Array, scratch: string): Omit<OurPatch, "part" | "id"> {
  const [log, patch] = [join(scratch, "log"), join(scratch, "patch")];
  const info = execFileSync("git", ["mailinfo", "--encoding=UTF-8", "--no-scissors", log, patch], {
    cwd: scratch,
    input: mail,
  }).toString("latin1");
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(info)?.[1] ?? "";
  return {
    subject: /^Subject: (.*)$/m.exec(byteString(mail))?.[1] ?? "",
    title: field("Subject"),
    author: field("Author"),
    email: field("Email"),
    date: field("Date"),
    log: readFileSync(log, "latin1"),
    patch: readFileSync(patch, "latin1"),
  };
}

/** All differences of one thread; what only one side has is a difference, too. */
export function compareThread(ours: readonly OurSeries[], b4: readonly B4Series[]): Difference[] {
  const found: Difference[] = [];
  const left = new Set(ours);
  for (const series of b4) {
    if (series.error !== null) {
      found.push({ where: `${digest(series.thread)} v${series.revision}`, field: "error", ours: "", b4: series.error });
      continue;
    }
    const ids = new Set(series.patches.map(({ id }) => id));
    const common = (one: OurSeries): number => one.patches.filter(({ id }) => ids.has(id)).length;
    const [best] = [...left]
      .filter((one) => common(one) > 0)
      .sort((a, b) => common(b) - common(a) || Number(sameRevision(b, series)) - Number(sameRevision(a, series)));
    if (best === undefined) {
      found.push({
        where: whereOf(series.patches, `v${series.revision}`),
        field: "posting",
        ours: "none",
        b4: list(series.patches),
      });
      continue;
    }
    left.delete(best);
    found.push(...compareSeries(best, series));
  }
  for (const { posting, patches } of left) {
    found.push({
      where: whereOf(patches, printRevision(posting.revision)),
      field: "posting",
      ours: list(patches),
      b4: "none",
    });
  }
  return found;
}

function sameRevision({ posting }: OurSeries, { revision }: B4Series): boolean {
  return posting.revision.major === revision;
}

function compareSeries({ posting, patches }: OurSeries, b4: B4Series): Difference[] {
  const where = whereOf(patches, printRevision(posting.revision));
  const found: Difference[] = [];
  const note = (place: string, field: string, ours: string, theirs: string): void => {
    if (ours !== theirs) found.push({ where: place, field, ours, b4: theirs });
  };
  note(where, "revision", printRevision(posting.revision), `v${b4.revision}`);
  note(where, "cover", posting.cover?.message.messageId ?? "none", b4.cover ?? "none");
  note(where, "total", String(posting.total), String(b4.total));
  note(where, "complete", String(posting.complete), String(b4.complete));
  note(where, "patches", sorted(patches.map(({ id }) => id)), sorted(b4.patches.map(({ id }) => id)));
  note(where, "refused", "written", b4.refused ?? "written");
  const both = b4.patches.filter(({ id }) => patches.some((patch) => patch.id === id));
  const order = (side: readonly { readonly id: string }[]): string =>
    side
      .map(({ id }) => id)
      .filter((id) => both.some((patch) => patch.id === id))
      .join(" ");
  note(where, "order", order(patches), order(b4.patches));
  for (const theirs of both) {
    const own = patches.find(({ id }) => id === theirs.id);
    if (own !== undefined) comparePatch(`${where} ${own.part} ${digest(own.id)}`, own, theirs, note);
  }
  return found;
}

function comparePatch(
  where: string,
  ours: OurPatch,
  b4: B4Patch,
  note: (where: string, field: string, ours: string, b4: string) => void,
): void {
  note(where, "title", ours.title, b4.title);
  note(where, "author", `${ours.author} <${ours.email}>`, `${b4.author} <${b4.email}>`);
  note(where, "date", momentOf(ours.date), momentOf(b4.date));
  note(where, "diff", diffOf(ours.patch), diffOf(b4.patch));
  if (ours.log.trim() === b4.log.trim()) return;
  const [own, their] = [split(ours.log), split(b4.log)];
  note(where, "body", own.body, their.body);
  const sets = [sorted(own.trailers), sorted(their.trailers)] as const;
  note(where, "trailers", ...sets);
  if (sets[0] === sets[1]) note(where, "trailer order", own.trailers.join("\n"), their.trailers.join("\n"));
}

/** b4 writes the day with two digits, we as it was sent: the same moment and the same zone. */
function momentOf(text: string): string {
  const { time, zone } = parseDate(text).date;
  return `${time ?? text} ${zone ?? ""}`;
}

/** From the first line of the diff to the signature; b4 rewrites blanks at its very end. */
function diffOf(patch: string): string {
  const start = /^(?:diff |Index: |--- \S)/m.exec(patch)?.index ?? patch.length;
  const [diff = ""] = patch.slice(start).split(/\n-- \n(?![\s\S]*\n-- \n)/);
  return diff.trimEnd();
}

function split(log: string): { readonly body: string; readonly trailers: readonly string[] } {
  const { body, trailers } = parseTrailers(fromByteString(log));
  return {
    body: byteString(body).trimEnd(),
    trailers: trailers.map(({ raw }) => raw.trim()),
  };
}

function sorted(texts: readonly string[]): string {
  return texts.toSorted().join("\n");
}

function list(patches: readonly { readonly part: number; readonly title: string }[]): string {
  return patches.map(({ part, title }) => `${part} ${title}`).join("; ");
}

function whereOf(patches: readonly { readonly id: string }[], revision: string): string {
  return `${digest(patches[0]?.id ?? "")} ${revision}`;
}

/** 12 hex digits of the SHA-256 of a Message-ID without brackets. */
export function digest(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 12);
}
