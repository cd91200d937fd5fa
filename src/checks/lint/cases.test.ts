// Every block of cases/*.txt is a patch file, and below "==>" what the lints find that need nothing else.
// A line "signer: Name <address>" above the patch says who queues it. UPDATE_CASES=1 writes what was really found.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byteString, bytesOf, fromByteString } from "#model/bytes";
import { parseAddresses } from "#model/mail";
import { parseBranchName, parsePatchFile, parsePatchName } from "#model/queue";
import { levelsOf, runLints } from "./index.ts";

const dir = join(import.meta.dirname, "cases");
const NAME = parsePatchName("some.patch");
const BRANCH = parseBranchName("queue");

function found(given: string): string {
  if (NAME === null || BRANCH === null) throw new Error("the names of this test are none");
  const [, signer = "", text = ""] = /^(?:signer: (.*)\n)?([^]*)$/.exec(given) ?? [];
  // `\xe9` stands for that byte, as the file itself is UTF-8.
  const bytes = fromByteString(
    byteString(bytesOf(text)).replace(/\\x([0-9a-f]{2})/g, (_all, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    ),
  );
  const patch = {
    name: NAME,
    branch: BRANCH,
    file: parsePatchFile(bytes),
    signer: parseAddresses(signer)[0] ?? null,
    fixes: [],
    placement: null,
    twins: [],
    commits: new Map(),
    people: null,
    style: null,
  };
  const lines = runLints(patch, levelsOf()).map(({ level, lint, message }) => `${level} ${lint}: ${message}\n`);
  return lines.length === 0 ? "nothing\n" : lines.join("");
}

test.each(readdirSync(dir))("%s", (name) => {
  const file = join(dir, name);
  const text = readFileSync(file, "utf8");
  const blocks = text.split(/^(?=# )/m);
  const made = blocks.map((block) => {
    const parts = /^(# .*\n)([^]*?)^==>\n([^]*)$/m.exec(block);
    if (parts === null) return block;
    const [, title = "", given = ""] = parts;
    return `${title}${given}==>\n${found(given)}\n`;
  });
  const now = `${made.join("").trimEnd()}\n`;
  const updates = process.env["UPDATE_CASES"] === "1";
  if (updates) writeFileSync(file, now);
  expect(updates ? now : text).toBe(now);
  expect(blocks.length).toBeGreaterThan(1);
});
