// Replacing the base in a configuration: only its bytes change, in whatever form of TOML it is written.
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, textOf, UserError } from "#model/bytes";
import { readWording, withBase } from "./config.ts";
import { wordingAt } from "./wording.ts";

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

test("a tree's own words hold in all years, its preset's where it says nothing, and versions lie over each other", () => {
  const presets = join(import.meta.dirname, "../../../presets");
  const own = `preset = "mm"
maintainer = "Max <max@example.org>"
[notices]
listed = "* {name}"
[[version]]
until = "2021-01-01"
patches.link = "https://old.example.org/"
[[version]]
until = "2024-01-01"
notices.listed = "- {name}"
patches = { link = "https://newer.example.org/", diff = "git" }
`;
  const wording = readWording(own, "longarm.toml", presets, { preset: "plain", maintainer: "x@example.org" });
  const said = (day: string): string => {
    const { notices, patches } = wordingAt(wording, Date.parse(day));
    return [notices?.listed, notices?.added.subject, patches.link, patches.diff].join(" | ");
  };
  expect(["2026-06-01", "2025-12-31", "2024-01-01", "2023-12-31", "2021-01-01", "2020-12-31"].map(said)).toEqual([
    "* {name} | + {name} added to {branch} branch | https://lore.kernel.org/ | noted",
    "* {name} | + {name} added to {branch} branch | https://lkml.kernel.org/r/ | noted",
    "* {name} | + {name} added to {branch} branch | https://lkml.kernel.org/r/ | noted",
    "- {name} | + {name} added to {branch} branch | https://newer.example.org/ | git",
    "- {name} | + {name} added to -mm tree | https://newer.example.org/ | git",
    "- {name} | + {name} added to -mm tree | https://old.example.org/ | git",
  ]);
});
