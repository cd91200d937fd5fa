// Every file in cases/ is a session at the command line; it must go as written. UPDATE_CASES=1 writes what really happened.
// A case is prose, `$ command`, `> standard output`, `! standard error` and `? exit status` (left out when it is 0);
// `~ regular expression` instead of the output says what it must hold, where the wording is not the point.
// Each runs in its own empty directory; longarm commands are plain words, everything else is given to sh.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { runTranscript } from "./transcript.ts";

const dir = join(import.meta.dirname, "cases");
const cases = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".txt"));

describe.concurrent("transcripts", () => {
  test.for(cases.sort())("%s", async (name, { expect }) => {
    const file = join(dir, name);
    const wanted = readFileSync(file, "utf8");
    const { text, broken } = await runTranscript(wanted);
    // What breaks a law is not written down as if it were right.
    expect(broken).toEqual([]);
    if (process.env["UPDATE_CASES"] === "1") writeFileSync(file, text);
    else expect(text).toBe(wanted);
  });
});
