// Which patch an address means: by name, Message-ID, commit or subject, as the commands take it. And rows as the API tells them.
import { UserError } from "#model/bytes";
import { askedAmong } from "#app";
import type { AskedPatches, KnownPatch, TreeView } from "#app";
import type { Problem, Told } from "./route.ts";
import { problem } from "./route.ts";
import type { Row } from "./schemas.ts";

/** What is meant; a problem when that is nothing. */
export async function asked(view: TreeView, text: string): Promise<AskedPatches | Problem> {
  const named = view.byName.get(text) ?? view.byName.get(`${text}.patch`);
  if (named !== undefined) return { by: "name", patches: [named] };
  try {
    return await askedAmong(view, text);
  } catch (error) {
    if (error instanceof UserError) return problem(404, error.message, error.hint);
    throw error;
  }
}

/** The one patch that is meant; a problem when that is none, or several. */
export async function onePatch(view: TreeView, text: string): Promise<KnownPatch | Problem> {
  const found = await asked(view, text);
  if ("problem" in found) return found;
  const [only, ...others] = found.patches;
  if (only !== undefined && others.length === 0) return only;
  return problem(
    409,
    `"${text}" means several patches`,
    `name one: ${found.patches.map(({ row }) => row.name).join(", ")}`,
  );
}

/** A row as filters of the API see it: a filter, too, would tell who has a private remark. */
export function toldRow(row: KnownPatch["row"]): KnownPatch["row"] {
  return row.privateNotes.length === 0 ? row : { ...row, privateNotes: [] };
}

/** A row without what never leaves this machine. */
export function tellRow({ row }: Pick<KnownPatch, "row">): Told<typeof Row> {
  const { privateNotes: _, ...told } = row;
  return told;
}
