// `/feed.atom`: what happens in the tree, in a branch, to an author's patches or to one patch; and what robots are asked to leave alone.
import { UserError } from "#model/bytes";
import type { Operation } from "#model/ledger";
import type { LedgerEvent } from "#model/ledger";
import { feedOf } from "#app";
import type { Page } from "../page.ts";
import { operationHref, patchHref } from "../parts/patch-link.ts";

/** Longer values name nothing. */
const MAX_VALUE = 1000;

export const feedPage: Page = {
  path: "/feed.atom",
  uses: "tree",
  answer: async ({ view, url, site }) => {
    const value = (name: string): string | null => url.searchParams.get(name)?.slice(0, MAX_VALUE) || null;
    const request = { branch: value("branch"), author: value("author"), patch: value("patch") };
    const [asked = null] = Object.entries(request).filter(([, one]) => one !== null);
    const only = { branch: null, author: null, patch: null, ...(asked === null ? {} : { [asked[0]]: asked[1] }) };
    const query = asked === null ? "" : `?${asked[0]}=${encodeURIComponent(asked[1] ?? "")}`;
    try {
      const self = `${site}/feed.atom${query}`;
      const xml = await feedOf(view, { ...only, self }, (operation, told) => `${site}${pageOf(operation, told)}`);
      return { kind: "file", type: "application/atom+xml; charset=utf-8", body: xml };
    } catch (error) {
      if (error instanceof UserError) return { kind: "missing", wanted: asked?.[1] ?? "" };
      throw error;
    }
  },
};

/** The page of the patch that an operation was about; of one about several the operation. */
function pageOf({ id }: Operation, told: readonly LedgerEvent[]): string {
  const names = new Set(told.map((event) => ("patch" in event ? event.patch : null)));
  const [only = null] = names;
  return names.size === 1 && only !== null ? patchHref(only) : operationHref(id);
}

/** What costs the server more than a robot's visit is worth: answers to questions, and many addresses of one thing. */
const ROBOTS = `User-agent: *
Disallow: /search
Disallow: /api/
Disallow: /queue?
Disallow: /postings?
Disallow: /log?
Disallow: /*?view=
Disallow: /*?page=
Disallow: /*/diff
Disallow: /*/context
Disallow: /*/file
Disallow: /mail/*/raw
Disallow: /mail/*/t.mbox.gz
Disallow: /mail/*/t/
Disallow: /mail/*/attachment/
Disallow: /source.git/
Disallow: /tree.git/
Disallow: /sign-in
Disallow: /inbox
`;

export const robotsPage: Page = {
  path: "/robots.txt",
  uses: "tree",
  answer: () => ({ kind: "file", type: "text/plain; charset=utf-8", body: ROBOTS }),
};
