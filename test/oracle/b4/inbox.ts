// The mails of the sample inbox, in the order in which they arrived, and its threads. Reads the archive through git alone.
import { execFileSync } from "node:child_process";
import { headerValues, parseMessage, parseMessageIds, type Message } from "#model/mail";

/** Mails that answer each other, however indirectly, in order of arrival. */
export interface Thread {
  readonly name: string;
  readonly mails: readonly Message[];
}

/** All mails of a public-inbox epoch that is cloned at `dir`. */
export function mailsOfEpoch(dir: string): Message[] {
  const git = (args: readonly string[], input = ""): Buffer =>
    execFileSync("git", ["-C", dir, ...args], { input, maxBuffer: 1024 ** 3 });
  const commits = git(["rev-list", "--reverse", "HEAD"]).toString().trim().split("\n");
  const output = git(["cat-file", "--batch"], commits.map((commit) => `${commit}:m\n`).join(""));
  const mails: Message[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const size = / blob (\d+)$/.exec(output.toString("latin1", at, end))?.[1];
    at = end + 1;
    if (size === undefined) continue;
    mails.push(parseMessage(output.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return mails;
}

/** Joins mails by everything that Message-ID, In-Reply-To and References name. */
export function threadsOf(mails: readonly Message[]): Thread[] {
  const parents = new Map<string, string>();
  const rootOf = (id: string): string => {
    let at = id;
    for (let up = parents.get(at); up !== undefined && up !== at; up = parents.get(at)) at = up;
    return at;
  };
  for (const [index, mail] of mails.entries()) {
    for (const header of ["in-reply-to", "references"]) {
      for (const id of headerValues(mail, header).flatMap(parseMessageIds)) {
        parents.set(rootOf(id), rootOf(nameOf(mail, index)));
      }
    }
  }
  const threads = new Map<string, Message[]>();
  for (const [index, mail] of mails.entries()) {
    const root = rootOf(nameOf(mail, index));
    const known = threads.get(root);
    if (known === undefined) threads.set(root, [mail]);
    else known.push(mail);
  }
  return [...threads.values()].map((found) => ({ name: found[0]?.messageId ?? "", mails: found }));
}

function nameOf({ messageId }: Message, index: number): string {
  return messageId ?? `mail ${index}`;
}
