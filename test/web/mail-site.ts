// The example site with an archive of mails: what was posted of the example, a discussion of it, and mails that mean harm.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtures } from "../cli/workplace.ts";
import type { ExampleSite } from "./example-site.ts";
import { openExampleSite } from "./example-site.ts";

/** The Message-ID of a mail that tries what a mail can try. */
export const HOSTILE_ID = `a/b+c%41"x'@example.org`;

const HOSTILE = [
  `Message-ID: <${HOSTILE_ID}>`,
  'From: "<script>alert(1)</script>" <eve@example.org>',
  "Date: Tue, 3 Feb 2026 09:00:00 +0000",
  "Subject: =?utf-8?q?=E2=80=AE=3Cscript=3Ealert=281=29=3C/script=3E?=",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "From here on: <img src=x onerror=alert(1)> javascript:alert(1) https://example.org/?a=1&b=2",
  "",
  "--b",
  'Content-Type: text/html; name="x\\".html"',
  'Content-Disposition: attachment; filename="../../evil\\"; x=.html"',
  "",
  "<script>alert(1)</script>",
  "--b--",
  "",
].join("\n");

const HTML_ONLY = [
  "Message-ID: <html@example.org>",
  "From: Hal Html <hal@example.org>",
  "Date: Tue, 3 Feb 2026 10:00:00 +0000",
  "Subject: only HTML",
  "Content-Type: text/html; charset=utf-8",
  "",
  '<html><body onload="alert(1)"><script>alert(1)</script><p>Hello &lt;b&gt; there</p></body></html>',
  "",
].join("\n");

/** Answers to the first patch of v2: one that takes a side, with a long quote. */
const DISCUSSION = [
  [
    "Message-ID: <answer@example.org>",
    "In-Reply-To: <greet-v2-1@example.org>",
    "From: Rita Reader <rita@example.org>",
    "Date: Tue, 27 Jan 2026 09:00:00 +0000",
    "Subject: Re: [PATCH v2 1/2] words: be polite",
    "",
    "On Monday Ada wrote:",
    ...Array.from({ length: 12 }, (_none, index) => `> line ${index}`),
    "",
    "Reviewed-by: Rita Reader <rita@example.org>",
    "",
    "-- ",
    "Rita, reading",
    "",
  ].join("\n"),
  [
    "Message-ID: <robot@example.org>",
    "In-Reply-To: <answer@example.org>",
    "References: <greet-v2-1@example.org> <answer@example.org>",
    "From: Somebody Else <else@example.org>",
    "Date: Wed, 28 Jan 2026 09:00:00 +0000",
    "Subject: Re: [PATCH v2 1/2] words: be polite",
    "",
    "Acked-by: Not Me <notme@example.org>",
    "",
  ].join("\n"),
];

/** A thread that is too long for one page. */
const LONG = Array.from({ length: 121 }, (_none, index) =>
  [
    `Message-ID: <long-${index}@example.org>`,
    ...(index === 0 ? [] : [`In-Reply-To: <long-${index - 1}@example.org>`]),
    "From: Lou Long <lou@example.org>",
    `Date: ${new Date(Date.UTC(2026, 0, 1, 0, index)).toUTCString().replace("GMT", "+0000")}`,
    `Subject: ${index === 0 ? "" : "Re: "}a long story`,
    "",
    `number ${index}`,
    "",
  ].join("\n"),
);

/** The site of a tree that has v1 queued, with all of these in its archive. */
export async function openMailSite(): Promise<ExampleSite> {
  const site = await openExampleSite([["add", "-C", "tree", `${fixtures}/greet-v1.mbox`]]);
  const { workplace } = site;
  const separator = "From mboxrd@z Thu Jan  1 00:00:00 1970\n";
  const mails = [HOSTILE, HTML_ONLY, ...DISCUSSION, ...LONG].map(
    (mail) => `${separator}${mail.replace(/^From /gm, ">From ")}\n`,
  );
  writeFileSync(join(workplace.dir, "more.mbox"), mails.join(""));
  workplace.sh('cat "$FIXTURES"/greet-v1.mbox "$FIXTURES"/greet-v2.mbox more.mbox > list.mbox');
  workplace.sh(`printf '\\n[mail]\\narchives = ["../list.mbox"]\\n' >> tree/longarm.toml`);
  const { status, stderr } = await workplace.longarm("mail", "sync", "-C", "tree");
  if (status !== 0) throw new Error(stderr);
  return site;
}
