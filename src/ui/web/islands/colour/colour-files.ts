// Gives the code of a diff its colours by the CSS Custom Highlight API, which leaves the document as it is: what is selected and
// copied is the text. A browser that has no such API shows no colours.
import type { Language } from "./languages.ts";
import { languageOf } from "./languages.ts";
import type { TokenKind } from "./tokens.ts";
import { tokensOf } from "./tokens.ts";

/** Files with more rows are left plain: colours would take longer than they help. */
const MAX_ROWS = 6000;

const done = new WeakSet<Element>();

/** Colours these files once each can be seen; rows that came later are coloured when it is called again. */
export function colourFiles(files: Iterable<HTMLElement>): void {
  if (!("highlights" in CSS)) return;
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        colour(target as HTMLElement);
      }
    },
    { rootMargin: "400px" },
  );
  for (const file of files) watcher.observe(file);
}

function colour(file: HTMLElement): void {
  const language = languageOf(file.dataset["path"] ?? "");
  const rows = [...file.querySelectorAll<HTMLTableRowElement>("table.diff > tbody > tr")];
  if (language === null || rows.length > MAX_ROWS) return;
  // The old lines are one text, the new ones another: a comment that begins in one does not end in the other.
  let [old, made]: [HTMLElement[], HTMLElement[]] = [[], []];
  const flush = (): void => {
    paint(old, language);
    paint(made, language);
    [old, made] = [[], []];
  };
  for (const row of rows) {
    if (row.classList.contains("h") || row.classList.contains("more")) {
      flush();
      continue;
    }
    const code = [...row.cells].filter((_cell, index) => (row.cells.length === 4 ? index % 2 === 1 : index === 2));
    const [first, second] = code;
    if (first === undefined) continue;
    if (second !== undefined) {
      old.push(first);
      made.push(second);
    } else (row.classList.contains("d") ? old : made).push(first);
  }
  flush();
}

function paint(cells: readonly HTMLElement[], language: Language): void {
  const nodes: { readonly node: Text; readonly start: number; readonly end: number; readonly isNew: boolean }[] = [];
  let text = "";
  for (const cell of cells) {
    const isNew = !done.has(cell);
    done.add(cell);
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.parentElement?.closest(".aside, .cr") instanceof Element) continue;
      const { data } = node as Text;
      nodes.push({ node: node as Text, start: text.length, end: text.length + data.length, isNew });
      text += data;
    }
    text += "\n";
  }
  let at = 0;
  for (const { kind, start, end } of tokensOf(text, language)) {
    while (at > 0 && (nodes[at]?.start ?? 0) > start) at -= 1;
    while ((nodes[at]?.end ?? Infinity) <= start) at += 1;
    for (let index = at; (nodes[index]?.start ?? Infinity) < end; index += 1) {
      const one = nodes[index];
      if (one === undefined || !one.isNew) continue;
      const range = new StaticRange({
        startContainer: one.node,
        startOffset: Math.max(start - one.start, 0),
        endContainer: one.node,
        endOffset: Math.min(end, one.end) - one.start,
      });
      highlightOf(kind).add(range);
    }
  }
}

function highlightOf(kind: TokenKind): Highlight {
  const name = `code-${kind}`;
  const known = CSS.highlights.get(name);
  if (known !== undefined) return known;
  const made = new Highlight();
  CSS.highlights.set(name, made);
  return made;
}
