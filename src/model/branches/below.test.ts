// Names of refs below postings: real git takes each, and no two patches share one.
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parsePatchName } from "#model/queue";
import { belowName } from "./index.ts";

function nameOf(text: string): string {
  const name = parsePatchName(text);
  if (name === null) throw new Error(`"${text}" is no patch name`);
  return belowName(name);
}

test.each([
  [
    "dax-alloc_dax-return-err_ptr-eopnotsupp-for-config_dax=n.patch",
    "dax-alloc_dax-return-err_ptr-eopnotsupp-for-config_dax=n",
  ],
  ["bugfix/all/mm.patch", "bugfix%2Fall%2Fmm"],
  ["a~b^c:d.patch", "a%7Eb%5Ec%3Ad"],
  ["100%.patch", "100%25"],
  ["a..b.lock.patch", "a%2E.b%2Elock"],
  [".hidden.", "%2Ehidden%2E"],
  ["a@{1}.patch", "a%40%7B1%7D"],
])("%s is %s", (patch, name) => {
  expect(nameOf(patch)).toBe(name);
});

test("git takes every name, and different patches have different ones", () => {
  const names = fc
    .sample(fc.string({ minLength: 1, unit: fc.constantFrom(...Array.from("ab.@{}~^:?*[\\%-/lock'\"")) }), {
      numRuns: 300,
      seed: 5,
    })
    .flatMap((text) => parsePatchName(`${text}.patch`) ?? []);
  const made = new Map(names.map((name) => [name, belowName(name)]));
  expect(new Set(made.values()).size).toBe(made.size);
  expect(made.size).toBeGreaterThan(50);
  const script = 'while IFS= read -r name; do git check-ref-format "refs/longarm/below/$name" || echo "$name"; done';
  expect(execFileSync("sh", ["-c", script], { input: `${[...made.values()].join("\n")}\n`, encoding: "utf8" })).toBe(
    "",
  );
});
