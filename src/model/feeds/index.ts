// Feeds: what happened in a tree as Atom documents, for readers and robots.

export type { Feed, FeedEntry } from "./atom.ts";
export { printAtom } from "./atom.ts";
export type { FeedScope, PageOf } from "./tree-feed.ts";
export { treeFeed } from "./tree-feed.ts";
