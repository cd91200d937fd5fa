// Pages of lists that change between two requests.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pageOf } from "./paging.ts";

const names = fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 60 });

test("all pages together are the list, whatever is put in or taken out meanwhile: what stays is seen once, in its order", () => {
  fc.assert(
    fc.property(
      names,
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.tuple(fc.nat(), fc.string({ minLength: 7, maxLength: 9 }), fc.nat(), fc.boolean())),
      (list, limit, changes) => {
        const [left, came]: [Set<string>, Set<string>] = [new Set(), new Set()];
        let now = list;
        let cursor: string | undefined;
        const seen: string[] = [];
        for (let page = 0; ; page++) {
          const found = pageOf(now, (name) => name, { limit, cursor });
          if (found === null) throw new Error("the cursor is lost");
          seen.push(...found.items);
          if (found.next === null) break;
          cursor = found.next;
          // One change a page: fewer than the cursor can take.
          const [place, name, victim, takes] = changes[page] ?? [0, "", 0, false];
          const gone = takes ? now[victim % now.length] : undefined;
          if (gone !== undefined) left.add(gone);
          now = now.filter((one) => one !== gone);
          if (name !== "" && !came.has(name)) {
            came.add(name);
            now = now.toSpliced(place % (now.length + 1), 0, name);
          }
        }
        const staying = list.filter((one) => !left.has(one));
        expect(seen.filter((one) => staying.includes(one))).toEqual(staying);
      },
    ),
  );
});

test("a cursor of which nothing is left, or that is none, gives no page", () => {
  const list = Array.from("abcdefghijklmnop");
  const { next } = pageOf(list, (name) => name, { limit: 10 }) ?? { next: null };
  expect(pageOf(list.slice(10), (name) => name, { limit: 1, cursor: next ?? "" })).toBeNull();
  expect(pageOf(list.slice(9), (name) => name, { limit: 1, cursor: next ?? "" })?.items).toEqual(["k"]);
  for (const cursor of ["", "x", "e30", "bnVsbA"])
    expect(pageOf(["a"], (name) => name, { limit: 1, cursor })).toBeNull();
});
