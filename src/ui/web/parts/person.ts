// A person as pages name them: the name, with the address in a link.
import { html } from "hono/html";
import { visibleText } from "#model/bytes";
import type { Html } from "../page.ts";
import { authorHref } from "./patch-link.ts";

/** A person's two parts. */
export interface NamedPerson {
  /** The address where there is no name. */
  readonly name: string;
  /** In lower case; empty where there is none. */
  readonly address: string;
}

/** Reads `Name <address>`, `"Name" <address>` or an address. It never fails: what it does not understand is the name. */
export function namedPerson(text: string): NamedPerson {
  const [, quoted, address] = /^(.*)<([^<>]*)>\s*$/s.exec(text) ?? [];
  if (quoted === undefined || address === undefined)
    return { name: text.trim(), address: text.includes("@") ? text.trim().toLowerCase() : "" };
  const name = quoted
    .trim()
    .replace(/^"(.*)"$/s, "$1")
    .replace(/\\(.)/gs, "$1");
  return { name: name === "" ? address : name, address: address.toLowerCase() };
}

/** `Name <address>` without the address, as it is. In linear time: senders choose how long a name is. */
export function withoutAddress(person: string): string {
  const open = person.lastIndexOf("<");
  return open < 0 || person.indexOf(">", open) !== person.length - 1 ? person : person.slice(0, open).trimEnd();
}

/** The name, linked to what is in the tree by that address. */
export function authorLink(person: NamedPerson): Html {
  const name = visibleText(person.name);
  return person.address === "" ? html`${name}` : html`<a href="${authorHref(person.address)}">${name}</a>`;
}
