// Runs the tables cases/*.txt: blocks of "## title", input, "==>" and what comes out; UPDATE_CASES=1 writes that anew.
// An empty line of the output ends it. In patch files "·" stands for a blank at a line's end.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesOf, readableBytes, textOf } from "#model/bytes";
import { parseMessage, printAddress, splitMbox } from "#model/mail";
import { findPostings } from "#model/postings";
import type { ComposeSettings } from "./index.ts";
import { composePatches, parsePatchFile, parseSeries, patchesOf } from "./index.ts";

const TABLES: readonly [string, (input: string) => string][] = [
  ["series.txt", describeSeries],
  ["patch-files.txt", describePatchFile],
  ["compose.txt", describeComposed],
];

test.each(TABLES)("cases/%s", (name, run) => {
  const file = join(import.meta.dirname, "cases", name);
  const written = readFileSync(file, "utf8");
  const now = written
    .split(/^(?=## )/m)
    .map((block) => {
      const arrow = block.indexOf("\n==>\n");
      if (arrow < 0) return block;
      const input = block.slice(block.indexOf("\n") + 1, arrow + 1).replaceAll("·", " ");
      return `${block.slice(0, arrow)}\n==>\n${run(input).trimEnd()}\n\n`;
    })
    .join("")
    .replace(/\n+$/, "\n");
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, now);
  expect(readFileSync(file, "utf8")).toBe(now);
});

function describeSeries(input: string): string {
  const { queue, problems } = parseSeries(bytesOf(input));
  return [
    ...patchesOf(queue).map((patch) => {
      const options = `${patch.strip === 1 ? "" : ` -p${patch.strip}`}${patch.reverse ? " -R" : ""}`;
      return `${readableBytes(patch.name)}${options} in ${patch.branch ?? "no branch"}`;
    }),
    ...problems.map(({ line, message }) => `problem at line ${line}: ${message}`),
  ].join("\n");
}

function describePatchFile(input: string): string {
  const patch = parsePatchFile(bytesOf(input));
  return [
    `title: ${patch.title ?? "none"}`,
    `author: ${patch.author === null ? "none" : printAddress(patch.author)}`,
    `date: ${patch.date?.text ?? "none"}`,
    `trailers: ${patch.trailers.map(({ key }) => key).join(", ")}`,
    `files: ${patch.diff.files.map((file) => file.newPath ?? file.oldPath).join(", ")}`,
    ...patch.problems.map(({ message }) => `problem: ${message}`),
    "log:",
    ...textOf(patch.description)
      .split("\n")
      .map((line) => (line === "" ? "" : `  ${line}`)),
  ].join("\n");
}

/** The first line gives the settings: trailer order, `fold`, `sign-off`, `link`, `sort:GLOB,GLOB`. */
function describeComposed(input: string): string {
  const end = input.indexOf("\n");
  const words = input.slice(0, end).split(" ");
  const settings: ComposeSettings = {
    trailers: words.includes("b4") ? "b4" : "mm",
    trailerSorting:
      words
        .find((word) => word.startsWith("sort:"))
        ?.slice(5)
        .split(",") ?? [],
    foldCover: words.includes("fold"),
    signOff: words.includes("sign-off") ? "The Maintainer <maintainer@example.org>" : null,
    link: words.includes("link") ? "https://lore.example.org/" : "",
  };
  const mails = splitMbox(bytesOf(input.slice(end + 1))).messages.map(parseMessage);
  return findPostings(mails)
    .postings.flatMap((posting) => composePatches(posting, settings))
    .map((patch) => {
      const log = textOf(patch.log)
        .split("\n")
        .map((line) => (line === "" ? "" : `  ${line}`));
      const refused = patch.refused.map(({ trailer }) => `refused: ${trailer.key}: ${trailer.value}`);
      return [
        `${patch.part}: ${patch.title} (${patch.author === null ? "nobody" : printAddress(patch.author)}, ${patch.date ?? "no date"})`,
        ...log.slice(0, -1),
        ...refused,
      ].join("\n");
    })
    .join("\n");
}
