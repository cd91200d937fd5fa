// What is taken of a posting that was found: its patches with the tags that speak for them, or the question that a person must answer
// first. How a patch file is written from it is new-patch.ts.
import { UserError } from "#model/bytes";
import type { Composition, PatchTags, Posting } from "#model/postings";
import { carryTags, composedPosting, composition, tagRules } from "#model/postings";
import type { ComposedPatch, ComposeSettings } from "#model/queue";
import { composePatches } from "#model/queue";
import type { PatchSettings } from "#io/store";
import { wordingAt } from "#io/store";
import type { FoundPosting } from "./postings.ts";
import type { SourceContext } from "./source-context.ts";
import { tagText } from "./tag-records.ts";

/** What is taken of a posting. */
export interface Taking {
  /** The posting with the mails that count for each of its patches. */
  readonly posting: Posting;
  readonly proposed: Composition;
  readonly patches: readonly ComposedPatch[];
  /** By slot. */
  readonly collected: readonly PatchTags[];
  /** How its patch files are written today. */
  readonly settings: PatchSettings;
  /** How its cover letter is written; null where the tree does not keep it. */
  readonly coverSettings: ComposeSettings | null;
}

/** Composes the patches of a posting. Throws UserError when some are missing, or a person must be asked about what it is. */
export function composeFound(context: SourceContext, { posting, chain }: FoundPosting, source: string): Taking {
  const proposed = composition(posting, chain);
  const composed = composedPosting(posting, proposed);
  if (!composed.complete) {
    const missing = composed.slots.flatMap((slot, index) => (slot === null ? [index + 1] : []));
    throw new UserError(
      `"${posting.subject}" is not complete: patch ${missing.join(", ")} of ${composed.total} is not in "${source}"`,
      {
        hint: "name an archive that has all of its mails",
      },
    );
  }
  askAbout(context, posting, proposed);
  const { mail, maintainer } = context.tree.config;
  const { patches: settings } = wordingAt(context.tree.config, context.world.now().getTime());
  const { slots: collected, gone } = carryTags(
    chain.postings.map((one) => (one === posting ? composed : one)),
    composed,
    tagRules(mail.tags),
  );
  for (const { trailer, revision, title } of gone)
    context.world.tell(`"${tagText(trailer)}" is lost: no patch has the change of "${title}" in ${revision} any more`);
  const writing = composeSettings(settings, maintainer, context.refill ?? false);
  const patches = composePatches(composed, writing, collected);
  return {
    posting: composed,
    proposed,
    patches,
    collected,
    settings,
    coverSettings: settings.mergeCover ? writing : null,
  };
}

/** Refuses, with the proposal, a composition that neither the person nor the tree has accepted; tells of fixlets, which nobody folds here. */
function askAbout({ compose, world }: SourceContext, posting: Posting, { slots, fixlets, verdict }: Composition): void {
  for (const { message, index, reason, by, asks } of fixlets) {
    if (by === "author" || asks) world.tell(`<${message.messageId ?? ""}> is not folded${placeOf(index)}: ${reason}`);
  }
  if (verdict === "posted" || compose === "all" || (compose === "accept" && verdict === "certain")) return;
  const lines = slots.map(({ patch, reason, certain }, index) => {
    const id = patch?.message.messageId ?? "";
    return `  ${index + 1}/${slots.length} <${id}>\n      ${reason}${certain ? "" : " (look at it)"}`;
  });
  throw new UserError(`"${posting.subject}" did not come in one piece, and this is what it would be`, {
    hint: `take it with: longarm add --compose\n${lines.join("\n")}`,
    exitCode: 3,
  });
}

function placeOf(index: number | null): string {
  return index === null ? "" : ` into patch ${index + 1}`;
}

/** What composing needs of a tree's settings. */
export function composeSettings(settings: PatchSettings, maintainer: string, isRefilled: boolean): ComposeSettings {
  const { cc, ccExclude, ccKeep, ccQuote, names, ...rest } = settings;
  return {
    ...rest,
    signOff: settings.signOff ? maintainer : null,
    people: cc === "none" ? null : { order: cc, exclude: ccExclude, keep: ccKeep, quote: ccQuote, names },
    refill: isRefilled,
  };
}
