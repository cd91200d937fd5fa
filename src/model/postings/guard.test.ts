// What the guard says of a patch: where, which, and whether it is refused.
import { describe, expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { parseDiff } from "#model/diff";
import { DEFAULT_GUARD, describeFinding, guardPatch, sameGuard, type GuardRules } from "./guard.ts";

interface Parts {
  readonly title?: string;
  readonly description?: string;
  readonly diff?: string;
}

function guarded(
  { title = "mm: fix", description = "", diff = "" }: Parts,
  rules: GuardRules = DEFAULT_GUARD,
): string[] {
  const patch = { title, description: bytesOf(description), diff: parseDiff(bytesOf(diff)) };
  return guardPatch(patch, rules).map((finding) => `${finding.action} ${describeFinding(finding)}`);
}

const diff = (...lines: readonly string[]): string => {
  const count = (signs: string): number => lines.filter((line) => signs.includes(line.charAt(0))).length;
  return `--- a/a.c\n+++ b/a.c\n@@ -10,${count(" -")} +10,${count(" +")} @@\n${lines.join("\n")}\n`;
};

test.each<[string, Parts, readonly string[]]>([
  [
    "an honest patch",
    { description: "Explain.\n\nReviewed-by: דוד <david@example.org>\n", diff: diff(" a", "-b", "+ü\t") },
    [],
  ],
  [
    "an override in an added line",
    { diff: diff(" a", "-b", "+x\u202ey") },
    ['refuse a.c:11:2: U+202E RIGHT-TO-LEFT OVERRIDE in "x<U+202E>y"'],
  ],
  [
    "what stands there already is said",
    { diff: diff(" old \u202e", "-b", "+x\u202ey") },
    ['warn a.c:11:2: U+202E RIGHT-TO-LEFT OVERRIDE in "x<U+202E>y"'],
  ],
  [
    "another one is not",
    { diff: diff(" old \u202e", "-b", "+x\u202dy") },
    ['refuse a.c:11:2: U+202D LEFT-TO-RIGHT OVERRIDE in "x<U+202D>y"'],
  ],
  ["what is taken away or only near is not looked at", { diff: diff(" a\u202e", "-b\u200b", "+c") }, []],
  ["line ends of DOS", { diff: diff("-b\r", "+c\r") }, []],
  ["an escape in the title", { title: "mm: \u001b[2J" }, ['refuse title:5: U+001B ESCAPE in "mm: <U+001B>[2J"']],
  [
    "a soft hyphen in prose",
    { description: "one\n\ninter\u00adnal\n" },
    ['warn description:3:6: U+00AD SOFT HYPHEN in "inter<U+00AD>nal"'],
  ],
  [
    "zero width in prose and in code",
    { description: "a\u200bb", diff: diff("-b", "+a\u200bb") },
    [
      'warn description:1:2: U+200B ZERO WIDTH SPACE in "a<U+200B>b"',
      'refuse a.c:10:2: U+200B ZERO WIDTH SPACE in "a<U+200B>b"',
    ],
  ],
  [
    "a look-alike",
    { diff: diff("-b", "+is_аdmin()") },
    ['warn a.c:10:4: U+0430 LOOK-ALIKE LETTER in "is_<U+0430>dmin()"'],
  ],
  ["bytes that are no UTF-8 are no controls", { diff: diff("-b", "+c") }, []],
])("%s", (_, parts, expected) => {
  expect(guarded(parts)).toEqual(expected);
});

test("a path", () => {
  const found = guarded({ diff: "--- /dev/null\n+++ b/ad\u202emin.c\n@@ -0,0 +1 @@\n+x\n" });
  expect(found).toEqual([expect.stringMatching(/^refuse path of .*ad.*: U\+202E RIGHT-TO-LEFT OVERRIDE in /)]);
});

test("Latin-1 and DOS bytes in added lines are letters, escapes are not", () => {
  const bytes = Buffer.from(diff("-b", "+caf\xe9 \x9b", "+\xe9\x1b"), "latin1");
  const found = guardPatch({ title: "t", description: bytesOf(""), diff: parseDiff(bytes) });
  expect(found.map(describeFinding)).toEqual(['a.c:11:2: U+001B ESCAPE in "?<U+001B>"']);
});

describe("rules", () => {
  const parts = { title: "a\u00adb", diff: diff("-b", "+\u202e") };
  test("each class has its own", () => {
    expect(guarded(parts, { ...DEFAULT_GUARD, bidi: "warn", "soft-hyphen": "off" })).toEqual([
      expect.stringMatching(/^warn a\.c/),
    ]);
  });
  test("off is silent, refuse is strict only where it may be", () => {
    expect(guarded(parts, sameGuard("off"))).toEqual([]);
    expect(guarded(parts, sameGuard("refuse")).map((line) => line.split(" ")[0])).toEqual(["warn", "refuse"]);
  });
});
