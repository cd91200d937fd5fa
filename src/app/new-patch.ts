// A patch on its way into the queue, and how it is written from a mail that was composed (compose-found.ts). It is queued elsewhere.
import type { Bytes } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { Diff } from "#model/diff";
import { parseDiff } from "#model/diff";
import type { Origin, TagRecord } from "#model/ledger";
import { printAddress } from "#model/mail";
import { noticeName, patchBlock, uniqueName } from "#model/notices";
import type { SlotChoice } from "#model/postings";
import { printRevision } from "#model/postings";
import type { ComposedPatch, PatchName } from "#model/queue";
import { parsePatchName, printPerson, showName } from "#model/queue";
import { checkDiff } from "./check-diff.ts";
import type { Taking } from "./compose-found.ts";
import { tagRecords } from "./tag-records.ts";

/** One patch about to be queued. */
export interface NewPatch {
  readonly name: PatchName;
  readonly title: string;
  readonly author: string;
  readonly bytes: Bytes;
  readonly origin: Origin;
  readonly tags: readonly TagRecord[];
}

/** The patch file of a composed patch under a name; `diff` is what it changes, the mail's own unless another one is given. */
export function newPatch(
  { posting, proposed, collected, settings }: Taking,
  patch: ComposedPatch,
  name: PatchName,
  diff: Diff = parseDiff(patch.mail.diff),
): NewPatch {
  const choice = proposed.slots[patch.part - 1];
  const tags = tagRecords({ ...patch, lost: collected[patch.part - 1]?.lost ?? [] });
  const id = patch.mail.message.messageId ?? "";
  const shown = `patch ${patch.part} of ${posting.total}, <${id}>`;
  checkDiff(
    shown,
    diff.problems.map((problem) => problem.message),
    diff,
  );
  const author = patch.author === null ? "" : printAddress(patch.author);
  const from = patch.author !== null && settings.quoteNames ? printPerson(patch.author) : author;
  const bytes = patchBlock(
    {
      name: showName(name),
      author: byteString(bytesOf(from)),
      header: settings.header,
      title: byteString(bytesOf(patch.title)),
      date: patch.date,
      log: patch.log,
      diff,
    },
    settings.diff,
  );
  const revision = printRevision(posting.revision);
  const origin = {
    kind: "mail",
    messageId: id,
    posting: posting.id ?? id,
    revision,
    part: `${patch.part}/${posting.total}`,
    ...(posting.base.commit === null ? {} : { base: posting.base.commit }),
    ...(choice === undefined || choice.how === "posted" ? {} : { composed: composedOf(choice) }),
  } as const;
  return { name, title: patch.title, author, bytes, origin, tags };
}

/** A file name for a patch that is not among `taken`, where it is put. */
export function freshName(patch: ComposedPatch, taken: Set<string>): PatchName {
  const text = uniqueName(noticeName(patch.mail.subject.title), taken);
  taken.add(text);
  const name = parsePatchName(byteString(bytesOf(text)));
  if (name === null) throw new Error(`made the patch name "${text}", which is none`);
  return name;
}

function composedOf({ how, patch, from, reason }: SlotChoice): { how: string; revision: string; reason: string } {
  const own = patch?.subject.revision;
  return { how, revision: printRevision(own?.stated === true ? own : from.revision), reason };
}
