// What of foreign text becomes a link, and that nothing of it becomes markup; and foreign words in commands to copy.
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { linkedText } from "./linked-text.ts";
import { shellWord } from "./shell-word.ts";

const linked = async (text: string): Promise<string> => (await linkedText(text)).toString();

test("only web addresses are links, without the punctuation behind them", async () => {
  const text = await linked("See https://example.org/a_(b), (http://example.org/c). javascript:alert(1) ftp://x");
  expect(text.match(/href="[^"]*"/g)).toEqual(['href="https://example.org/a_(b)"', 'href="http://example.org/c"']);
  expect(text).toContain("javascript:alert(1) ftp://x");
});

test("markup and characters that turn the text are shown", async () => {
  const text = await linked('<img src=x> https://example.org/"onclick=x \u202eevil');
  expect(text).toContain("&lt;img src=x&gt;");
  expect(text).toContain('href="https://example.org/"');
  expect(text).toContain("\\u202eevil");
});

test("no text makes another element than a link", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...Array.from("<>\"'&ahtps:/. \n")) }), async (text) => {
      expect(
        (await linked(`http://${text}`)).replace(/<a href="[^"<>]*" rel="nofollow noreferrer">|<\/a>/g, ""),
      ).not.toMatch(/[<>]/);
    }),
  );
});

test("a shell reads the word back", () => {
  for (const word of ["a@b.c", "it's; rm -rf $(x) `y` \\", '"q" *?', "ü@x", ""])
    expect(execFileSync("sh", ["-c", `printf %s ${shellWord(word)}`], { encoding: "utf8" })).toBe(word);
  expect(shellWord("a\nb\u001b[2J")).toBe("'ab[2J'");
});
