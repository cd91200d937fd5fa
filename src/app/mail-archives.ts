// The archives of a tree: those in its configuration, opened on demand. What they hold is asked of the mail index.
import { resolve } from "node:path";
import { UserError } from "#model/bytes";
import type { Archive, SecretSource } from "#io/archive";
import { openArchive, remoteScheme } from "#io/archive";
import type { IndexedArchive, OpenByName } from "#io/mail-index";
import type { ArchiveConfig, Tree } from "#io/store";

/** What is read of a tree here; it need not be open any more. */
export type Configured = Pick<Tree, "config" | "dir">;

/** The archives of the configuration, with paths made absolute, or those of them that have these names or places. */
export function archivesOf(tree: Configured, names: readonly string[]): IndexedArchive[] {
  const all = tree.config.mail.archives.map(({ name, place, list, keep }) => ({
    name,
    place: remoteScheme(place) !== null ? place : resolve(tree.dir, place),
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

/** Opens an archive of the tree, with the password and the certificates that its table names. */
export async function openPlace(tree: Configured, { name, place }: IndexedArchive): Promise<Archive> {
  const { password = null, ca = null } = tree.config.mail.archives.find((one) => one.name === name) ?? {};
  return await openArchive(place, {
    ...(password === null ? {} : { password: secretOf(tree, password) }),
    ...(ca === null ? {} : { ca: resolve(tree.dir, ca) }),
  });
}

function secretOf(tree: Configured, { kind, text }: NonNullable<ArchiveConfig["password"]>): SecretSource {
  switch (kind) {
    case "command":
      return { kind, command: text };
    case "variable":
      return { kind, name: text };
    case "file":
      return { kind, path: resolve(tree.dir, text) };
  }
}

/** Opens the tree's archives by name, for reading mails again; one that is not there, or not configured any more, is null. */
export function openerOf(tree: Tree): OpenByName {
  return async (name) => {
    const found =
      tree.config.mail.archives.length === 0 ? undefined : archivesOf(tree, []).find((one) => one.name === name);
    try {
      return found === undefined ? null : await openPlace(tree, found);
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  };
}
