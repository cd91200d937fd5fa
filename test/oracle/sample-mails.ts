// The real mails of ../shared/data/nvdimm-2024q1.bundle, a public-inbox epoch. Not a test; without the file it fails.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Every mail as it is archived, oldest first. */
export function sampleMails(): Buffer[] {
  const bundle = join(import.meta.dirname, "../../../shared/data/nvdimm-2024q1.bundle");
  if (!existsSync(bundle)) throw new Error(`find the real mails: no file "${bundle}"`);
  const dir = mkdtempSync(join(tmpdir(), "longarm-sample-"));
  try {
    execFileSync("git", ["clone", "-q", "--bare", bundle, dir]);
    const git = (args: readonly string[], input?: string): Buffer =>
      execFileSync("git", ["-C", dir, ...args], { input, maxBuffer: 1 << 30 });
    const commits = git(["rev-list", "--reverse", "HEAD"]).toString("latin1").trim().split("\n");
    const out = git(["cat-file", "--batch"], commits.map((id) => `${id}:m\n`).join(""));
    const mails: Buffer[] = [];
    for (let at = 0; at < out.length;) {
      const line = out.toString("latin1", at, out.indexOf(10, at));
      at += line.length + 1;
      const size = / blob (\d+)$/.exec(line)?.[1];
      if (size === undefined) continue;
      mails.push(out.subarray(at, at + Number(size)));
      at += Number(size) + 1;
    }
    return mails;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
