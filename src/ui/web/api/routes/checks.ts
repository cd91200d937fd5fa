// Operations about results of tests: what was found of a patch, and posting more, as patchwork's checks API takes it.
import * as v from "valibot";
import { UserError } from "#model/bytes";
import type { CheckState } from "#model/ledger";
import { askedAmong, postCheck } from "#app";
import type { KnownPatch, TreeView } from "#app";
import type { Person } from "../../access.ts";
import type { SiteContext } from "../../site.ts";
import { onePatch } from "../one-patch.ts";
import type { Problem, Told } from "../route.ts";
import { problem, route } from "../route.ts";
import { Check } from "../schemas.ts";
import { PATCH } from "./patches.ts";

export const listChecksRoute = route({
  id: "listChecks",
  method: "get",
  path: "/patches/{name}/checks",
  tag: "Checks",
  summary: "The newest result of each context of a patch",
  description: "What was found of a patch before its change became another one does not count any more.",
  params: PATCH,
  query: v.strictObject({}),
  request: null,
  response: v.strictObject({ patch: v.string(), branch: v.string(), checks: v.array(Check) }),
  status: 200,
  paged: false,
  problems: [404, 409],
  uses: "tree",
  right: null,
  answer: async ({ view, params: { name } }) => {
    const found = await onePatch(view, name);
    if ("problem" in found) return found;
    return { body: { patch: found.row.name, branch: found.row.branch, checks: checksOf(found) } };
  },
});

/** A result as it is posted; the fields are those of patchwork, and more of them are passed over. */
export const NewCheck = v.object({
  context: v.optional(
    v.pipe(
      v.string("must be text"),
      v.description("What was checked, one word of up to 100 characters: `build/x86_64`."),
    ),
    "default",
  ),
  state: v.picklist(["success", "warning", "fail", "pending"], "must be success, warning, fail or pending"),
  target_url: v.nullish(v.pipe(v.string("must be text"), v.description("Where more is to be read, http or https."))),
  description: v.nullish(
    v.pipe(v.string("must be text"), v.description("The result in a sentence of up to 1000 characters.")),
  ),
  commit: v.nullish(
    v.pipe(
      v.string("must be text"),
      v.regex(/^[0-9A-Fa-f]{7,64}$/, "must be seven or more digits of a commit id"),
      v.description("The commit that was tested: the result is refused when the patch is not that one any more."),
    ),
  ),
});

export const postCheckRoute = route({
  id: "postCheck",
  method: "post",
  path: "/patches/{name}/checks",
  tag: "Checks",
  summary: "Post a result",
  description: "It goes into the ledger in the name of the token's holder. The newest result of a context counts.",
  params: PATCH,
  query: v.strictObject({}),
  request: NewCheck,
  response: Check,
  status: 201,
  paged: false,
  problems: [401, 403, 404, 409, 413, 415, 422, 503],
  uses: "nothing",
  right: "check",
  answer: async ({ context, view, params: { name }, body, person }) => {
    const found = await onePatch(view, name);
    if ("problem" in found) return found;
    const posted = await post(context, view, found, body, person);
    if ("problem" in posted) return posted;
    const where = `${context.site}/api/v1/patches/${encodeURIComponent(posted.patch)}/checks`;
    return { body: posted.check, headers: { location: where, "cache-control": "no-store" } };
  },
});

/** Milliseconds that a result waits for another change of the tree to end, and between two tries. */
const MAX_WAIT = 10_000;
const WAIT = 200;

/** Writes the result into the ledger in that person's name, or says why not. */
export async function post(
  { world, viewer }: SiteContext,
  view: TreeView,
  { row: { name, gone } }: KnownPatch,
  body: v.InferOutput<typeof NewCheck>,
  person: Person | null,
): Promise<{ readonly patch: string; readonly check: Told<typeof Check> } | Problem> {
  if (gone !== null) return problem(409, `"${name}" is not in the queue any more: ${gone.reason}`, null);
  const commit = body.commit ?? null;
  if (commit !== null && !(await isOf(view, commit, name)))
    return problem(409, `"${commit}" is no commit of "${name}" that is known`, "test the commit of the last build");
  const { context, state, target_url: url = null, description: line = null } = body;
  const request = { patch: commit ?? name, context, state: state satisfies CheckState, url, text: line, dryRun: false };
  for (const until = performance.now() + MAX_WAIT; ;) {
    try {
      await postCheck({ ...world, person: person?.name }, request);
      break;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.exitCode === 1) return problem(409, error.message, error.hint);
      if (error.exitCode !== 3) return problem(422, error.message, error.hint);
      if (performance.now() > until) return problem(503, error.message, "send it again in a minute");
      await new Promise((resolve) => setTimeout(resolve, WAIT));
    }
  }
  const now = (await viewer.view()).byName.get(name);
  const check = now === undefined ? undefined : checksOf(now).find((one) => one.context === context);
  return check === undefined
    ? problem(409, `"${name}" was changed meanwhile`, "look at it again")
    : { patch: name, check };
}

/** Whether the commit is one that the patch of that name is, or was. */
async function isOf(view: TreeView, commit: string, name: string): Promise<boolean> {
  try {
    return (await askedAmong(view, commit)).patches.some(({ row }) => row.name === name);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

export function checksOf({ life }: KnownPatch): Told<typeof Check>[] {
  return [...life.state.checks].map(([context, { state, url, text: line, at, by }]) => ({
    context,
    state,
    url,
    text: line,
    at,
    by,
  }));
}
