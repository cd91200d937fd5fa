// The form that filters a list: a field for the words, choices that add one to them, and each word with a way to leave it out.
import { html } from "hono/html";
import { joinFilter } from "#model/answers";
import { visibleText } from "#model/bytes";
import type { Html } from "../page.ts";
import type { AskedFilter } from "./filter-query.ts";
import { filteredHref, MAX_FILTER } from "./filter-query.ts";

/** A choice: what it is called, and the words that it offers. */
export interface Choice {
  readonly label: string;
  readonly options: readonly (readonly [word: string, name: string])[];
}

const STATES: Choice = {
  label: "State",
  options: [
    ["state:held", "held"],
    ["state:disabled", "disabled"],
    ["state:noted", "with notes"],
    ["state:failed", "a check failed"],
    ["state:pending", "a check is pending"],
    ["state:landed", "landed elsewhere"],
    ["state:gone", "left the queue"],
    ["state:any", "all that ever were"],
  ],
};
const AGES: Choice = {
  label: "Age",
  options: [
    ["newer:1d", "newer than a day"],
    ["newer:7d", "newer than a week"],
    ["older:7d", "older than a week"],
    ["older:1m", "older than a month"],
    ["older:3m", "older than 3 months"],
    ["older:1y", "older than a year"],
  ],
};
const TAGS: Choice = {
  label: "Tags",
  options: [
    ["tag:Reviewed-by", "reviewed"],
    ["not:tag:Reviewed-by", "not reviewed"],
    ["tag:Acked-by", "acked"],
    ["tag:Tested-by", "tested"],
    ["tag:Reported-by", "somebody reported it"],
  ],
};

/** The form of the list at `path`; `branches` are offered where there is a choice. */
export function filterForm(path: string, asked: AskedFilter, branches: readonly string[]): Html {
  const choices = [
    ...(branches.length > 1
      ? [{ label: "Branch", options: branches.map((name) => [`branch:${name}`, name] as const) }]
      : []),
    STATES,
    AGES,
    TAGS,
  ];
  return html`<form class="filter" action="${path}" aria-label="Filter">
      <input
        type="search"
        name="q"
        value="${joinFilter(asked.words)}"
        placeholder="author:ada file:mm/ state:held older:7d"
        aria-label="Filter words"
        maxlength="${MAX_FILTER}"
        spellcheck="false"
        autocapitalize="off"
      />
      ${choices.map(select)}
      <button type="submit">Filter</button>
    </form>
    ${asked.words.length === 0 ? "" : chips(path, asked.words)} ${asked.kind === "problem" ? problem(asked) : ""}
    <details class="help">
      <summary>Filter words</summary>
      <p>
        All of them must hold: <code>author:</code> a name or address, <code>file:</code> a path, a directory or a
        pattern, <code>state:</code>, <code>tag:</code>, <code>title:</code>, <code>branch:</code>,
        <code>older:</code> and <code>newer:</code> an age such as <code>7d</code>, <code>2w</code>, <code>3m</code> or
        a day; a bare word is looked for in names and titles. <code>not:</code> before one turns it round; quotes keep
        blanks: <code>author:"Ada L"</code>. <code>longarm list</code> takes the same words.
      </p>
    </details>`;
}

function select({ label, options }: Choice): Html {
  return html`<select name="add" aria-label="${label}">
    <option value="">${label}</option>
    ${options.map(([word, name]) => html`<option value="${word}">${name}</option>`)}
  </select>`;
}

function chips(path: string, words: readonly string[]): Html {
  return html`<ul class="chips" aria-label="Filter words in use">
    ${words.map((word, index) => {
      const href = filteredHref(path, words.toSpliced(index, 1));
      return html`<li>
        <a class="badge thread" href="${href}" aria-label="Leave out ${visibleText(word)}">${visibleText(word)} ×</a>
      </li>`;
    })}
    <li><a href="${path}">Show all</a></li>
  </ul>`;
}

function problem({ problem: what, hint }: AskedFilter & { kind: "problem" }): Html {
  return html`<p class="problem" role="status">${visibleText(what)} <span class="soft">${visibleText(hint)}</span></p>`;
}
