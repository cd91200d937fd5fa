// What can be done from pages, as values: each operation has a form, and one function that plans it or carries it out.
import type { Changed, Consequences, DropPlan, TreeView, World } from "#app";
import { UserError } from "#model/bytes";
import type { Html } from "../page.ts";
import type { Form } from "./form.ts";

/** What an operation changes in the tree. */
export type Change = DropPlan["change"];

export interface Operation {
  /** The last piece of its address: `hold` for `/do/hold`. */
  readonly name: string;
  readonly title: string;
  /** A sentence or two: what it does, and what not. */
  readonly about: string;
  /** What the button says that does it. */
  readonly verb: string;
  /** It takes something away. */
  readonly danger?: boolean;
  /** Nothing has to be filled in: its plan is shown at once. */
  readonly direct?: (form: Form) => boolean;
  /** The island that its form uses. */
  readonly island?: string;
  /** The form, filled in with what was given. */
  fields(form: Form, view: TreeView): readonly Field[];
  /** Plans it, or carries it out unless `dryRun`. Throws UserError, and changes nothing, when that is not possible. */
  run(world: World, form: Form, dryRun: boolean, view: TreeView): Promise<Ran>;
}

/** A plan, and what came of it. */
export interface Ran {
  /** Null for what the ledger does not know of. */
  readonly change: Change | null;
  /** What is to be said besides the change's own words. */
  readonly details?: Html;
  readonly consequences?: Consequences;
  /** Whether it can be done although patches would not apply any more. */
  readonly mayBreak?: boolean;
  /** Why there is nothing to be done; left out when there is. */
  readonly idle?: string;
  readonly done: Changed<unknown>["done"];
  /** Where to go afterwards, when no operation tells. */
  readonly to?: string;
}

/** A piece of a form. */
export type Field =
  | { readonly kind: "patches"; readonly label: string; readonly names: readonly string[] }
  | {
      readonly kind: "line";
      readonly name: string;
      readonly label: string;
      readonly value: string;
      readonly type?: "text" | "date";
      readonly hint?: string;
      readonly required?: boolean;
    }
  | { readonly kind: "text"; readonly name: string; readonly label: string; readonly value: string }
  | {
      readonly kind: "choice";
      readonly name: string;
      readonly label: string;
      readonly value: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
    }
  | {
      readonly kind: "switch";
      readonly name: string;
      readonly label: string;
      readonly on: boolean;
    }
  | { readonly kind: "own"; readonly shown: Html };

/** The patches that a form names. Throws UserError when it names none. */
export function patchesOf(form: Form): readonly string[] {
  const names = form.names("patch");
  if (names.length > 0) return names;
  throw new UserError("no patch is named", { hint: "write file names of patches in the queue, one a line" });
}

/** The field for them. */
export function patchesField(form: Form, label = "Patches"): Field {
  return { kind: "patches", label, names: form.names("patch") };
}

/** The tree's branches to choose from. */
export function branchField(view: TreeView, name: string, label: string, value: string, none?: string): Field {
  const branches = view.tree.config.branches.map((branch) => ({ value: branch.name, label: branch.name }));
  return {
    kind: "choice",
    name,
    label,
    value,
    options: none === undefined ? branches : [{ value: "", label: none }, ...branches],
  };
}

/** Whether the form names patches and nothing else is needed. */
export function namesPatches(form: Form): boolean {
  return form.names("patch").length > 0;
}
