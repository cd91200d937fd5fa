// Island: the plot of the queue's size, drawn from the table beside it by uPlot, so that a moment can be pointed at. The picture that
// the server drew stays where that does not work.
import uPlot from "uplot";

const figure = document.getElementById("sizes");
const numbers = figure?.querySelector("table");
const plot = figure?.querySelector(".plot");
if (numbers && plot) draw(numbers, plot);

function draw(table: HTMLTableElement, place: Element): void {
  // The table has the newest first, a column for all at its end.
  const rows = [...(table.tBodies[0]?.rows ?? [])].toReversed();
  const names = [...(table.tHead?.rows[0]?.cells ?? [])].slice(1, -1).map((cell) => cell.textContent);
  if (rows.length < 2) return;
  const times = rows.map((row) => Date.parse(row.querySelector("time")?.dateTime ?? "") / 1000);
  const counts = names.map((_, index) => rows.map((row) => Number(row.cells[index + 1]?.textContent ?? 0)));
  /** Each branch on those before it. */
  const sums = counts.map((_, index) => rows.map((__, at) => total(counts.slice(0, index + 1), at)));
  const colours = [...document.querySelectorAll(".legend i")].map((mark) => getComputedStyle(mark).backgroundColor);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const axis = { stroke: softColour(), grid: { show: false }, ticks: { show: false }, font: "12px sans-serif" };
  const chart = new uPlot(
    {
      width: place.clientWidth,
      height: 220,
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max)] } },
      tzDate: (time) => uPlot.tzDate(new Date(time * 1000), "Etc/UTC"),
      axes: [
        { ...axis, space: 90, values: (_, ticks, __, ___, step) => tickLabels(ticks, step) },
        { ...axis, size: 44 },
      ],
      cursor: { y: false, points: { show: false } },
      series: [
        { label: "Since", value: (_, time) => (time === null ? "" : dayOf(time, true)) },
        // The lowest area is drawn last, over those that reach behind it.
        ...names
          .map((name, index) => ({
            label: name,
            stroke: colours[index] ?? "gray",
            fill: colours[index] ?? "gray",
            width: 0,
            points: { show: false },
            ...(stepped === undefined ? {} : { paths: stepped }),
            value: (_: uPlot, __: number | null, ___: number, at: number | null) =>
              String(counts[index]?.[at ?? rows.length - 1] ?? ""),
          }))
          .toReversed(),
      ],
    },
    [times, ...sums.toReversed()],
  );
  place.replaceChildren(chart.root);
  // uPlot's own legend has the numbers of the moment that is pointed at.
  document.querySelector("#sizes .legend")?.remove();
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 220 })).observe(place);
}

const DAY = 86_400;

/** Days; where several ticks are on one day, their hours, with the day at its first. `step` is the seconds between two ticks. */
function tickLabels(ticks: readonly number[], step: number): string[] {
  return ticks.map((tick, index) => {
    if (step >= DAY) return dayOf(tick, false);
    const before = ticks[index - 1];
    const isSameDay = before !== undefined && Math.floor(before / DAY) === Math.floor(tick / DAY);
    return isSameDay ? hourOf(tick) : dayOf(tick, true);
  });
}

/** `14:00`, in UTC. */
function hourOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(11, 16);
}

/** `5 Mar`, or `5 Mar, 14:00`; the server's table is in UTC, too. */
function dayOf(time: number, hours: boolean): string {
  const hour = hours ? ({ hour: "2-digit", minute: "2-digit" } as const) : {};
  return new Date(time * 1000).toLocaleString("en-GB", { day: "numeric", month: "short", timeZone: "UTC", ...hour });
}

function total(counts: readonly (readonly number[])[], at: number): number {
  return counts.reduce((sum, one) => sum + (one[at] ?? 0), 0);
}

/** The colour of soft text, as a canvas takes it: `light-dark()` is a style sheet's. */
function softColour(): string {
  const mark = document.querySelector(".legend");
  return mark === null ? "gray" : getComputedStyle(mark).color;
}
