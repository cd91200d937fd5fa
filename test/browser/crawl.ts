// Finds the pages of a site by its own links, one of each kind: a page that no link leads to is nobody's.

/** Headers of somebody who wants to see pages: some addresses have something else for machines. */
export const AS_BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } as const;

/** Most pages that are asked for. */
const MAX_PAGES = 300;

export interface Crawled {
  /** The paths of pages (HTML, status 200) that links lead to: for each kind the first of them, by kind. */
  readonly pages: ReadonlyMap<string, string>;
  /** Links that lead nowhere, with their status and where they stand. */
  readonly broken: readonly string[];
}

/** Follows links from these paths on. */
export async function crawl(get: (path: string) => Promise<Response>, start: readonly string[]): Promise<Crawled> {
  const kinds = new Map<string, string>();
  const waiting = [...start];
  const seen = new Set(waiting);
  const broken: string[] = [];
  const from = new Map<string, string>();
  for (const path of waiting) {
    if (seen.size > MAX_PAGES) break;
    const response = await get(path);
    const isPage = (response.headers.get("content-type") ?? "").startsWith("text/html");
    const text = isPage ? await response.text() : "";
    if (response.status >= 400) broken.push(`${response.status} ${path} from ${from.get(path) ?? "the beginning"}`);
    if (!isPage || response.status !== 200) continue;
    const kind = kindOf(path);
    if (!kinds.has(kind)) kinds.set(kind, path);
    for (const [, href = ""] of text.matchAll(/<a [^>]*href="([^"]*)"/g)) {
      const url = URL.parse(href.replace(/&amp;/g, "&").replace(/&#39;/g, "'"), `http://site${path}`);
      if (url === null || url.host !== "site" || seen.has(url.pathname + url.search)) continue;
      // Of lists that differ in their filter only, a few are enough.
      if (kinds.has(kindOf(url.pathname + url.search)) && seen.size > MAX_PAGES / 2) continue;
      seen.add(url.pathname + url.search);
      waiting.push(url.pathname + url.search);
      from.set(url.pathname + url.search, path);
    }
  }
  return { pages: kinds, broken };
}

/** `/patch/NAME?view`: what two pages of one make have in common. */
export function kindOf(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://site");
  const [, first = "", ...rest] = pathname.split("/");
  const last = rest.at(-1) ?? "";
  const shape =
    first === "do" ? `do/${rest[0] ?? ""}` : rest.length === 0 ? first : `${first}/NAME${last === "" ? "/" : ""}`;
  const deeper = first === "patch" && rest.length > 1 ? `/${last}` : "";
  const keys = [...new Set(searchParams.keys())].sort().join("&");
  return `/${shape}${deeper}${keys === "" ? "" : `?${keys}`}`;
}
