// Everybody who wrote a patch of the tree, queued or gone, by address: made once for each view. Who only gave tags is not here.
import type { TreeView } from "#app";
import type { ListedRow } from "./listed-rows.ts";
import { listedRows } from "./listed-rows.ts";

/** An author with their patches. */
export interface Author {
  /** In lower case. */
  readonly address: string;
  /** The name of the newest patch. */
  readonly name: string;
  readonly queued: readonly ListedRow[];
  /** Newest first. */
  readonly gone: readonly ListedRow[];
}

const known = new WeakMap<TreeView, ReadonlyMap<string, Author>>();

/** By address. Patches without one are nobody's. */
export function authorsOf(view: TreeView): ReadonlyMap<string, Author> {
  const found = known.get(view) ?? gather(view);
  known.set(view, found);
  return found;
}

function gather(view: TreeView): ReadonlyMap<string, Author> {
  const rows = listedRows(view, null).filter(({ author }) => author.address !== "");
  const authors = [...Map.groupBy(rows, ({ author }) => author.address)].map(([address, some]): Author => {
    const newest = some.reduce((best, one) => ((one.row.since ?? "") > (best.row.since ?? "") ? one : best));
    return {
      address,
      name: newest.author.name,
      queued: some.filter(({ place }) => place !== null),
      gone: some.filter(({ place }) => place === null),
    };
  });
  return new Map(authors.map((author) => [author.address, author]));
}

/** Other addresses under the same name, letters of both cases being the same. */
export function namesakes(view: TreeView, { name, address }: Pick<Author, "name" | "address">): Author[] {
  const wanted = name.toLowerCase();
  return [...authorsOf(view).values()].filter((one) => one.address !== address && one.name.toLowerCase() === wanted);
}
