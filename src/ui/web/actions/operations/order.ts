// The order of a branch, as a person gives it: by dragging, by buttons up and down, or by numbers.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import { showName } from "#model/queue";
import { reorder } from "#app";
import type { TreeView } from "#app";
import type { Html } from "../../page.ts";
import { patchHref } from "../../parts/patch-link.ts";
import type { Form } from "../form.ts";
import type { Operation } from "../operation.ts";
import { branchField } from "../operation.ts";

export const reorderBranch: Operation = {
  name: "reorder",
  title: "Put a branch in order",
  about:
    "Drag patches to their places, use the arrows, or write numbers. Nothing changes before you have seen the plan.",
  verb: "Put in this order",
  island: "reorder",
  fields: (form, view) => {
    const branch = form.line("branch") || view.tree.config.entry;
    // A list belongs to its branch; which one is chosen above it, and the list of another one is read anew.
    return form.has("patch") || form.line("branch") !== ""
      ? [{ kind: "own", shown: orderList(view, branch, orderOf(form)) }]
      : [branchField(view, "branch", "Branch", branch)];
  },
  async run(world, form, dryRun) {
    const request = { by: orderOf(form), branch: form.line("branch"), dryRun };
    const { plan, done } = await reorder(world, request);
    const details = html`${plan.branches.map(
      ({ name, patches }) =>
        html`<h3>${name}</h3>
          <div class="scroll order-shown" tabindex="0" role="region" aria-label="The new order">
            <ol>
              ${patches.map((patch) => html`<li class="mono">${showName(patch)}</li>`)}
            </ol>
          </div>`,
    )}`;
    return { change: plan.change, details, consequences: plan, done };
  },
};

/**
 * The order that a form says: its patches by their numbers. One that was given another place goes before whatever stands there when it
 * comes from below, and behind it when it comes from above, as if it had been dragged. Then `up` or `down` moves one by one place.
 */
export function orderOf(form: Form): readonly string[] {
  const [names, places] = [form.all("patch"), form.all("at")];
  const wanted = names.map((name, index) => {
    const place = Number(places[index]);
    const at = places[index]?.trim() && Number.isFinite(place) ? place : index + 1;
    return { name, at, side: Math.sign(at - (index + 1)) };
  });
  const order = wanted.toSorted((left, right) => left.at - right.at || left.side - right.side).map(({ name }) => name);
  for (const [button, step] of [
    ["up", -1],
    ["down", 1],
  ] as const) {
    const from = order.indexOf(form.line(button));
    const other = order[from + step];
    if (from < 0 || other === undefined) continue;
    order[from + step] = order[from] ?? other;
    order[from] = other;
  }
  return order;
}

/** Whether the list is wanted, not yet a plan: a button moved one patch, or only the branch was chosen. */
export function wantsList({ name }: Operation, form: Form): boolean {
  return name === reorderBranch.name && (form.has("up") || form.has("down") || !form.has("patch"));
}

function orderList(view: TreeView, branch: string, order: readonly string[]): Html {
  const rows = view.patches.flatMap(({ row, queued }) =>
    queued?.kind === "patch" && row.branch === branch ? [row] : [],
  );
  const rank = new Map(order.map((name, index) => [name, index]));
  const sorted = rows.toSorted(
    (left, right) => (rank.get(left.name) ?? Infinity) - (rank.get(right.name) ?? Infinity) || 0,
  );
  if (sorted.length === 0) return html`<p>There is no patch in ${branch}.</p>`;
  // Enter in a field presses the first button of its form (HTML, "implicit submission"): that must not be an arrow.
  return html`<input type="hidden" name="branch" value="${branch}" />
    <button type="submit" name="plan" value="yes" hidden>Show what would happen</button>
    <p class="sr-only" aria-live="polite" id="moved"></p>
    <ol class="plain-list order" aria-label="Patches of ${branch} in their order">
      ${sorted.map(
        ({ name, title }, index) =>
          html`<li data-name="${name}">
            <span class="grip" aria-hidden="true"></span>
            <input type="hidden" name="patch" value="${name}" />
            <input
              class="at"
              name="at"
              value="${index + 1}"
              inputmode="numeric"
              size="4"
              maxlength="6"
              aria-label="Place of ${name}"
            />
            <button type="submit" name="up" value="${name}" aria-label="${name} up">↑</button>
            <button type="submit" name="down" value="${name}" aria-label="${name} down">↓</button>
            <span class="what"><a class="mono" href="${patchHref(name)}">${name}</a> ${visibleText(title)}</span>
          </li>`,
      )}
    </ol>`;
}
