// The cover letter of a posting as a file of the queue, where the tree keeps it so (decision 0027).
import type { Bytes, Path } from "#model/bytes";
import { byteString, bytesOf } from "#model/bytes";
import type { EventBody } from "#model/ledger";
import type { Posting } from "#model/postings";
import { printRevision } from "#model/postings";
import type { ComposeSettings, PatchName } from "#model/queue";
import {
  composeCover,
  coverLetters,
  parsePatchFile,
  parsePatchName,
  parseSeries,
  patchesOf,
  printSeries,
  removePatches,
  showName,
} from "#model/queue";
import type { Tree, TreeChange } from "#io/store";
import { patchPath, readPatchBytes, SERIES_FILE } from "#io/store";
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

/** The change with cover letters dropped, too, of which it takes the last patch away, for that patch's reason. */
export function withCoversDropped(tree: Tree, change: TreeChange): TreeChange {
  const series = change.files.get(SERIES_FILE);
  const dropped = change.events.filter((event) => event.kind === "dropped");
  if (series === undefined || series === null || dropped.length === 0) return change;
  const { queue } = parseSeries(series);
  const patches = patchesOf(queue);
  const names = new Set(patches.map(({ name }) => name));
  const files = new Map<Path, Bytes | null>(change.files);
  const events: EventBody[] = [];
  for (const { name } of coverLetters(queue)) {
    const { mergeOf } = parsePatchFile(change.files.get(patchPath(name)) ?? readPatchBytes(tree, name));
    const last = dropped.findLast(({ patch }) => mergeOf.some((one) => showName(one) === patch));
    if (last === undefined || mergeOf.some((one) => names.has(one))) continue;
    files.set(patchPath(name), null);
    events.push({ ...last, patch: showName(name) });
  }
  if (events.length === 0) return change;
  const covers = new Set(events.map((event) => ("patch" in event ? event.patch : "")));
  const gone = new Set(patches.map(({ name }) => name).filter((name) => covers.has(showName(name))));
  files.set(SERIES_FILE, printSeries(removePatches(queue, gone)));
  return { ...change, files, events: [...change.events, ...events] };
}
