// What is done with postings: added to the queue, updated to a newer revision, their tags taken.
import { html } from "hono/html";
import { UserError } from "#model/bytes";
import { add, previewAdd, tags, update } from "#app";
import type { Form } from "../form.ts";
import type { Field, Operation } from "../operation.ts";
import { branchField, namesPatches, patchesField, patchesOf } from "../operation.ts";
import { addedPatches } from "../words/added.ts";
import { updatedPatches } from "../words/updated.ts";

/** What a person has to say yes to where a series is not as it should be. */
function consents(form: Form): Field[] {
  return [
    {
      kind: "switch",
      name: "compose",
      label: "Take what is proposed for a series that did not come in one piece",
      on: form.has("compose"),
    },
    {
      kind: "switch",
      name: "allow-control",
      label: "Take patches with control, bidi or invisible characters",
      on: form.has("allow-control"),
    },
  ];
}

export const addPosting: Operation = {
  name: "add",
  title: "Add a posting to the queue",
  about: "A series from the mail index, named by the Message-ID of one of its mails.",
  verb: "Add",
  direct: (form) => form.line("id") !== "",
  fields: (form, view) => [
    { kind: "line", name: "id", label: "Message-ID", value: form.line("id"), required: true },
    branchField(view, "branch", "Into the branch", form.line("branch") || view.tree.config.entry),
    ...consents(form),
  ],
  async run(world, form, dryRun) {
    const request = {
      sources: [messageIdOf(form.line("id"))],
      from: [],
      branch: form.given("branch"),
      compose: form.has("compose"),
      allowControl: form.has("allow-control"),
      refill: false,
    };
    if (dryRun) {
      const plan = await previewAdd(world, request);
      return {
        change: plan.change,
        details: addedPatches(plan),
        consequences: otherThan(plan),
        mayBreak: true,
        done: null,
      };
    }
    const { plan, done } = await add(world, { ...request, dryRun });
    return { change: plan.change, done };
  },
};

/** What breaks besides what is added, of which the preview tells by itself. */
function otherThan(plan: Awaited<ReturnType<typeof previewAdd>>): Awaited<ReturnType<typeof previewAdd>> {
  const added = new Set(plan.patches.map(({ name }) => name));
  return { ...plan, broken: plan.broken.filter((name) => !added.has(name)) };
}

/** A Message-ID as typed. What `add` takes besides, paths of this machine, is not for the web. Throws UserError when it is none. */
function messageIdOf(typed: string): string {
  const id = typed.replace(/^<|>$/g, "");
  if (/^[^\s<>/]+@[^\s<>/]+$/.test(id)) return `<${id}>`;
  throw new UserError(`"${typed}" is no Message-ID`, { hint: "copy it from the mail: something@somewhere" });
}

export const updatePosting: Operation = {
  name: "update",
  title: "Update to the newer revision",
  about:
    "The queued posting is replaced by its next revision, in one operation: places, names and branches stay. Tells what changed in each patch, and which tags go with it or are lost.",
  verb: "Update",
  direct: (form) => form.line("patch") !== "",
  fields: (form) => [
    {
      kind: "line",
      name: "patch",
      label: "A queued patch, or the Message-ID of a mail of its series",
      value: form.line("patch"),
      required: true,
    },
    { kind: "line", name: "to", label: "To the revision with this mail", value: form.line("to"), hint: "the newest" },
    ...consents(form),
  ],
  async run(world, form, dryRun) {
    const target = form.line("patch");
    if (target === "") throw new UserError("no patch is named", { hint: "write its file name" });
    const { plan, done } = await update(world, {
      target,
      to: form.given("to"),
      from: [],
      compose: form.has("compose"),
      allowControl: form.has("allow-control"),
      keepGoing: form.has("keep-going"),
      dryRun,
    });
    return { change: plan.change, details: updatedPatches(plan), consequences: plan, mayBreak: true, done };
  },
};

export const takeTags: Operation = {
  name: "tags",
  title: "Take tags",
  about: "Tags that replies gave since the patches were queued are written into the patch files, in one operation.",
  verb: "Take the tags",
  direct: namesPatches,
  fields: (form) => [patchesField(form)],
  async run(world, form, dryRun) {
    const { plan, done } = await tags(world, { patches: patchesOf(form), from: [], take: true, dryRun });
    const refused = plan.patches.flatMap(({ refused: why }) => why ?? []);
    const details = html`${refused.map((why) => html`<p class="wrong">Tags cannot be written: the patch file ${why}</p>`)}`;
    if (plan.change === null) return { change: null, details, idle: "There is no tag to take.", done: null };
    return { change: plan.change, details, done };
  },
};
