// Operations about the whole tree: what there is, its branches, its order, its builds, its commits.
import { basename } from "node:path";
import * as v from "valibot";
import { namedEvents } from "#model/ledger";
import type { TreeView } from "#app";
import { onePatch } from "../one-patch.ts";
import { PAGE_FIELDS, pageOf } from "../paging.ts";
import type { Told } from "../route.ts";
import { problem, route } from "../route.ts";
import { Branch, CommitId, Count, Moment, text } from "../schemas.ts";

const none = v.strictObject({});
const Links = v.record(v.string(), v.string());

export const indexRoute = route({
  id: "index",
  method: "get",
  path: "",
  tag: "Tree",
  summary: "What there is",
  description: "",
  params: none,
  query: none,
  request: null,
  response: v.strictObject({ longarm: text("Version of the program."), tree: v.string(), links: Links }),
  status: 200,
  paged: false,
  problems: [],
  uses: "tree",
  right: null,
  answer: ({ view, context: { site, version } }) => {
    const at = (path: string): string => `${site}/api/v1${path}`;
    const names = ["tree", "branches", "series", "patches", "events", "commits", "search", "stream"];
    return {
      body: {
        longarm: version,
        tree: titleOf(view),
        links: {
          ...Object.fromEntries(names.map((name) => [name, at(`/${name}`)])),
          lastBuild: at("/builds/last"),
          description: at("/openapi.json"),
          documentation: `${site}/api`,
          patchwork: `${site}/api/1.3/`,
        },
      },
    };
  },
});

export const treeRoute = route({
  id: "getTree",
  method: "get",
  path: "/tree",
  tag: "Tree",
  summary: "The tree at a glance",
  description: "",
  params: none,
  query: none,
  request: null,
  response: v.strictObject({
    title: v.string(),
    maintainer: v.string(),
    base: v.pipe(v.string(), v.description("Commit id of the base.")),
    branches: v.array(Branch),
    queued: Count,
    gone: Count,
    events: Count,
    lastEvent: v.nullable(text("Id of the newest event; what comes behind it is news.")),
    lastBuilt: v.nullable(Moment),
  }),
  status: 200,
  paged: false,
  problems: [],
  uses: "tree",
  right: null,
  answer: ({ view }) => {
    const queued = view.patches.filter((one) => one.queued !== null).length;
    return {
      body: {
        title: titleOf(view),
        maintainer: view.tree.config.maintainer,
        base: view.tree.config.source.base,
        branches: branchesOf(view),
        queued,
        gone: view.patches.length - queued,
        events: view.events.length,
        lastEvent: namedEvents(view.events).at(-1)?.id ?? null,
        lastBuilt: view.events.findLast(({ kind }) => kind === "built")?.at ?? null,
      },
    };
  },
});

export const branchesRoute = route({
  id: "listBranches",
  method: "get",
  path: "/branches",
  tag: "Tree",
  summary: "All branches, bottom first",
  description: "",
  params: none,
  query: none,
  request: null,
  response: v.strictObject({ branches: v.array(Branch) }),
  status: 200,
  paged: false,
  problems: [],
  uses: "tree",
  right: null,
  answer: ({ view }) => ({ body: { branches: branchesOf(view) } }),
});

export const branchRoute = route({
  id: "getBranch",
  method: "get",
  path: "/branches/{name}",
  tag: "Tree",
  summary: "One branch with the names of its patches in their order",
  description: "",
  params: v.strictObject({ name: text("Its name.") }),
  query: none,
  request: null,
  response: v.strictObject({ ...Branch.entries, series: v.array(v.string()) }),
  status: 200,
  paged: false,
  problems: [404],
  uses: "tree",
  right: null,
  answer: ({ view, params: { name } }) => {
    const all = branchesOf(view);
    const found = all.find((one) => one.name === name);
    if (found === undefined)
      return problem(404, `no branch "${name}" in this tree`, `branches: ${all.map((one) => one.name).join(", ")}`);
    const series = view.patches
      .filter((one) => one.queued !== null && one.row.branch === name)
      .map(({ row }) => row.name);
    return { body: { ...found, series } };
  },
});

export const seriesRoute = route({
  id: "getSeries",
  method: "get",
  path: "/series",
  tag: "Tree",
  summary: "The queue: which patches are applied, in which order",
  description: "",
  params: none,
  query: none,
  request: null,
  response: v.strictObject({
    series: v.array(v.strictObject({ name: v.string(), branch: v.string(), disabled: v.boolean() })),
  }),
  status: 200,
  paged: false,
  problems: [],
  uses: "tree",
  right: null,
  answer: ({ view }) => ({
    body: {
      series: view.patches
        .filter((one) => one.queued !== null)
        .map(({ row: { name, branch, disabled } }) => ({ name, branch, disabled })),
    },
  }),
});

export const lastBuildRoute = route({
  id: "getLastBuild",
  method: "get",
  path: "/builds/last",
  tag: "Builds",
  summary: "Where the last builds left each branch",
  description: "",
  params: none,
  query: none,
  request: null,
  response: v.strictObject({
    at: v.nullable(Moment),
    base: v.nullable(CommitId),
    branches: v.record(v.string(), CommitId),
    rejected: v.pipe(v.array(v.string()), v.description("Patches that the last build could not apply.")),
  }),
  status: 200,
  paged: false,
  problems: [],
  uses: "tree",
  right: null,
  answer: ({ view }) => {
    const last = view.events.findLast((event) => event.kind === "built");
    const branches = branchesOf(view).flatMap(({ name, commit }) => (commit === null ? [] : [[name, commit] as const]));
    return {
      body: {
        at: last?.at ?? null,
        base: last?.base ?? null,
        branches: Object.fromEntries(branches),
        rejected: last?.rejected ?? [],
      },
    };
  },
});

const Commits = v.strictObject({
  patch: v.string(),
  commit: v.nullable(CommitId),
  before: v.pipe(v.array(CommitId), v.description("What it was on other bases, oldest first.")),
});

export const commitsRoute = route({
  id: "listCommits",
  method: "get",
  path: "/commits",
  tag: "Builds",
  summary: "The commit of every patch in the last build, and what it was before",
  description: "",
  params: none,
  query: v.strictObject(PAGE_FIELDS),
  request: null,
  response: v.strictObject({ commits: v.array(Commits), next: v.nullable(v.string()) }),
  status: 200,
  paged: true,
  problems: [410],
  uses: "tree",
  right: null,
  answer: async ({ view, query }) => {
    const page = pageOf(await commitsOf(view), ({ patch }) => patch, query);
    if (page === null) return OUTDATED;
    return { body: { commits: page.items, next: page.next }, next: page.next };
  },
});

export const commitRoute = route({
  id: "getCommit",
  method: "get",
  path: "/commits/{id}",
  tag: "Builds",
  summary: "Which patch a commit is or was, and what its commit is now",
  description: "Old ids stand in mails, bug reports and test results; this leads from them to the ones of today.",
  params: v.strictObject({ id: text("A commit id, or seven or more digits of one.") }),
  query: none,
  request: null,
  response: Commits,
  status: 200,
  paged: false,
  problems: [404, 409],
  uses: "tree",
  right: null,
  answer: async ({ view, params: { id } }) => {
    if (!/^[0-9a-f]{7,64}$/i.test(id))
      return problem(404, `"${id}" is no commit id`, "give seven or more of its digits");
    const found = await onePatch(view, id);
    if ("problem" in found) return found;
    const { name } = found.row;
    const known = (await commitsOf(view)).find(({ patch }) => patch === name);
    return { body: known ?? { patch: name, commit: null, before: [] } };
  },
});

export const OUTDATED = problem(
  410,
  "the cursor is outdated: what it names has left the list",
  "begin again without it",
);

async function commitsOf(view: TreeView): Promise<readonly Told<typeof Commits>[]> {
  const { now, before } = await view.commits();
  return view.patches.flatMap(({ row: { name }, life }) => {
    const commit = now.get(name) ?? null;
    const old = [name, ...life.names].flatMap((one) => before.get(one) ?? []).filter((one) => one !== commit);
    return commit === null && old.length === 0 ? [] : [{ patch: name, commit, before: [...new Set(old)] }];
  });
}

function branchesOf({ tree, events, patches }: TreeView): readonly Told<typeof Branch>[] {
  const built = new Map(
    events.flatMap((event) =>
      event.kind === "built"
        ? Object.entries(event.branches).map(([name, commit]) => [name, { commit, event }] as const)
        : [],
    ),
  );
  return tree.config.branches.map(({ name, start, from }) => {
    const rows = patches.filter((one) => one.queued !== null && one.row.branch === name).map(({ row }) => row);
    const last = built.get(name);
    return {
      name,
      start: start ?? "base",
      from,
      patches: rows.length,
      held: rows.filter(({ hold }) => hold !== null).length,
      disabled: rows.filter(({ disabled }) => disabled).length,
      commit: last?.commit ?? null,
      base: last?.event.base ?? null,
      built: last?.event.at ?? null,
    };
  });
}

function titleOf({ tree }: TreeView): string {
  return tree.config.web.title ?? basename(tree.dir);
}
