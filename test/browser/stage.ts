// A tree with everything that a page can show, its site at a free port, and Debian's Chromium. Made once for all browser tests.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import type { Listening } from "#ui/web";
import { listen } from "#ui/web";
import { fixtures } from "../cli/workplace.ts";
import type { ExampleSite } from "../web/example-site.ts";
import { openExampleSite } from "../web/example-site.ts";

export interface BrowserStage extends AsyncDisposable {
  readonly example: ExampleSite;
  readonly address: string;
  readonly browser: Browser;
  /** A token that may change the tree. */
  readonly token: string;
}

/** Where screenshots go; not part of the repository. */
export const shots = join(import.meta.dirname, "../../examples/out/screenshots");

/** A subject that wants to be a script, and a name that is longer than a telephone is wide. */
const HOSTILE = `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: =?utf-8?q?Dora_D=C3=B6nig_=3Cscript=3E?= <dora@example.org>
Date: Tue, 10 Feb 2026 10:00:00 +0000
Subject: [PATCH] docs: <script>alert(1)</script> & "quotes", of a_name_that_is_longer_than_a_telephone_is_wide_and_has_no_place_to_break_it_at()
Message-ID: <hostile-1@example.org>

A link of a kind that must not be one: javascript:alert(1), and one that may: https://example.org/a?b=c&d=%22.

Link: javascript:alert(1)
Signed-off-by: Dora <dora@example.org>
---
 NOTES | 1 +
 1 file changed, 1 insertion(+)
 create mode 100644 NOTES

diff --git a/NOTES b/NOTES
new file mode 100644
index 0000000..1234567
--- /dev/null
+++ b/NOTES
@@ -0,0 +1 @@
+<img src=x onerror=alert(1)> ${"long ".repeat(80)}end
`;

/** Makes the tree and begins to serve it. */
export async function setTheStage(): Promise<BrowserStage> {
  mkdirSync(shots, { recursive: true });
  const example = await openExampleSite([
    ["add", "-C", "tree", `${fixtures}/greet-v1.mbox`],
    ["add", "-C", "tree", `${fixtures}/docs.eml`],
    ["build", "-C", "tree"],
    ["add", "-C", "tree", `${fixtures}/clash.eml`],
    ["hold", "-C", "tree", "docs-say-whom-it-greets", "--reason", "waits for a second look", "--until", "2026-03-01"],
    ["note", "-C", "tree", "words-be-polite", "-m", "asked the author about the second paragraph"],
    ["note", "-C", "tree", "--private", "words-be-polite", "-m", "ring her"],
    ["check", "post", "-C", "tree", "words-be-polite", "--context", "build/x86_64", "--state", "success"],
    [
      "check",
      "post",
      "-C",
      "tree",
      "greet-greet-everybody",
      "--context",
      "boot/arm",
      "--state",
      "fail",
      "--text",
      "no prompt",
    ],
  ]);
  const { workplace } = example;
  workplace.sh(
    'mkdir lists && cat "$FIXTURES"/greet-v1.mbox "$FIXTURES"/greet-v2.mbox "$FIXTURES"/greet-late.mbox > lists/list.mbox',
  );
  appendFileSync(join(workplace.dir, "tree/longarm.toml"), '\n[mail]\narchives = ["../lists/list.mbox"]\n');
  workplace.sh("git -C tree commit -qam 'tree: its list'");
  workplace.sh(`cat > hostile.eml <<'END'\n${HOSTILE}END`);
  for (const command of [
    ["mail", "sync", "-C", "tree"],
    ["add", "-C", "tree", "../hostile.eml"],
    ["drop", "-C", "tree", "words-be-brief", "--reason", "nacked"],
    ["undo", "-C", "tree"],
  ]) {
    const { status, stderr } = await workplace.longarm(...command);
    if (status !== 0) throw new Error(`longarm ${command.join(" ")}: ${stderr}`);
  }
  const made = await workplace.longarm(
    "token",
    "add",
    "-C",
    "tree",
    "--may",
    "maintain",
    "Max Maintainer <max@example.org>",
  );
  const listening: Listening = await listen(example.site, "127.0.0.1", 0);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  return {
    example,
    address: listening.address,
    browser,
    token: made.stdout.trim(),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await listening.close();
      await example[Symbol.asyncDispose]();
    },
  };
}
