// Every thread of the sample inbox, as we and the installed b4 make it ready for `git am`: the same, or listed with the reason why
// ours is right in b4/differences.txt. A new difference fails, and so does a listed one that is no more.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askB4 } from "./b4/ask-b4.ts";
import { compareThread, ourSeries, type Difference } from "./b4/compare.ts";
import { mailsOfEpoch, threadsOf } from "./b4/inbox.ts";
import { scratchFolder, sharedData } from "./real-tools.ts";

const scratch = scratchFolder();
const inbox = join(scratch, "inbox.git");
execFileSync("git", ["clone", "--quiet", "--bare", sharedData("nvdimm-2024q1.bundle"), inbox]);
const threads = threadsOf(mailsOfEpoch(inbox));
const b4 = askB4(threads);

const LIST = join(import.meta.dirname, "b4/differences.txt");

/** A line of the list: where, field, class and reason, divided by bars. */
function keyOf({ where, field }: Pick<Difference, "where" | "field">): string {
  return `${where} | ${field}`;
}

test("what we make of every thread is what b4 makes of it, but for what is listed", () => {
  const series = threads.map((thread) => ourSeries(thread, scratch));
  const differences = threads.flatMap((thread, index) =>
    compareThread(
      series[index] ?? [],
      b4.filter(({ thread: name }) => name === thread.name),
    ),
  );
  const patches = b4.reduce((sum, one) => sum + (one.patches?.length ?? 0), 0);
  process.stdout.write(
    `b4: ${threads.length} threads, ${b4.length} revisions and ${patches} patches of b4's, ${series.flat().length} postings of ours, ${differences.length} differences\n`,
  );
  const listed = readFileSync(LIST, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const reasons = new Map(listed.map((line) => [line.split(" | ").slice(0, 2).join(" | "), line]));
  if (process.env["UPDATE_CASES"] === "1") {
    const head = readFileSync(LIST, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("#"));
    const lines = differences.map((one) => reasons.get(keyOf(one)) ?? `${keyOf(one)} | ? | ?`);
    writeFileSync(LIST, [...head, ...new Set(lines.toSorted())].map((line) => `${line}\n`).join(""));
  }
  const unlisted = differences.filter((one) => !reasons.has(keyOf(one)));
  const seen = new Set(differences.map(keyOf));
  expect(unlisted).toEqual([]);
  expect([...reasons.keys()].filter((key) => !seen.has(key))).toEqual([]);
});

test("every listed difference has a class and a reason", () => {
  const lines = readFileSync(LIST, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(
    lines.filter(
      (line) => !/^[0-9a-f]{12} v\d\S*(?: \d+ [0-9a-f]{12})? \| [a-z ]+ \| [a-z -]+ \| \S.{10,}$/.test(line),
    ),
  ).toEqual([]);
});
