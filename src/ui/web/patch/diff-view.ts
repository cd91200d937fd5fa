// How the diff of a patch is shown for a request: the layout that was asked for, where the hunks went, and which gaps are open.
import type { PatchResult } from "#model/branches";
import type { FileOutcome } from "#model/files";
import type { PatchFile } from "#model/queue";
import type { KnownPatch, ShownPatch, TreeView } from "#app";
import { builtFile } from "#app";
import type { DiffView } from "../diff/file-section.ts";
import type { Gap } from "../diff/gaps.ts";
import { gapKey, gapLines, gapsOf } from "../diff/gaps.ts";
import type { Layout, ShownLine } from "../diff/rows.ts";
import type { Asked } from "../page.ts";
import { patchHref } from "../parts/patch-link.ts";

/** Gaps that one page opens. */
const MAX_OPENED = 20;
/** Lines of a gap that a page opens without a script. */
const MAX_LINES = 400;

export function layoutOf(url: URL): Layout {
  return url.searchParams.get("view") === "split" ? "split" : "unified";
}

/** What the last build made of a patch as it is; null where that build was before its change became another one. */
export function lastResult(view: TreeView, { name, queued, lastBuilt }: ShownPatch): PatchResult | null {
  if (!queued || lastBuilt === null || lastBuilt.changedSince === "diff") return null;
  return view.built().get(name) ?? null;
}

/** `result` is of the last build, null where none is of this very patch. */
export async function diffViewOf(
  { view, url }: Asked,
  known: KnownPatch,
  { diff }: PatchFile,
  result: PatchResult | null,
): Promise<DiffView> {
  const { name } = known.row;
  const outcomes = result?.files.length === diff.files.length ? result.files : null;
  const outcomeOf = (index: number): FileOutcome | null => outcomes?.[index] ?? null;
  const isForward = known.queued?.reverse === false;
  const hasCommit = isForward && (await view.commits()).now.has(name);
  const none: ReadonlyMap<number, Gap> = new Map();
  const gaps = (index: number): ReadonlyMap<number, Gap> => {
    const file = diff.files[index];
    return file === undefined || !hasCommit ? none : gapsOf(file, outcomeOf(index));
  };
  const opened = new Map<string, readonly ShownLine[]>();
  for (const key of (url.searchParams.get("expand") ?? "").split(",").slice(0, MAX_OPENED)) {
    const [index, at] = key.split(".").map((number) => Number(number) - 1);
    const file = diff.files[index ?? -1];
    const gap = index === undefined || at === undefined ? undefined : gaps(index).get(at);
    if (file === undefined || gap === undefined || index === undefined || at === undefined) continue;
    const bytes = await builtFile(view, name, outcomeOf(index)?.path ?? "");
    if (bytes !== null) opened.set(gapKey(index, at), gapLines(bytes, gap, MAX_LINES));
  }
  return { layout: layoutOf(url), page: patchHref(name), outcomeOf, gapsOf: gaps, opened };
}
