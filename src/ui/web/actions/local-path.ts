// Where to go after signing in: a page of this site, whatever was asked for.

/** More characters of an address are not taken. */
const MAX_PATH = 4000;

/** The path and query of `to` as a browser will read them; `/` for whatever would leave the site. */
export function localPath(to: string): string {
  if (!to.startsWith("/") || to.length > MAX_PATH) return "/";
  const url = URL.parse(to, "http://here.invalid");
  if (url === null || url.host !== "here.invalid" || url.protocol !== "http:" || url.username !== "") return "/";
  // `/.//elsewhere` has a path that a browser would take for a host.
  if (/^\/[/\\]/.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
