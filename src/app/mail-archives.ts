// The archives of a tree: those in its configuration, opened on demand. What they hold is asked of the mail index.
import { resolve } from "node:path";
import { UserError } from "#model/bytes";
import type { Archive } from "#io/archive";
import { openArchive } from "#io/archive";
import type { IndexedArchive, OpenByName } from "#io/mail-index";
import type { Tree } from "#io/store";

/** The archives of the configuration, with paths made absolute, or those of them that have these names or places. */
export function archivesOf(tree: Tree, names: readonly string[]): IndexedArchive[] {
  const all = tree.config.archives.map(({ name, place, list, keep }) => ({
    name,
    place: isAddress(place) ? place : resolve(tree.dir, place),
    list,
    keep,
  }));
  if (all.length === 0) {
    throw new UserError("this tree has no mail archives", {
      hint: 'write into longarm.toml: [mail] and below it archives = ["PATH or URL"]',
    });
  }
  if (names.length === 0) return all;
  return [...new Set(names)].map((name) => {
    const found = all.find((one) => one.name === name) ?? all.find((one) => one.place === resolve(tree.dir, name));
    if (found !== undefined) return found;
    throw new UserError(`this tree has no archive "${name}"`, {
      hint: `its archives: ${all.map((one) => one.name).join(", ")}`,
    });
  });
}

/** Opens an archive. */
export async function openPlace({ place }: IndexedArchive): Promise<Archive> {
  return await openArchive(place);
}

/** Opens the tree's archives by name, for reading mails again; one that is not there, or not configured any more, is null. */
export function openerOf(tree: Tree): OpenByName {
  return async (name) => {
    const found = tree.config.archives.length === 0 ? undefined : archivesOf(tree, []).find((one) => one.name === name);
    try {
      return found === undefined ? null : await openPlace(found);
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  };
}

function isAddress(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place);
}
