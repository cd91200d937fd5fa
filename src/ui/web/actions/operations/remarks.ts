// What is said of patches where they stand: held, released, disabled, enabled, noted.
import { html } from "hono/html";
import { disable, hold, note, notePrivately } from "#app";
import type { Operation } from "../operation.ts";
import { namesPatches, patchesField, patchesOf } from "../operation.ts";
import { patchHref } from "../../parts/patch-link.ts";
import { notesOf } from "../notes.ts";

export const holdPatches: Operation = {
  name: "hold",
  title: "Hold patches",
  about: "They stay built where they are, but are not promoted until the hold is over.",
  verb: "Hold",
  fields: (form) => [
    patchesField(form),
    { kind: "line", name: "reason", label: "Why, for everybody to read", value: form.line("reason"), required: true },
    { kind: "line", name: "until", label: "Over on", type: "date", value: form.line("until") },
    {
      kind: "line",
      name: "tag",
      label: "Over when the patch has such a tag",
      value: form.line("tag"),
      hint: "Acked-by",
    },
    { kind: "line", name: "person", label: "Over when this person says so", value: form.line("person") },
  ],
  async run(world, form, dryRun) {
    const [until, tag, person] = [form.given("until"), form.given("tag"), form.given("person")];
    const request = { reason: form.line("reason"), until, tag, person };
    const { plan, done } = await hold(world, { patches: patchesOf(form), hold: request, dryRun });
    return { change: plan.change, done };
  },
};

export const releasePatches: Operation = {
  name: "release",
  title: "End a hold",
  about: "The patches may be promoted again.",
  verb: "Release",
  direct: namesPatches,
  fields: (form) => [patchesField(form)],
  async run(world, form, dryRun) {
    const { plan, done } = await hold(world, { patches: patchesOf(form), hold: null, dryRun });
    return { change: plan.change, done };
  },
};

export const disablePatches: Operation = {
  name: "disable",
  title: "Leave patches out of the build",
  about: "They keep their place in the series, as comments to quilt.",
  verb: "Disable",
  fields: (form) => [
    patchesField(form),
    { kind: "line", name: "reason", label: "Why, for everybody to read", value: form.line("reason") },
  ],
  async run(world, form, dryRun) {
    const request = { patches: patchesOf(form), disable: true, reason: form.given("reason") };
    const { plan, done } = await disable(world, { ...request, keepGoing: form.has("keep-going"), dryRun });
    return { change: plan.change, consequences: plan, mayBreak: true, done };
  },
};

export const enablePatches: Operation = {
  name: "enable",
  title: "Put patches back into the build",
  about: "Disabled patches are applied again, where they stand.",
  verb: "Enable",
  direct: namesPatches,
  fields: (form) => [patchesField(form)],
  async run(world, form, dryRun) {
    const request = { patches: patchesOf(form), disable: false, reason: null };
    const { plan, done } = await disable(world, { ...request, keepGoing: form.has("keep-going"), dryRun });
    return { change: plan.change, consequences: plan, mayBreak: true, done };
  },
};

export const noteOnPatches: Operation = {
  name: "note",
  title: "Remark on patches",
  about: "A remark is in the ledger, where everybody can read it; a private one is on this machine only.",
  verb: "Write it down",
  fields: (form, view) => [
    patchesField(form),
    { kind: "text", name: "text", label: "The remark", value: form.text("text") },
    {
      kind: "switch",
      name: "private",
      label: "Private: seen by maintainers who are signed in here",
      on: form.has("private"),
    },
    { kind: "own", shown: notesOf(view, form.names("patch")) },
  ],
  async run(world, form, dryRun) {
    const request = { patches: patchesOf(form), text: form.text("text"), dryRun };
    if (!form.has("private")) {
      const { plan, done } = await note(world, request);
      return { change: plan.change, done };
    }
    const names = await notePrivately(world, request);
    const [first = ""] = names;
    const details = html`<p>
      A private remark on ${names.join(", ")}. No ledger, notice or feed has it, and undo does not know it.
    </p>`;
    return { change: null, details, done: null, to: patchHref(first) };
  },
};
