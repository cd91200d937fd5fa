// Lists of trees as linux-next keeps them.
import { expect, test } from "vitest";
import { bytesOf } from "#model/bytes";
import { parseTreesFile } from "./trees-file.ts";

const parse = (text: string): unknown => parseTreesFile(bytesOf(text));

test("a list as linux-next writes it", () => {
  expect(
    parse("# name\tkind\turl\n\nlinus\t\tgit\tgit://example.org/linux.git#master\nfs git https://example.org/fs\n"),
  ).toEqual({
    trees: [
      { name: "linus", url: "git://example.org/linux.git", branch: "master" },
      { name: "fs", url: "https://example.org/fs", branch: "master" },
    ],
    problems: [],
  });
});

test("what cannot be fetched is told by its line", () => {
  const text =
    "a git\nb quilt http://example.org/b\nc git --upload-pack=x#main\nd git x#a..b\ne git x#f y\nf git x\nf git y\n";
  expect(parse(text)).toEqual({
    trees: [{ name: "f", url: "x", branch: "master" }],
    problems: [
      { line: 1, message: "it is not: name, kind, URL" },
      { line: 2, message: '"b" is a tree of kind "quilt", only "git" can be fetched' },
      { line: 3, message: '"c git --upload-pack=x#main" cannot be fetched' },
      { line: 4, message: '"d git x#a..b" cannot be fetched' },
      { line: 5, message: "it is not: name, kind, URL" },
      { line: 7, message: '"f" is listed already' },
    ],
  });
});
