// What speaks for a patch being upstream, in words.
import type { EvidenceKind, Upstream } from "#model/branches";

const WORDS: Record<EvidenceKind, string> = {
  "patch-id": "same patch-id",
  "patchwork-hash": "same patchwork hash",
  "message-id": "names its mail",
  "subject-author": "same subject and author",
  "range-diff": "paired by range-diff",
  content: "its changes are in",
};

/** One line for each commit that speaks for the patch, and one for the content; `where` names what has it. */
export function evidenceByCommit({ evidence }: Upstream, where: string): ReadonlyMap<string | null, string> {
  const lines = new Map<string | null, string>();
  for (const { kind, commit, how, revertedBy } of evidence) {
    const said = lines.get(commit);
    // The same diff has both, so how it was compared is said once.
    const detail = how === null || kind === "patchwork-hash" ? "" : ` (${how})`;
    const words = `${WORDS[kind]}${kind === "content" ? ` ${where}` : ""}${detail}`;
    const back = said === undefined && revertedBy !== null ? `reverted in ${revertedBy.slice(0, 12)}; ` : "";
    lines.set(commit, said === undefined ? `${back}${words}` : `${said}, ${words}`);
  }
  return lines;
}
