// Who is asked which words of a line.
import { expect, test } from "vitest";
import { searchWords } from "./search-words.ts";

test("bare words ask for everything", () => {
  expect(searchWords('aliasing "data cache"')).toEqual({
    patches: ["text:aliasing", "text:data cache"],
    mails: 'aliasing "data cache"',
    bare: ["aliasing", "data cache"],
  });
});

test("filters ask for patches, with the bare words beside them", () => {
  expect(searchWords('author:"Ada Author" not:state:held greet')).toEqual({
    patches: ["author:Ada Author", "not:state:held", "text:greet"],
    mails: null,
    bare: [],
  });
});

test("prefixes of the mail search ask for mails only", () => {
  expect(searchWords("s:greet OR f:ada hello")).toEqual({ patches: null, mails: "s:greet OR f:ada hello", bare: [] });
});

test("both kinds are asked, each for its own", () => {
  expect(searchWords("file:lib/ s:words")).toMatchObject({ patches: ["file:lib/"], mails: "s:words" });
});

test("a word behind a minus must not stand there; operators are nobody's words", () => {
  expect(searchWords("greet -world AND (good)").patches).toEqual(["text:greet", "not:text:world", "text:good"]);
  expect(searchWords("  ")).toEqual({ patches: [], mails: null, bare: [] });
});
