// A public-inbox epoch of as many mails as wanted, for the benchmark: the sample inbox again and again, each time by other people,
// a quarter later, with other Message-IDs, titles and directories. Deterministic: the same count gives the same commits.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "#model/bytes";
import { byteString, fromByteString } from "#model/bytes";
import { readArchive } from "#io/archive";

const cache = process.env["LONGARM_CACHE"] ?? join(homedir(), ".cache/longarm");
const bundle = join(import.meta.dirname, "../../shared/data/nvdimm-2024q1.bundle");
/** Message-IDs that every copy of the sample changes: its own and those it refers to. */
const ID_FIELDS = /^(?:Message-ID|In-Reply-To|References):(?:.*(?:\n[ \t].*)*)/gim;
/** A message's address in an archive, up to its Message-ID. */
const ADDRESS = /(\bhttps?:\/\/[^\s<>]*\/)(?=[^\s<>/]+@)/g;
const QUARTER = 90 * 86_400_000;
/** A thousand copies must not be of another century. */
const QUARTERS = 100;

/** The mails of the sample inbox, oldest first. */
export async function sampleMails(): Promise<readonly Bytes[]> {
  const dir = join(cache, "bench-sample.git");
  if (!existsSync(dir)) {
    mkdirSync(cache, { recursive: true });
    execFileSync("git", ["clone", "--quiet", "--bare", bundle, dir]);
  }
  return (await readArchive(dir)).messages;
}

/** The mail as its `round`th copy; copy 0 is the mail itself. */
export function copyOf(mail: Bytes, round: number): Bytes {
  if (round === 0) return mail;
  const text = byteString(mail);
  const end = text.search(/\r?\n\r?\n/);
  const header = text
    .slice(0, end)
    .replace(ID_FIELDS, (field) => field.replace(/<([^<>]*)>/g, `<${round}.$1>`))
    .replace(/^Date: (.*)$/im, (line, date: string) => {
      const time = Date.parse(date);
      return Number.isNaN(time) ? line : `Date: ${new Date(time + (round % QUARTERS) * QUARTER).toUTCString()}`;
    })
    .replace(/^From: (.*?)([^\s<@]+@)/im, `From: $1r${round}.$2`)
    .replace(/^Subject: (.*)$/im, `Subject: $1 r${round}x`);
  // Other directories give other patch-ids; a changelog and a change-id lead to the older revision of its own copy.
  const body = text
    .slice(end)
    .replace(ADDRESS, `$1${round}.`)
    .replace(/^change-id: /gim, `change-id: ${round}-`)
    .replace(/\b(drivers|fs|mm|include|arch|tools|ndctl|daxctl|test)\//g, `$1${round}/`);
  return fromByteString(header + body);
}

/** Path of an epoch with that many mails, made when it is not in the cache; the number in its name is that of the way it is made. */
export async function epochOf(count: number): Promise<string> {
  const dir = join(cache, `bench-mail-2-${count}.git`);
  if (existsSync(dir)) return dir;
  const sample = await sampleMails();
  const making = `${dir}.making`;
  rmSync(making, { recursive: true, force: true });
  execFileSync("git", ["init", "--quiet", "--bare", making]);
  const git = spawn("git", ["--git-dir", making, "fast-import", "--quiet"], { stdio: ["pipe", "ignore", "inherit"] });
  const write = async (piece: string | Bytes): Promise<void> => {
    if (!git.stdin.write(piece)) await once(git.stdin, "drain");
  };
  for (let at = 0; at < count; at += 1) {
    const mail = copyOf(sample[at % sample.length] ?? new Uint8Array(), Math.floor(at / sample.length));
    const who = `Bench <bench@example.org> ${1_700_000_000 + at} +0000`;
    await write(
      `commit refs/heads/master\nauthor ${who}\ncommitter ${who}\ndata 1\nx\nM 100644 inline m\ndata ${mail.length}\n`,
    );
    await write(mail);
    await write("\n");
  }
  git.stdin.end();
  await once(git, "close");
  if (git.exitCode !== 0) throw new Error(`git fast-import: exit code ${git.exitCode}`);
  renameSync(making, dir);
  return dir;
}
