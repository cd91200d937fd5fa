// Lints that judge what was found out about a patch elsewhere, levels, and what is read of the scripts' outputs.
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { parseBranchName, parsePatchFile, parsePatchName } from "#model/queue";
import type { LintedPatch, Placement } from "./index.ts";
import { levelsOf, lintNamed, LINTS, parseCheckpatch, parseMaintainers, runLints } from "./index.ts";

const TEXT = `From: Ada Author <ada@example.org>
Subject: greet: say more

It said too little.

Fixes: 0123456789ab ("greet: say it")
Signed-off-by: Ada Author <ada@example.org>
---
--- a/greet.c
+++ b/greet.c
@@ -1 +1,2 @@
 int
+long
`;

function findings(facts: Partial<LintedPatch>, ...layers: Record<string, string>[]): string[] {
  const [name, branch] = [parsePatchName("some.patch"), parseBranchName("queue")];
  if (name === null || branch === null) throw new Error("the names of this test are none");
  const patch: LintedPatch = {
    name,
    branch,
    file: parsePatchFile(bytesOf(TEXT)),
    signer: null,
    fixes: [],
    placement: null,
    twins: [],
    commits: new Map(),
    people: null,
    style: null,
    ...facts,
  };
  return runLints(patch, levelsOf(...layers)).map(({ level, lint, message }) => `${level} ${lint}: ${message}`);
}

const placement = (some: Partial<Placement>): Partial<LintedPatch> => ({
  placement: { outcome: "applied", fuzz: 0, fuzzNeeded: null, limit: 2, ...some },
});

test("nothing is found where nothing is known", () => {
  expect(findings({})).toEqual([]);
});

test.each([
  [placement({}), []],
  [placement({ outcome: "fuzz", fuzz: 2 }), ["warn fuzz: applies with fuzz 2"]],
  [placement({ outcome: "rejected" }), ["error does-not-apply: does not apply"]],
  [
    placement({ outcome: "rejected", fuzzNeeded: 3 }),
    ["error does-not-apply: applies only with fuzz 3, above the limit of 2"],
  ],
  [placement({ outcome: "empty" }), ["error empty-patch: changes nothing where it stands"]],
  [{ fixes: ["some-fix.patch"] }, ["error unfolded-fix: has fixes to fold: some-fix.patch"]],
  [
    { twins: [{ where: "the queue", what: "other.patch" }] },
    ["error duplicate: makes the same change as other.patch in the queue"],
  ],
  [
    { commits: new Map([["0123456789ab", { kind: "unknown" }]]) },
    ["error fixes-unknown: fixes 0123456789ab, which is no commit of the source repository"],
  ],
  [{ commits: new Map([["0123456789ab", known("Greet: say  it")]]) }, []],
  [
    { commits: new Map([["0123456789ab", known("greet: sing it")]]) },
    ['warn fixes-subject: fixes 0123456789ab by the subject "greet: say it", but that is "greet: sing it"'],
  ],
  [
    { commits: new Map([["0123456789ab", { ...known("greet: say it"), rebased: "mm-unstable" }]]) },
    ['error fixes-rebased: fixes 0123456789ab, which is only in "mm-unstable", and that is rebased'],
  ],
] as [Partial<LintedPatch>, string[]][])("%# %j", (facts, expected) => {
  expect(findings(facts)).toEqual(expected);
});

function known(subject: string): { kind: "known"; id: string; subject: string; rebased: string | null } {
  return { kind: "known", id: "0123456789abcdef0123456789abcdef01234567", subject, rebased: null };
}

test("people are missing who are named nowhere in the patch, by name or by address", () => {
  const output = `Ada Author <ada@example.org> (maintainer:GREETER)
Ada Author <ada@other.example.org> (reviewer:WORDS)
Rita Reader <rita@example.org> (maintainer:GREETER,reviewer:WORDS (THE LONG ONES))
bare@example.org (supporter:GREETER)
Cy Committer <cy@example.org> (commit_signer:3/4=75%)
greeters@example.org (open list:GREETER)
`;
  expect(findings({ people: parseMaintainers(output) })).toEqual([
    "note missing-people: does not name Rita Reader <rita@example.org> (maintainer:GREETER,reviewer:WORDS (THE LONG ONES)), bare@example.org (supporter:GREETER)",
  ]);
});

test("remarks of checkpatch keep their grade, and a type may have a level of its own", () => {
  const output = `some complaint of perl
a.patch:3: ERROR:BAD_SIGN_OFF: Unrecognized email address: 'x: y'
a.patch:9: WARNING:LONG_LINE: line length of 120 exceeds 100 columns
a.patch:10: CHECK:SPACING: No space is necessary after a cast
b.patch:1: ERROR:CODE_INDENT: code indent should use tabs
`;
  const style = parseCheckpatch(output).get("a.patch") ?? [];
  expect(findings({ style })).toEqual([
    "warn checkpatch:BAD_SIGN_OFF: Unrecognized email address: 'x: y' (line 3)",
    "note checkpatch:LONG_LINE: line length of 120 exceeds 100 columns (line 9)",
  ]);
  const layer = { "checkpatch-error": "off", "checkpatch:SPACING": "error", "checkpatch:LONG_LINE": "off" };
  expect(findings({ style }, layer)).toEqual([
    "error checkpatch:SPACING: No space is necessary after a cast (line 10)",
  ]);
});

test("a later layer of levels counts, and what does not exist is refused by name", () => {
  const facts = placement({ outcome: "fuzz", fuzz: 1 });
  expect(findings(facts, { fuzz: "error" }, { fuzz: "note" })).toEqual(["note fuzz: applies with fuzz 1"]);
  expect(findings(facts, { fuzz: "off" })).toEqual([]);
  expect(() => levelsOf({ fuz: "off" })).toThrow('no lint "fuz"');
  expect(() => levelsOf({ fuzz: "loud" })).toThrow('lint "fuzz" has the level "loud"');
});

test("every lint can be explained: a sentence and a link, under a name of its own", () => {
  expect(new Set(LINTS.map(({ name }) => name)).size).toBe(LINTS.length);
  for (const { name } of LINTS) {
    const { explanation, link } = lintNamed(name);
    expect(explanation).toMatch(/^[A-Z].*\.$/);
    expect(link).toMatch(/^https:\/\/\S+$/);
  }
});
