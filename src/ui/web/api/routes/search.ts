// Operations that look for things: search over patches and mails, and what is there of one author.
import * as v from "valibot";
import { givenTags, matches } from "#model/answers";
import { UserError } from "#model/bytes";
import { mailRecord } from "#model/export";
import { filterOf, searchMailOf } from "#app";
import type { KnownPatch, SearchedMail } from "#app";
import { tellRow, toldRow } from "../one-patch.ts";
import { route } from "../route.ts";
import { Count, Mail, Row, text } from "../schemas.ts";

import { wordsOf } from "./patches.ts";

/** Results of each kind. */
const MAX_RESULTS = 100;

export const searchRoute = route({
  id: "search",
  method: "get",
  path: "/search",
  tag: "Search",
  summary: "Patches and mails that a query finds",
  description:
    "Patches are found by filter words (`GET /patches`), queued and gone; mails by the query language of docs/formats/search.md, newest first. A query that one of them does not understand finds nothing there, and `problems` says why.",
  params: v.strictObject({}),
  query: v.strictObject({
    q: v.pipe(
      text("What to look for."),
      v.minLength(1, "must not be empty"),
      v.maxLength(2000, "must have at most 2000 characters"),
    ),
  }),
  request: null,
  response: v.strictObject({
    patches: v.array(Row),
    mails: v.array(Mail),
    totals: v.strictObject({ patches: Count, mails: Count }),
    problems: v.array(v.string()),
  }),
  status: 200,
  paged: false,
  problems: [],
  uses: "mail",
  right: null,
  answer: async ({ view, world, query: { q } }) => {
    const problems: string[] = [];
    const attempt = async <T>(work: () => Promise<T> | T, nothing: T): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        problems.push(error.message);
        return nothing;
      }
    };
    const patches = await attempt<readonly KnownPatch[]>(() => {
      const filter = [...filterOf(view.tree, [...wordsOf(q), "state:any"], view.events)];
      return view.patches.filter(({ row }) => matches(toldRow(row), filter, world.now().getTime()));
    }, []);
    const mails = await attempt<SearchedMail>(
      () => searchMailOf(world, view.tree, { query: q, limit: MAX_RESULTS, threads: false }),
      { mails: [], total: 0, problems: [] },
    );
    return {
      body: {
        patches: patches.slice(0, MAX_RESULTS).map(tellRow),
        mails: mails.mails.map(mailRecord),
        totals: { patches: patches.length, mails: mails.total },
        problems: [...problems, ...mails.problems.map(({ message }) => message)],
      },
    };
  },
});

export const authorRoute = route({
  id: "getAuthor",
  method: "get",
  path: "/authors/{address}",
  tag: "Search",
  summary: "What is in the tree by somebody, and what became of their tags",
  description: "An address that has nothing here gets empty lists: that is an answer, too.",
  params: v.strictObject({ address: v.pipe(text("The address."), v.includes("@", "must have an @")) }),
  query: v.strictObject({}),
  request: null,
  response: v.strictObject({
    address: v.string(),
    patches: v.array(Row),
    gone: v.pipe(v.array(Row), v.description("Their patches that left, newest first.")),
    tags: v.array(
      v.strictObject({
        patch: v.string(),
        tag: v.string(),
        fate: v.picklist(["taken", "not taken", "lost", "waiting"]),
        why: v.string(),
        messageId: v.string(),
        at: v.nullable(v.string()),
        gone: v.nullable(v.string()),
      }),
    ),
  }),
  status: 200,
  paged: false,
  problems: [],
  uses: "tree",
  right: null,
  answer: ({ view, params: { address } }) => {
    const bare = address.toLowerCase();
    const wanted = `<${bare}>`;
    const theirs = view.patches.filter(
      ({ row: { author } }) => author.toLowerCase() === bare || author.toLowerCase().endsWith(wanted),
    );
    const lives = view.patches.map(({ life }) => life);
    return {
      body: {
        address,
        patches: theirs.filter(({ queued }) => queued !== null).map(tellRow),
        gone: theirs.filter(({ queued }) => queued === null).map(tellRow),
        tags: givenTags(lives, wanted, new Map()),
      },
    };
  },
});
