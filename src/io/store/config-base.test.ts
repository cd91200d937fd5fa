// Replacing the base in a configuration: only its bytes change, in whatever form of TOML it is written.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, textOf, UserError } from "#model/bytes";
import { withBase } from "./config-base.ts";

const BASE = "0123456789abcdef0123456789abcdef01234567";
const NEXT = "89abcdef0123456789abcdef0123456789abcdef";
const rebased = (config: string): string => textOf(withBase(bytesOf(config), "longarm.toml", NEXT));

// `@` stands for the base where it must be replaced, `OLD` for the same text where it must stay.
test.each([
  ['[source]\nrepository = "r"\nbase = "@" # OLD\n'],
  ["[source]\r\n  base='@'\r\nrepository = \"OLD\""],
  ['source = { base = "@", repository = "OLD" }\n'],
  ['# base = "OLD"\nsource.repository = "OLD"\nsource . base = "@"\n'],
  ['preset = "OLD"\n[source] # base = "OLD"\nrepository = \'base = "OLD"\'\n"base" = "@"\n[notices]\nsender = "OLD"\n'],
  ['[notices.words]\nbase = """\n[source]\nbase = "OLD"\n"""\n[source]\nrepository = "ü"\nbase = "@"\n'],
])("%j", (text) => {
  const config = text.replaceAll("OLD", BASE);
  expect(rebased(config.replaceAll("@", BASE))).toBe(config.replaceAll("@", NEXT));
});

test("a base that is any text is replaced, and the way back gives the same bytes", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (base, comment) => {
      const literal = /^[^\p{Cc}'"\\]+$/u;
      fc.pre(literal.test(base) && /^[^\p{Cc}]*$/u.test(comment) && base !== NEXT);
      const config = `# ${comment}\n[source]\nrepository = "${base}"\nbase = "${base}"\n`;
      const changed = withBase(bytesOf(config), "longarm.toml", NEXT);
      expect(textOf(changed)).toBe(`# ${comment}\n[source]\nrepository = "${base}"\nbase = "${NEXT}"\n`);
      expect(textOf(withBase(changed, "longarm.toml", base))).toBe(config);
    }),
  );
});

test("a base written with escapes is not found, and the error says what to write", () => {
  expect(() => rebased('[source]\nrepository = "r"\nbase = "\\u0061"\n')).toThrow(UserError);
  expect(() => rebased('[source]\nrepository = "r"\nbase = "\\u0061"\n')).toThrow(
    'cannot find the base "a" in longarm.toml',
  );
});
