// Types the commands that the README shows and compares what comes out, so that its one-minute tour stays true.
// A line "…" in the README stands for any lines; nothing else is left out.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareExample, typeCommand } from "../tools/example.ts";

const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");

test("the README's tour shows what is really printed", { timeout: 60_000 }, () => {
  const out = join(mkdtempSync(join(tmpdir(), "longarm-readme-")), "example");
  try {
    prepareExample(out);
    const steps = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap((block) =>
      (block[1] ?? "").split(/^(?=\$ )/m),
    );
    expect(steps.length).toBeGreaterThan(5);
    for (const step of steps) {
      const [first = "", ...shown] = step.replace(/\n$/, "").split("\n");
      const { output } = typeCommand(first.slice(2), out);
      const wanted = shown.map((line) => (line === "…" ? "[\\s\\S]*?" : `${RegExp.escape(line)}\n`)).join("");
      expect(`$ ${first.slice(2)}\n${output}`).toMatch(new RegExp(`^${RegExp.escape(first)}\n${wanted}$`));
    }
  } finally {
    rmSync(join(out, ".."), { recursive: true, force: true });
  }
});
