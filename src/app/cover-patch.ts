// The cover letter of a posting as a file of the queue, where the tree keeps it so (decision 0027).
import { byteString, bytesOf } from "#model/bytes";
import type { Posting } from "#model/postings";
import { printRevision } from "#model/postings";
import type { ComposeSettings, PatchName } from "#model/queue";
import { composeCover, parsePatchName } from "#model/queue";
import type { NewPatch } from "./new-patch.ts";

/** Those that are the cover letters of their postings. */
export function coversOf(patches: readonly NewPatch[]): ReadonlySet<PatchName> {
  return new Set(
    patches.filter(({ origin }) => origin.kind === "mail" && origin.part.startsWith("0/")).map(({ name }) => name),
  );
}

/** The cover letter as a file behind the patches, where the tree keeps it so; `nameFor` names it by its title. */
export function coverPatch(
  maintainer: string,
  { posting, coverSettings }: { readonly posting: Posting; readonly coverSettings: ComposeSettings | null },
  patches: readonly PatchName[],
  nameFor: (title: string) => string,
): NewPatch | null {
  const composed = coverSettings === null ? null : composeCover(posting, coverSettings, maintainer, patches);
  if (composed === null) return null;
  const text = nameFor(`cover ${posting.cover?.title ?? ""}`);
  const name = parsePatchName(byteString(bytesOf(text)));
  if (name === null) throw new Error(`made the patch name "${text}", which is none`);
  const { title, messageId, bytes } = composed;
  const revision = printRevision(posting.revision);
  const origin = {
    kind: "mail",
    messageId,
    posting: posting.id ?? messageId,
    revision,
    part: `0/${posting.total}`,
  } as const;
  return { name, title, author: maintainer, bytes, origin, tags: [] };
}
