// The queue's size over time as a picture that needs no script, and as the table that it is drawn from. The island `sizes` draws the
// same table so that it can be asked for single moments.
import { html } from "hono/html";
import type { QueueSize } from "#model/answers";
import type { Html } from "../page.ts";

const [WIDTH, HEIGHT] = [1000, 220];
/** Colours that tree.css has for branches; more branches begin again. */
const COLOURS = 7;

/** The plot of the branches that have or had patches, in that order; `sizes` end now. */
export function sizePlot(sizes: readonly QueueSize[], order: readonly string[]): Html {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined) return html`<p class="soft">Nothing was queued yet.</p>`;
  const branches = order.filter((name) => sizes.some(({ counts }) => (counts.get(name) ?? 0) > 0));
  const top = Math.max(1, ...sizes.map(({ counts }) => totalOf(counts, branches)));
  const [begin, end] = [Date.parse(first.at), Date.parse(last.at)];
  const x = (at: string): number => Math.round(((Date.parse(at) - begin) / Math.max(1, end - begin)) * WIDTH);
  const y = (count: number): number => Math.round(HEIGHT - (count / top) * HEIGHT);
  const areas = branches.map((_, index) => {
    const upper = sizes.map(({ at, counts }) => [x(at), y(totalOf(counts, branches.slice(0, index + 1)))] as const);
    const lower = sizes.map(({ at, counts }) => [x(at), y(totalOf(counts, branches.slice(0, index)))] as const);
    return `${stepsOf(upper)}L${stepsBack(lower)}Z`;
  });
  return html`<figure class="sizes" id="sizes">
    <ul class="legend">
      ${branches.map((name, index) => html`<li><i class="c${index % COLOURS}"></i>${name}</li>`)}
    </ul>
    <div class="plot">
      <span class="most">${top}</span>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${areas.map((path, index) => html`<path class="c${index % COLOURS}" d="${path}" />`)}
      </svg>
      <p class="ends"><span>${endOf(first.at, end - begin)}</span><span>${endOf(last.at, end - begin)}</span></p>
    </div>
    <figcaption>
      <details>
        <summary>The numbers</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="Patches in each branch over time">
          ${sizeTable(sizes, branches)}
        </div>
      </details>
    </figcaption>
  </figure>`;
}

/** Milliseconds within which the hour of a plot's end matters. */
const SHORT = 4 * 86_400_000;

/** `2026-03-05`, with its hour where days alone would be the same or nearly so. */
function endOf(at: string, span: number): string {
  return at.slice(0, span < SHORT ? 16 : 10).replace("T", " ");
}

/** Newest first; every moment in UTC. */
function sizeTable(sizes: readonly QueueSize[], branches: readonly string[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Since</th>
        ${branches.map((name) => html`<th scope="col">${name}</th>`)}
        <th scope="col">All</th>
      </tr>
    </thead>
    <tbody>
      ${sizes.toReversed().map(
        ({ at, counts }) =>
          html`<tr>
            <th scope="row"><time datetime="${at}">${at.slice(0, 16).replace("T", " ")}</time></th>
            ${branches.map((name) => html`<td>${counts.get(name) ?? 0}</td>`)}
            <td>${totalOf(counts, branches)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function totalOf(counts: ReadonlyMap<string, number>, branches: readonly string[]): number {
  return branches.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
}

type Point = readonly [x: number, y: number];

/** A size holds until the next one: a line of steps. */
function stepsOf(points: readonly Point[]): string {
  return points.map(([x, y], index) => (index === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join("");
}

/** The same backwards, to close an area. */
function stepsBack(points: readonly Point[]): string {
  const [last] = points.slice(-1);
  if (last === undefined) return "";
  const back = points
    .toReversed()
    .slice(1)
    .map(([x, y]) => `V${y}H${x}`);
  return `${last[0]} ${last[1]}${back.join("")}`;
}
