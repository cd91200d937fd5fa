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

/** All mails of a mail's thread, one below the other. */
export function threadHref(messageId: string): string {
  return `${mailHref(messageId)}t/`;
}

/** Everything that the tree knows for some words. */
export function searchHref(words: string): string {
  return `/search?q=${encodeURIComponent(words)}`;
}

/** The page of a branch. */
export function branchHref(name: string): string {
  return `/branch/${pathOf(name)}`;
}

/** What is in the tree by somebody, by address. */
export function authorHref(address: string): string {
  return `/author/${encodeURIComponent(address)}`;
}

/** Everybody who has something in the tree. */
export const AUTHORS_HREF = "/author/";

/** One operation, in the log of all of them. */
export function operationHref(id: string): string {
  return `/log?at=${encodeURIComponent(id)}`;
}

/** A posting, by the Message-ID of its cover letter or first patch, without `<>`. */
export function postingHref(messageId: string): string {
  return `/posting/${encodeURIComponent(messageId)}/`;
}

/** The queue, filtered. */
export function queueHref(words: string): string {
  return `/queue?q=${encodeURIComponent(words)}`;
}

/** A name with slashes as a path. */
function pathOf(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

/** What is another one between two versions of a patch; without them the page asks which. */
export function compareHref(name: string, from?: string, to?: string): string {
  const asked = from === undefined || to === undefined ? "" : `?${new URLSearchParams({ from, to }).toString()}`;
  return `${patchHref(name)}/diff${asked}`;
}
