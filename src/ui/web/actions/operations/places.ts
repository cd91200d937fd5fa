// What gives patches another place, name or end: moved, promoted, renamed, folded, dropped.
import { STANDARD_REASONS } from "#model/answers";
import { UserError } from "#model/bytes";
import { drop, explainPromotion, fold, move, promote, rename } from "#app";
import type { MoveRequest } from "#app";
import type { Form } from "../form.ts";
import type { Operation } from "../operation.ts";
import { branchField, namesPatches, patchesField, patchesOf } from "../operation.ts";
import { consideredTable, isReady } from "../words/promotion.ts";

const PLACES = [
  { value: "end", label: "to the end of a branch" },
  { value: "start", label: "to the beginning of a branch" },
  { value: "before", label: "directly before a patch" },
  { value: "after", label: "directly behind a patch" },
];

export const movePatches: Operation = {
  name: "move",
  title: "Give patches another place",
  about: "They keep their order. It is refused when something would not apply any more, unless you insist.",
  verb: "Move",
  fields: (form, view) => [
    patchesField(form),
    { kind: "choice", name: "place", label: "Where to", value: form.line("place") || "end", options: PLACES },
    branchField(view, "branch", "The branch", form.line("branch") || branchOfFirst(form, view)),
    { kind: "line", name: "beside", label: "The patch, for a place beside one", value: form.line("beside") },
  ],
  async run(world, form, dryRun) {
    const request = { patches: patchesOf(form), to: placeOf(form), keepGoing: form.has("keep-going"), dryRun };
    const { plan, done } = await move(world, request);
    return { change: plan.change, consequences: plan, mayBreak: true, done };
  },
};

function branchOfFirst(form: Form, view: Parameters<Operation["fields"]>[1]): string {
  const [first = ""] = form.names("patch");
  return view.byName.get(first)?.row.branch ?? view.tree.config.entry;
}

function placeOf(form: Form): MoveRequest["to"] {
  const kind = form.line("place");
  const name = form.line(kind === "before" || kind === "after" ? "beside" : "branch");
  if ((kind === "start" || kind === "end" || kind === "before" || kind === "after") && name !== "")
    return { kind, name };
  throw new UserError("where to is not said", { hint: "choose a branch, or name the patch to stand beside" });
}

export const promotePatches: Operation = {
  name: "promote",
  title: "Promote patches",
  about:
    "They move up to the branch that takes them, when they have what it asks. The patches of one posting move together; what lacks something stays. Without a name, all that some branch takes are looked at.",
  verb: "Promote",
  direct: (form) => namesPatches(form) || form.has("all"),
  fields: (form, view) => [
    patchesField(form),
    branchField(view, "to", "Only into", form.line("to"), "whatever takes them"),
    { kind: "switch", name: "force", label: "Although something is lacking", on: form.has("force") },
  ],
  async run(world, form, dryRun) {
    const request = { patches: form.names("patch"), to: form.given("to"), force: form.has("force") };
    if (dryRun) {
      const { considered } = await explainPromotion(world, request);
      const details = consideredTable(considered);
      const going = considered.filter((one) => request.force || isReady(one));
      if (going.length === 0) return { change: null, details, idle: "Nothing is ready to be promoted.", done: null };
      const { plan } = await promote(world, { ...request, dryRun });
      return { change: plan.change, details, consequences: plan, done: null };
    }
    const { plan, done } = await promote(world, { ...request, dryRun });
    return { change: plan.change, consequences: plan, done };
  },
};

export const renamePatch: Operation = {
  name: "rename",
  title: "Rename a patch",
  about: "Its place, its text and its story stay.",
  verb: "Rename",
  fields: (form) => [
    { kind: "line", name: "patch", label: "Patch", value: form.line("patch"), required: true },
    { kind: "line", name: "to", label: "New file name", value: form.line("to"), required: true },
  ],
  async run(world, form, dryRun) {
    const [patch] = patchesOf(form);
    const { plan, done } = await rename(world, { patch: patch ?? "", to: form.line("to"), dryRun });
    return { change: plan.change, done };
  },
};

export const foldPatches: Operation = {
  name: "fold",
  title: "Join fixes with what they fix",
  about:
    "The change, the tags, and a note of who fixed what go into the patch; the fixes leave the queue. Name patches whose fixes are folded, or fixes.",
  verb: "Fold",
  direct: namesPatches,
  fields: (form) => [
    patchesField(form),
    { kind: "line", name: "into", label: "Into this patch, whatever they are called", value: form.line("into") },
  ],
  async run(world, form, dryRun) {
    const { plan, done } = await fold(world, { patches: patchesOf(form), into: form.given("into"), dryRun });
    return { change: plan.change, consequences: plan, done };
  },
};

export const dropPatches: Operation = {
  name: "drop",
  title: "Drop patches",
  about: "They leave the queue for a reason; the notice says it to everybody concerned.",
  verb: "Drop",
  danger: true,
  fields: (form, view) => {
    const reasons = [...new Set([...STANDARD_REASONS.keys(), ...Object.keys(view.tree.config.notices?.reasons ?? {})])];
    const options = reasons.map((value) => ({ value, label: STANDARD_REASONS.get(value) ?? value }));
    return [
      patchesField(form),
      {
        kind: "choice",
        name: "reason",
        label: "Why",
        value: form.line("reason"),
        options: [{ value: "", label: "choose" }, ...options],
      },
      {
        kind: "line",
        name: "into",
        label: "Merged or folded into",
        value: form.line("into"),
        hint: "a branch or patch",
      },
      { kind: "line", name: "note", label: "More about it, said in the ledger only", value: form.line("note") },
    ];
  },
  async run(world, form, dryRun) {
    const request = { patches: patchesOf(form), reason: form.line("reason"), into: form.given("into") };
    const { plan, done } = await drop(world, { ...request, note: form.given("note"), dryRun });
    return { change: plan.change, done };
  },
};
