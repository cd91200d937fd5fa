// `check post` and `check list`: what testers and robots found of queued patches. A result is for a patch as it is now; what was
// tested before it changed is refused.
import { lastBuiltOf } from "#model/answers";
import type { Check, CheckState, LedgerEvent } from "#model/ledger";
import { UserError } from "#model/bytes";
import { readLedger } from "#io/store";
import type { Tree, TreeChange } from "#io/store";
import { askedPatches } from "./asked.ts";
import type { Changed } from "./change.ts";
import { changeTree } from "./change.ts";
import { patchCommits } from "./patch-commits.ts";
import type { KnownPatch } from "./rows.ts";
import { everyPatch } from "./rows.ts";
import type { World } from "./world.ts";
import { withTree } from "./world.ts";

export interface PostCheckRequest {
  /** File name, Message-ID, commit of the last build, or subject. */
  readonly patch: string;
  /** What was checked, one word: `build/x86_64`. */
  readonly context: string;
  readonly state: CheckState;
  /** Where more is to be read, http or https. */
  readonly url: string | null;
  /** One line. */
  readonly text: string | null;
  readonly dryRun: boolean;
}

export interface PostCheckPlan {
  readonly patch: string;
  readonly change: TreeChange;
}

/** In characters: names of contexts, addresses, and the sentence. */
const MAX_CONTEXT = 100;
const MAX_URL = 2000;
const MAX_TEXT = 1000;

/** Writes a result into the ledger. Throws UserError for one that cannot be, and (exit code 1) for a commit that the patch is not any more. */
export async function postCheck(world: World, request: PostCheckRequest): Promise<Changed<PostCheckPlan>> {
  const { context, state, url, text, dryRun } = checkedRequest(request);
  return withTree(world, (tree) =>
    changeTree(world, tree, "check", dryRun, async () => {
      const patch = await testedPatch(tree, request.patch);
      const summary = `check: ${patch} ${context} ${state}`;
      const events = [{ kind: "checked", patch, context, state, url, text } as const];
      return { patch, change: { summary, files: new Map(), events, notices: [] } };
    }),
  );
}

function checkedRequest(request: PostCheckRequest): PostCheckRequest {
  const { context, url, text } = request;
  if (!/^[^\s\p{Cc}]+$/u.test(context) || context.length > MAX_CONTEXT)
    throw new UserError(`"${context}" is no context`, {
      hint: `give one word of up to ${MAX_CONTEXT} characters: build/x86_64`,
    });
  if (
    url !== null &&
    (!/^https?:$/.test(URL.parse(url)?.protocol ?? "") || /[\s\p{Cc}]/u.test(url) || url.length > MAX_URL)
  )
    throw new UserError(`"${url}" is no address of a page`, { hint: "give one that begins with https://" });
  const line = text?.trim() ?? null;
  if (line !== null && (/[\p{Cc}\u2028\u2029]/u.test(line) || line.length > MAX_TEXT))
    throw new UserError("the text is more than a line", {
      hint: `say it in ${MAX_TEXT} characters, and give --url for the rest`,
    });
  return { ...request, text: line === "" ? null : line };
}

/** The name of the patch of the queue that a result is for. */
async function testedPatch(tree: Tree, asked: string): Promise<string> {
  const events = readLedger(tree);
  const { by, patches } = await askedPatches(tree, events, asked);
  const [only, ...others] = patches;
  if (by === "piece" || only === undefined || others.length > 0) {
    const hint = `name one: ${patches.map(({ row }) => row.name).join(", ")}`;
    throw new UserError(`"${asked}" names no one patch`, { hint });
  }
  const { name, gone } = only.row;
  if (gone !== null)
    throw new UserError(`"${name}" is not in the queue any more: ${gone.reason}`, {
      hint: `see why: longarm show ${name}`,
    });
  if (by === "commit") await refuseOldCommit(tree, events, only, asked);
  return name;
}

/** A result of another version says nothing of this one. */
async function refuseOldCommit(
  tree: Tree,
  events: readonly LedgerEvent[],
  { row: { name, branch }, life }: KnownPatch,
  asked: string,
): Promise<void> {
  const commit = (await patchCommits(tree, events)).now.get(name);
  const names = new Set([name, ...life.names]);
  const changed = lastBuiltOf(events, names, branch)?.changedSince === "diff";
  if (commit?.startsWith(asked.trim().toLowerCase()) === true && !changed) return;
  throw new UserError(`"${asked}" is not what "${name}" is now`, {
    hint:
      changed || commit === undefined
        ? "build it first, and test that"
        : `it is ${commit}; if the result holds for it too, post it for ${name}`,
    exitCode: 1,
  });
}

/** A patch with the newest result of each context. */
export interface CheckedPatch {
  readonly patch: string;
  readonly branch: string;
  readonly checks: readonly ({ readonly context: string } & Check)[];
}

/** The results of one patch (also of one that left), or of all patches of the queue that have any. */
export async function listChecks(world: World, asked: string | null): Promise<CheckedPatch[]> {
  return withTree(world, async (tree) => {
    const events = readLedger(tree);
    const known = asked === null ? everyPatch(tree, events) : (await askedPatches(tree, events, asked)).patches;
    return known
      .filter(({ queued, life }) => asked !== null || (queued !== null && life.state.checks.size > 0))
      .map(({ row, life }) => ({
        patch: row.name,
        branch: row.branch,
        checks: [...life.state.checks].map(([context, check]) => ({ context, ...check })),
      }));
  });
}
