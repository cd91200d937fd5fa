// The rows that lists show, made once for each view: what anybody may see of every patch, with its place and its posting.
import type { PatchRow } from "#model/answers";
import { visibleText } from "#model/bytes";
import { treeHealth } from "#app";
import type { TreeView } from "#app";
import type { Person } from "../access.ts";
import type { NamedPerson } from "./person.ts";
import { namedPerson } from "./person.ts";

/** A patch in a list. */
export interface ListedRow {
  /** Without private notes, unless they are the reader's to see: a filter must not tell of them either. */
  readonly row: PatchRow;
  /** Its title, or its file name where it has none; safe to look at. */
  readonly title: string;
  readonly author: NamedPerson;
  /** 1-based place in the whole queue; null when it left. */
  readonly place: number | null;
  /** Message-ID of its posting, without `<>`; null when it did not come by mail. */
  readonly posting: string | null;
  /** Whether the last build of its branch rejected it. */
  readonly rejected: boolean;
}

const known = new WeakMap<TreeView, readonly ListedRow[]>();

/** The queue in its order, then what left, newest first, as that person may see it. */
export function listedRows(view: TreeView, person: Person | null): readonly ListedRow[] {
  if (person?.maintains === true) return rowsOf(view, (row) => row);
  const found = known.get(view) ?? rowsOf(view, (row) => ({ ...row, privateNotes: [] }));
  known.set(view, found);
  return found;
}

function rowsOf(view: TreeView, allowed: (row: PatchRow) => PatchRow): ListedRow[] {
  const { patches } = view;
  const rejected = new Set(treeHealth(view).branches.flatMap((branch) => branch.rejected));
  const people = new Map<string, NamedPerson>();
  return patches.map(({ row, life, queued }, index) => {
    const author = people.get(row.author) ?? namedPerson(row.author);
    people.set(row.author, author);
    const { origin } = life.state;
    return {
      row: allowed(row),
      title: visibleText(row.title === "" ? row.name : row.title),
      author,
      place: queued === null ? null : index + 1,
      posting: origin?.kind === "mail" ? origin.posting : null,
      rejected: queued !== null && rejected.has(row.name),
    };
  });
}
