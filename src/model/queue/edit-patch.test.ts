// The law of editing on random small trees in every style of header; a failing run prints its seed.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Path } from "#model/bytes";
import { byteString, bytesOf, concatBytes } from "#model/bytes";
import type { FileDiff, FileMode } from "#model/diff";
import { linesOf, makeHunks } from "#model/diff";
import type { BaseEntry, FileEntry, Files } from "#model/files";
import { fileAt, filesOf, pushPatch } from "#model/files";
import { editPatch, parsePatchFile } from "./index.ts";

const NAMES = ["d/f.c", "g.c", "two words.c", "caf\xe9", "link"] as const;
const STYLES = ["git", "ids", "plain", "noted", "index"] as const;

interface Node {
  readonly text: string;
  readonly mode: FileMode;
}
type Tree = ReadonlyMap<Path, Node>;

const text = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "", "}", "int x;"), { minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([lines, ended]) => lines.join("\n") + (ended ? "\n" : "") || "\n");
const node = fc.record({ text, mode: fc.constantFrom<FileMode>("100644", "100644", "100755") });
const tree = fc.array(fc.option(node), { minLength: NAMES.length, maxLength: NAMES.length }).map((nodes): Tree => {
  const entries = NAMES.flatMap((name, index): [Path, Node][] => {
    const one = nodes[index];
    if (!one) return [];
    return [[name, name === "link" ? { text: one.text.replaceAll("\n", "x"), mode: "120000" } : one]];
  });
  return new Map(entries);
});

function patchText(before: Tree, after: Tree, style: (typeof STYLES)[number]): Uint8Array {
  const pieces: Uint8Array[] = [bytesOf("From: A U Thor <author@example.org>\nSubject: x\n\n---\n\n")];
  for (const name of NAMES) {
    const [old, made] = [before.get(name), after.get(name)];
    if (old?.text === made?.text && old?.mode === made?.mode) continue;
    const isUsual = old === undefined || made === undefined ? (old ?? made)?.mode === "100644" : old.mode === made.mode;
    const plain = name === "g.c" && style !== "git" && style !== "ids" && isUsual;
    const hunks = makeHunks(linesIn(old), linesIn(made), 3);
    let header = "";
    const quoted = name.includes("\xe9") ? (side: string) => `"${side}/caf\\351"` : (side: string) => `${side}/${name}`;
    if (!plain) {
      header += `diff --git ${quoted("a")} ${quoted("b")}\n`;
      if (old === undefined) header += `new file mode ${made?.mode}\n`;
      else if (made === undefined) header += `deleted file mode ${old.mode}\n`;
      else if (old.mode !== made.mode) header += `old mode ${old.mode}\nnew mode ${made.mode}\n`;
      if ((style === "ids" || (name === "link" && old?.mode === made?.mode)) && hunks.length > 0)
        header += `index 1234567..89abcde${old?.mode === made?.mode ? ` ${old?.mode}` : ""}\n`;
    } else if (style === "index") header += `Index: b/${name}\n${"=".repeat(67)}\n`;
    const [oldNote, newSide] = style === "noted" && plain ? ["~x", "a"] : ["", "b"];
    const tab = name.includes(" ") ? "\t" : "";
    if (hunks.length > 0) {
      header += `--- ${old === undefined ? "/dev/null" : `${quoted("a")}${oldNote}${tab}`}\n`;
      header += `+++ ${made === undefined ? "/dev/null" : `${quoted(newSide)}${tab}`}\n`;
    }
    pieces.push(bytesOf(header), ...hunks.flatMap(({ head, body }) => [head, body]));
  }
  pieces.push(bytesOf("-- \n2.39.5\n"));
  return concatBytes(pieces);
}

function linesIn(one: Node | undefined): FileEntry["lines"] {
  return linesOf(bytesOf(one?.text ?? ""));
}

function filesFrom(from: Tree): Files {
  const entries = [...from].map(([name, { text: content, mode }]): [Path, BaseEntry] => [
    name,
    { kind: "file", mode, bytes: bytesOf(content) },
  ]);
  return filesOf(new Map(entries));
}

function shown(files: Files): string[] {
  return NAMES.map((name) => {
    const entry = fileAt(files, name);
    return `${name} ${entry === null ? "is not there" : `${entry.mode} ${JSON.stringify(byteString(entry.lines.bytes))}`}`;
  });
}

function isOther([name]: readonly [Path, unknown]): boolean {
  return name !== "g.c";
}

function pathOfChange({ newPath, oldPath }: FileDiff): Path {
  return (newPath ?? oldPath ?? "").replace(/^[ab]\//, "").replace(/~x$/, "");
}

/** Found once: a change of the mode alone was written before a plain diff, which then read as part of it. */
const BARE_BEFORE_PLAIN: [Tree, Tree, Tree, (typeof STYLES)[number], boolean, string] = [
  treeOf([
    ["g.c", "a", "100755"],
    ["two words.c", "\n", "100644"],
    ["caf\xe9", "a", "100644"],
  ]),
  treeOf([["g.c", "\n", "100755"]]),
  treeOf([
    ["two words.c", "\n", "100755"],
    ["caf\xe9", "a\n", "100644"],
  ]),
  "noted",
  false,
  "all",
];

function treeOf(entries: readonly (readonly [string, string, FileMode])[]): Tree {
  return new Map(entries.map(([name, content, mode]) => [name as Path, { text: content, mode }]));
}

test("an edited patch makes the files as they were edited, and what was not edited keeps its bytes", () => {
  const seen = { edited: 0, unchanged: 0, refused: 0 };
  fc.assert(
    fc.property(
      tree,
      tree,
      tree,
      fc.constantFrom(...STYLES),
      fc.boolean(),
      fc.constantFrom("all", "one", "back", "none"),
      (base, made, wanted, style, reverse, extent) => {
        // A note on the only name is understood in one direction only.
        fc.pre(style !== "noted" || !reverse);
        const patch = parsePatchFile(reverse ? patchText(made, base, style) : patchText(base, made, style));
        const settings = { strip: 1, fuzz: 0, reverse };
        const below = filesFrom(base);
        const { outcome, files: above } = pushPatch(below, patch.diff, settings);
        fc.pre(patch.diff.files.length > 0);
        // A change of mode alone, and a plain diff behind it, read as one file change; git writes no plain ones.
        const changed = NAMES.filter((name) => JSON.stringify(base.get(name)) !== JSON.stringify(made.get(name)));
        fc.pre(patch.diff.files.length === changed.length);
        expect(["applied", "empty"]).toContain(outcome.kind);
        expect(shown(above)).toEqual(shown(filesFrom(made)));
        const target: Tree =
          extent === "one"
            ? new Map([...made].filter(isOther).concat([...wanted].filter((one) => !isOther(one))))
            : extent === "back"
              ? base
              : extent === "none"
                ? made
                : wanted;
        const edited = new Map(
          NAMES.map((name) => {
            const one = target.get(name);
            return [name, one ? { mode: one.mode, lines: linesIn(one) } : null] as const;
          }),
        );
        const result = editPatch({ patch, settings, below, above, edited });
        seen[result.kind] += 1;
        // Nothing is left of the patch, or nothing was edited.
        const given = result.kind === "refused" ? below : result.kind === "unchanged" ? above : null;
        if (result.kind !== "edited") return shown(given ?? below).join() === shown(filesFrom(target)).join();
        const next = parsePatchFile(result.bytes);
        expect(next.problems).toEqual([]);
        const pushed = pushPatch(below, next.diff, settings);
        expect(shown(pushed.files)).toEqual(shown(filesFrom(target)));
        expect(byteString(next.diff.trail)).toContain("2.39.5");
        expect(byteString(result.bytes)).toMatch(/^From: A U Thor .*\nSubject: x\n/);
        const kept = patch.diff.files
          .filter((file) => !result.paths.includes(pathOfChange(file)))
          .map(({ header, hunks }) => expect.objectContaining({ header, hunks }) as unknown);
        expect(next.diff.files).toEqual(expect.arrayContaining(kept));
        return true;
      },
    ),
    { numRuns: 400, examples: [BARE_BEFORE_PLAIN] },
  );
  expect(Object.entries(seen).filter(([, count]) => count < 5)).toEqual([]);
});
