// Files where directories were, and directories where files were. The same cases against GNU patch and git: test/oracle/directories.oracle.ts.
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { linesOf, parseDiff } from "#model/diff";
import { changesOf } from "./changed-files.ts";
import type { BaseEntry } from "./files.ts";
import { fileAt, filesOf } from "./files.ts";
import { pushAll } from "./push.ts";

const settings = { strip: 1, fuzz: 2, reverse: false };
const file: BaseEntry = { kind: "file", mode: "100644", bytes: bytesOf("x\n") };
const emptied = filesOf(
  new Map<string, BaseEntry>([
    ["d", { kind: "directory", files: ["d/a", "d/s/b"] }],
    ["d/a", file],
    ["d/s/b", file],
    ["f", file],
    ["f/below", { kind: "blocked", by: "f", mode: "100644" }],
  ]),
);

function make(path: string, git = true): string {
  const head = git ? `diff --git a/${path} b/${path}\nnew file mode 100644\n` : "";
  return `${head}--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
}

function take(path: string, git = true): string {
  const head = git ? `diff --git a/${path} b/${path}\ndeleted file mode 100644\n` : "";
  return `${head}--- a/${path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n`;
}

function push(patches: readonly string[], start = emptied): string[] {
  const steps = patches.map((text) => ({ diff: parseDiff(bytesOf(text)), settings }));
  const { files, outcomes } = pushAll(start, steps);
  const said = outcomes.map(
    (outcome) =>
      outcome.files.flatMap((one) => (one.kind === "rejected" ? [`${one.path} ${one.reason}`] : []))[0] ?? "",
  );
  return [...said, ["d", "d/a", "d/s/b", "f", "f/below"].filter((path) => fileAt(files, path) !== null).join(" ")];
}

test.each([true, false])(
  "a directory whose files are all gone gives way to a file, and back (git style: %s)",
  (git) => {
    const away = [take("d/a", git) + take("d/s/b", git), make("d", git)];
    expect(push(away)).toEqual(["", "", "d f"]);
    expect(push([...away, take("d", git), make("d/a", git)])).toEqual(["", "", "", "", "d/a f"]);
    expect(push([...away, make("d/new", git)])).toEqual(["", "", 'd/new is behind the file "d"', "d f"]);
    expect(push([take("d/a", git), make("d", git)])).toEqual(["", "d is a directory", "d/s/b f"]);
    expect(push([take("d/a", git) + take("d/s/b", git), make("d/new", git), make("d", git)])).toEqual([
      "",
      "",
      "d is a directory",
      "f",
    ]);
    expect(push([take("f", git), make("f/below", git), take("f/below", git), make("f", git)])).toEqual([
      "",
      "",
      "",
      "",
      "d/a d/s/b f",
    ]);
  },
);

test("changes of one git diff happen at once, in whichever order they stand", () => {
  expect(push([take("d/a") + take("d/s/b") + make("d")])).toEqual(["", "d f"]);
  expect(push([make("d") + take("d/a") + take("d/s/b")])).toEqual(["", "d f"]);
  expect(push([make("d") + take("d/a")])).toEqual(["d is a directory", "d/a d/s/b f"]);
  expect(push([make("f/below") + take("f")])).toEqual(["", "d/a d/s/b f/below"]);
  // What an earlier patch of the queue made is given up like what the base has.
  const emptiedByHand = {
    ...emptied,
    changed: changesOf([
      ["d/a", null],
      ["d/s/b", { mode: "100755", lines: linesOf(bytesOf("x\n")) }],
    ]),
  };
  expect(push([make("d") + take("d/s/b")], emptiedByHand)).toEqual(["", "d f"]);
});

test("a directory that a plain diff empties is still there until the next one", () => {
  expect(push([take("d/a", false) + take("d/s/b", false) + make("d", false)])).toEqual([
    "d is a directory",
    "d/a d/s/b f",
  ]);
});

test("one that is too large to be listed counts as never emptied", () => {
  const large = filesOf(new Map<string, BaseEntry>([...emptied.base, ["d", { kind: "directory", files: null }]]));
  expect(push([take("d/a") + take("d/s/b"), make("d")], large)).toEqual(["", "d is a directory", "f"]);
});
