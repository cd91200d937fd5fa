// A configuration over its preset: whose words hold, and since when.
import { join } from "node:path";
import { expect, test } from "vitest";
import { readWording } from "./config.ts";
import { wordingAt } from "./wording.ts";

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
