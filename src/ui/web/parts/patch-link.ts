// Addresses of what the site shows. They are promises (docs/formats/web.md): notices and mails point at them.

/** The page of a patch, by its file name. */
export function patchHref(name: string): string {
  return `/patch/${pathOf(name)}`;
}

/** The patch file itself. */
export function patchFileHref(name: string): string {
  return `/patches/${pathOf(name)}`;
}

/** A mail with its thread, by its Message-ID without `<>`, as lore.kernel.org writes it. */
export function mailHref(messageId: string): string {
  return `/mail/${encodeURIComponent(messageId)}/`;
}

/** The page of a branch. */
export function branchHref(name: string): string {
  return `/branch/${pathOf(name)}`;
}

/** What is in the tree by somebody, by address. */
export function authorHref(address: string): string {
  return `/author/${encodeURIComponent(address)}`;
}

/** The queue, filtered. */
export function queueHref(words: string): string {
  return `/queue?q=${encodeURIComponent(words)}`;
}

/** What one operation did, by its id in the ledger. */
export function operationHref(id: string): string {
  return `/operation/${encodeURIComponent(id)}`;
}

/** The form of an operation, filled in: `doHref("hold", ["patch", "foo.patch"])`. For maintainers. */
export function doHref(operation: string, ...fields: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();
  return `/do/${operation}${query === "" ? "" : `?${query}`}`;
}

/** A name with slashes as a path. */
function pathOf(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
