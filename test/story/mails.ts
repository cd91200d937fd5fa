// Mails of a public-inbox repository as git itself reads them (git cat-file, git mailinfo): an oracle for our own reading.
import { readFileSync } from "node:fs";
import type { Stage } from "./stage.ts";

/** One patch mail. All text is a byte string. */
export interface Mail {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** As in the mail: `Thu, 15 Feb 2024 09:46:25 -0500`. */
  readonly date: string;
  readonly subject: string;
  /** The text above the `---` line. */
  readonly message: string;
  readonly diff: string;
  /** Files that the diff names, in its order. */
  readonly paths: readonly string[];
}

/** The mails with these Message-IDs (without `<>`), in that order; throws when one is missing. */
export function mailsOf(stage: Stage, archive: string, ids: readonly string[]): Mail[] {
  const commits = stage.git(["-C", archive, "rev-list", "HEAD"]).split("\n");
  const found = new Map<string, string>();
  for (const text of blobsOf(
    stage,
    archive,
    commits.map((commit) => `${commit}:m`),
  )) {
    const id = /^Message-ID:\s*<([^>\n]+)>/im.exec(text.slice(0, text.indexOf("\n\n")))?.[1];
    if (id !== undefined) found.set(id, text);
  }
  return ids.map((id) => {
    const text = found.get(id);
    if (text === undefined) throw new Error(`find the mail <${id}>: it is not in the archive`);
    return readMail(stage, id, text);
  });
}

/** Contents of the objects that exist, through one `git cat-file --batch`. */
function blobsOf(stage: Stage, archive: string, names: readonly string[]): string[] {
  const output = stage.git(["-C", archive, "cat-file", "--batch"], { input: `${names.join("\n")}\n` });
  const blobs: string[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const size = / blob (\d+)$/.exec(output.slice(at, end))?.[1];
    at = end + 1;
    if (size === undefined) continue;
    blobs.push(output.slice(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return blobs;
}

function readMail(stage: Stage, id: string, text: string): Mail {
  const info = stage.git(["mailinfo", "mail.message", "mail.diff"], { input: Buffer.from(text, "latin1") });
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(info)?.[1] ?? "";
  const diff = readFileSync(stage.path("mail.diff"), "latin1");
  return {
    id,
    name: field("Author"),
    email: field("Email"),
    date: field("Date"),
    subject: field("Subject"),
    message: readFileSync(stage.path("mail.message"), "latin1"),
    diff,
    paths: [...diff.matchAll(/^diff --git a\/(\S+) b\/\S+$/gm)].map((match) => match[1] ?? ""),
  };
}
