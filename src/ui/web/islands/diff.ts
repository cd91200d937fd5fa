// Island: what a diff's page does not have at first is put into its place when it is asked for, and code gets its colours.
import { colourFiles } from "./colour/colour-files.ts";

colourFiles(document.querySelectorAll<HTMLElement>(".file[data-path]"));

// Milliseconds until a page is asked for again that says it will be.
const AGAIN = 1000;
if (document.querySelector("[data-again]") !== null) setTimeout(() => location.reload(), AGAIN);

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-load]") : null;
  // A click with a key held opens another window, as on every link.
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  void load(link);
});

// A file that was too much for the page comes when it is unfolded.
for (const details of document.querySelectorAll<HTMLDetailsElement>("details.file:not([open])")) {
  details.addEventListener(
    "toggle",
    () => {
      const link = details.querySelector<HTMLAnchorElement>("tbody > tr:first-child a[data-load]");
      if (link !== null) void load(link);
    },
    { once: true },
  );
}

/** Puts the rows that the link leads to in the place of its row; where that fails the link is followed. */
async function load(link: HTMLAnchorElement): Promise<void> {
  const row = link.closest("tr");
  const url = new URL(link.dataset["load"] || link.href, location.href);
  if (row === null || link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  url.searchParams.set("fragment", "1");
  const response = await fetch(url).catch(() => null);
  if (response?.ok !== true) {
    location.href = link.href;
    return;
  }
  const loaded = new DOMParser().parseFromString(await response.text(), "text/html");
  const rows = [...loaded.querySelectorAll("tbody > tr")].map((one) => document.adoptNode(one));
  const file = row.closest<HTMLElement>(".file");
  const hadFocus = document.activeElement === link;
  row.replaceWith(...rows);
  if (hadFocus) file?.querySelector<HTMLElement>(".scroll")?.focus();
  if (file !== null) colourFiles([file]);
}
