// Law of the search for a hunk: looking lines up finds what walking over the file finds. A failing run prints its seed and path.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { LinePositions } from "./line-positions.ts";
import type { Lines } from "./lines.ts";
import { linesOf } from "./lines.ts";
import { parseDiff } from "./parse.ts";
import { patternOf, placeHunk, Search } from "./place.ts";

class Walking extends Search {
  override positions(): null {
    return null;
  }
}

class LookingUp extends Search {
  used = 0;
  override positions(file: Lines): LinePositions {
    this.used += 1;
    return new LinePositions(file);
  }
}

/** Few kinds of lines, so that a pattern stands at many places and nearly at more. */
const line = fc.integer({ min: 0, max: 40 }).map((kind) => `${kind > 6 ? 0 : kind}\n`);

test("the place found by looking lines up is the one found by walking, at every guess, drift and fuzz", () => {
  let used = 0;
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 150, maxLength: 500 }),
      fc.record({ from: fc.nat(), count: fc.integer({ min: 1, max: 9 }), damage: fc.option(line) }),
      fc.record({ top: fc.nat({ max: 3 }), end: fc.nat({ max: 3 }), first: fc.integer({ min: 0, max: 600 }) }),
      fc.record({ drift: fc.integer({ min: -700, max: 700 }), frozen: fc.nat({ max: 300 }), fuzz: fc.nat({ max: 3 }) }),
      (lines, part, shape, at) => {
        const wanted = Array.from(
          { length: part.count },
          (_, index) => lines[(part.from + index) % lines.length] ?? "",
        );
        if (part.damage !== null) wanted[part.count >> 1] = part.damage;
        const body = wanted
          .map((text, index) => `${index < shape.top || index >= part.count - shape.end ? " " : "-"}${text}`)
          .join("");
        const kept = body.split("\n").filter((text) => text.startsWith(" ")).length;
        const patch = `--- a/f\n+++ b/f\n@@ -${shape.first},${part.count} +${shape.first},${kept} @@\n${body}`;
        const hunk = parseDiff(bytesOf(patch)).files[0]?.hunks[0];
        if (hunk === undefined) return;
        const file = linesOf(bytesOf(lines.join("")));
        const pattern = patternOf(hunk, false);
        const search = new LookingUp();
        const place = placeHunk(file, pattern, at.drift, at.frozen, at.fuzz, search);
        expect(place).toEqual(placeHunk(file, pattern, at.drift, at.frozen, at.fuzz, new Walking()));
        used += search.used;
        if (search.used > 0 && place !== null) found += 1;
      },
    ),
    { numRuns: 3000 },
  );
  expect(Math.min(used, found)).toBeGreaterThan(100);
});

test("a thousand hunks that stand nowhere are not each held against every line of a large file", () => {
  const file = linesOf(bytesOf(Array.from({ length: 60_000 }, (_, index) => `line ${index % 5000}\n`).join("")));
  const search = new Search();
  for (let index = 0; index < 1000; index++) {
    const patch = `--- a/f\n+++ b/f\n@@ -${index},2 +${index},1 @@\n line ${index}\n-line ${index + 2}\n`;
    const hunk = parseDiff(bytesOf(patch)).files[0]?.hunks[0];
    expect(hunk && placeHunk(file, patternOf(hunk, false), 0, 0, 0, search)).toBe(null);
  }
  expect(search.looked).toBeLessThan(600_000);
});
