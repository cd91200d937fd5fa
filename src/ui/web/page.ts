// What a page of the site is: an address, and a function from what was asked to what is answered. The site does the rest.
import type { html } from "hono/html";
import type { TreeView, World } from "#app";
import type { Person } from "./access.ts";

/** Escaped HTML, as the `html` template of hono makes it: whatever is put into it that is not HTML itself is escaped. */
export type Html = ReturnType<typeof html>;

/** What a page is made of. */
export interface Asked {
  readonly view: TreeView;
  readonly world: World;
  /** As it was asked for; its host is not to be trusted, {@link Asked.site} is. */
  readonly url: URL;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Who is signed in; null for everybody else. */
  readonly person: Person | null;
  /** Where the site is found, without a slash at its end: `https://tree.example.org`. */
  readonly site: string;
}

/** A page to be put into the site's frame. */
export interface PageAnswer {
  readonly kind: "page";
  readonly title: string;
  /** Which entry of the navigation it belongs to; null for none. */
  readonly place: Place | null;
  readonly body: Html;
  /** 200 when it is not given. */
  readonly status?: 200 | 400 | 403 | 404 | 408 | 409 | 410 | 413 | 415 | 429 | 500;
  /** That it holds for this moment only, and is not kept. */
  readonly passing?: boolean;
  /** Islands of script that it uses, by the names of their files: `queue` for `queue.js`. The page can be read without. */
  readonly islands?: readonly string[];
  /** Atom feeds of what it shows. */
  readonly feeds?: readonly { readonly title: string; readonly href: string }[];
}

/** Bytes of another type than a page. */
export interface FileAnswer {
  readonly kind: "file";
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** File name to keep it under; then it is handed over, not shown. */
  readonly download?: string;
  /** Whether the bytes came in a mail or a patch: a browser must do nothing with them but show them. */
  readonly foreign?: true;
}

export type Answer =
  | PageAnswer
  | FileAnswer
  | { readonly kind: "moved"; readonly to: string }
  /** Nothing is there: the site answers with a page that searches for `wanted`. */
  | { readonly kind: "missing"; readonly wanted: string };

export type Place = "tree" | "queue" | "mail" | "conflicts" | "inbox";

/** A page of the site. */
export interface Page {
  /** As hono writes it: `/patch/:name{.+}`. */
  readonly path: string;
  /** What it is made of: what it says holds as long as that does not change. "nothing" is made anew each time. */
  readonly uses: "tree" | "mail" | "nothing";
  readonly answer: (asked: Asked) => Promise<Answer> | Answer;
}
