// Holds the patches that `add` is about to queue to the guard of the tree: refuses them, or says what is odd about them.
import { UserError } from "#model/bytes";
import { describeFinding, guardPatch } from "#model/postings";
import { parsePatchFile, showName } from "#model/queue";
import type { Tree } from "#io/store";
import type { NewPatch } from "./new-patch.ts";
import type { World } from "./world.ts";

/** Odd characters of one patch that are named in a sentence; the others are counted. */
const MAX_NAMED = 5;

/** Tells what the guard finds. Throws UserError, exit code 3, when a patch holds what the tree refuses and it is not allowed by hand. */
export function guardPatches(world: World, tree: Tree, patches: readonly NewPatch[], isAllowed: boolean): void {
  for (const { name, title, bytes } of patches) {
    const { description, diff } = parsePatchFile(bytes);
    const findings = guardPatch({ title, description, diff }, tree.config.mail.guard);
    const shown = showName(name);
    const refused = isAllowed ? [] : findings.filter(({ action }) => action === "refuse");
    if (refused.length > 0) {
      throw new UserError(`refuse "${shown}": it holds characters that hide what it does: ${listed(refused)}`, {
        hint: "look at these places; to queue it all the same use --allow-control, or see mail.guard in longarm.toml",
        exitCode: 3,
      });
    }
    if (findings.length > 0) world.tell(`"${shown}" holds odd characters: ${listed(findings)}`);
  }
}

function listed(findings: readonly Parameters<typeof describeFinding>[0][]): string {
  const more = findings.length - MAX_NAMED;
  return [...findings.slice(0, MAX_NAMED).map(describeFinding), ...(more > 0 ? [`${more} more`] : [])].join("; ");
}
