// Island: the patches of a branch are dragged to their places, by mouse, pen or finger; the arrows move them without a round trip.
// The form stays what it is without script: names in order, each with the number of its place.

const list = document.querySelector<HTMLOListElement>("ol.order");
const said = document.getElementById("moved");

if (list !== null) {
  list.classList.add("drags");
  list.addEventListener("click", step);
  list.addEventListener("pointerdown", grip);
  list.addEventListener("change", place);
}

function rowsOf(order: HTMLElement): HTMLLIElement[] {
  return [...order.querySelectorAll<HTMLLIElement>(":scope > li")];
}

/** Writes every place's number, so that what is sent is what is seen. */
function renumber(order: HTMLElement): void {
  for (const [index, row] of rowsOf(order).entries()) {
    const at = row.querySelector<HTMLInputElement>("input.at");
    if (at !== null) at.value = String(index + 1);
  }
}

function say(row: HTMLLIElement): void {
  const order = row.parentElement;
  if (said === null || order === null) return;
  said.textContent = `${row.dataset["name"] ?? ""} is ${rowsOf(order).indexOf(row) + 1} of ${order.children.length}`;
}

/** An arrow was pressed. The button keeps the focus, so that it can be pressed again. */
function step(event: Event): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[name]") : null;
  const row = button?.closest("li") ?? null;
  if (button === null || row === null || row.parentElement === null) return;
  event.preventDefault();
  if (button.name === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  renumber(row.parentElement);
  button.focus();
  say(row);
}

/** A number was written. */
function place(event: Event): void {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.name !== "at") return;
  const row = field.closest("li");
  const order = row?.parentElement;
  if (!row || !order) return;
  const others = rowsOf(order).filter((one) => one !== row);
  const wanted = Math.min(Math.max(Math.trunc(Number(field.value)) || 1, 1), others.length + 1);
  const next = others[wanted - 1];
  if (next === undefined) order.append(row);
  else next.before(row);
  renumber(order);
  field.focus();
  say(row);
}

/** Pixels from an edge of the window within which dragging scrolls, and how far each time. */
const EDGE = 60;
const SCROLL = 18;

function grip(event: PointerEvent): void {
  const handle = event.target instanceof Element ? event.target.closest<HTMLElement>(".grip") : null;
  const row = handle?.closest("li") ?? null;
  const order = row?.parentElement ?? null;
  if (handle === null || row === null || order === null || event.button !== 0) return;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  row.classList.add("dragged");
  let y = event.clientY;
  const settle = (): void => {
    const before = row.previousElementSibling;
    const after = row.nextElementSibling;
    // The neighbour moves: a row that is taken out of the page loses the pointer.
    if (before !== null && y < middleOf(before)) row.after(before);
    else if (after !== null && y > middleOf(after)) row.before(after);
    else return;
    settle();
  };
  const scroller = setInterval(() => {
    if (y < EDGE) scrollBy(0, -SCROLL);
    else if (y > innerHeight - EDGE) scrollBy(0, SCROLL);
    else return;
    settle();
  }, 16);
  const move = (moved: PointerEvent): void => {
    y = moved.clientY;
    settle();
  };
  const end = (): void => {
    clearInterval(scroller);
    handle.removeEventListener("pointermove", move);
    row.classList.remove("dragged");
    renumber(order);
    say(row);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", end, { once: true });
}

function middleOf(element: Element): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
