// How the mail commands write patches: as the tree says that they are run in, and as b4 does where there is none.
import type { DiffStyle } from "#model/notices";
import type { TagRules } from "#model/postings";
import { DEFAULT_RULES, tagRules } from "#model/postings";
import type { ComposeSettings } from "#model/queue";
import { findTree } from "#io/store";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface MailSettings extends Pick<ComposeSettings, "link" | "trailers" | "trailerSorting"> {
  readonly diff: DiffStyle;
  /** Which tags of replies count. */
  readonly rules: TagRules;
}

/** The author's trailers, those that were given, links; no links are known, and diffs stay as they came. */
export const PLAIN_SETTINGS: MailSettings = {
  link: "",
  trailers: "b4",
  rules: DEFAULT_RULES,
  diff: "git",
};

/** The settings of the tree that `world.cwd` is in. Throws UserError when that tree's configuration is wrong. */
export async function mailSettings(world: World): Promise<MailSettings> {
  if (findTree(world.cwd) === null) return PLAIN_SETTINGS;
  return withTree(world, async ({ config: { patches, mail } }) =>
    Promise.resolve({ ...patches, rules: tagRules(mail.tags) }),
  );
}
