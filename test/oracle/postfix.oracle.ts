// Mails of the outbox through a real mail server, Postfix with a configuration of its own on a loopback port: what arrives in the
// mailbox are the bytes that waited in the outbox, 8-bit ones too, and what Postfix refuses is told in its words.
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Workplace } from "../cli/workplace.ts";
import { fixtures, makeWorkplace } from "../cli/workplace.ts";

/** Longest wait for a delivery, in milliseconds. */
const DELIVERY = 20_000;
let dir: string;
let place: Workplace;
let port: number;

beforeAll(async () => {
  place = await makeWorkplace("Max Mäintainer <max@example.org>");
  dir = place.dir;
  chmodSync(dir, 0o755);
  port = await freePort();
  for (const name of ["etc", "spool", "data", "mail"]) mkdirSync(join(dir, name));
  chownSync(join(dir, "data"), id("-u", "postfix"), id("-g", "postfix"));
  chownSync(join(dir, "mail"), id("-u", "nobody"), id("-g", "nobody"));
  writeFileSync(
    join(dir, "etc/main.cf"),
    `compatibility_level = 3.6
queue_directory = ${dir}/spool
data_directory = ${dir}/data
myhostname = mx.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.org
virtual_mailbox_base = ${dir}/mail
virtual_mailbox_maps = static:list/
virtual_uid_maps = static:${id("-u", "nobody")}
virtual_gid_maps = static:${id("-g", "nobody")}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = check_recipient_access inline:{{ada@example.org = REJECT no such person}}, reject_unauth_destination
`,
  );
  // No chroot: its files are in the real place. Only what a delivery into a mailbox needs.
  writeFileSync(
    join(dir, "etc/master.cf"),
    `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
error unix - - n - - error
proxymap unix - - n - - proxymap
`,
  );
  execFileSync("postfix", ["-c", join(dir, "etc"), "start"], { stdio: "ignore" });
});
afterAll(() => {
  execFileSync("postfix", ["-c", join(dir, "etc"), "stop"], { stdio: "ignore" });
  place[Symbol.dispose]();
});

test("arrives as it waited, and refusals are told in the server's words", async () => {
  appendFileSync(join(dir, "tree/longarm.toml"), `[mail.smtp]\nhost = "127.0.0.1"\nport = ${port}\ntls = "none"\n`);
  // Lines of dots end a mail, unless they are stuffed; the ö must not be encoded away.
  const patch = readFileSync(join(fixtures, "docs.eml"), "utf8")
    .replace("Signed-off-by", ".\n..\nGrüße\n.\n\nSigned-off-by")
    .replace("Greets whoever is there", "Grüßt, wer immer da ist");
  writeFileSync(join(dir, "odd.eml"), patch);
  await longarm("add", "-C", "tree", join(dir, "odd.eml"));
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  const waiting = readdirSync(join(dir, "tree/.longarm/outbox"))
    .filter((name) => name.endsWith(".eml"))
    .map((name) => readFileSync(join(dir, "tree/.longarm/outbox", name), "latin1"));
  expect(waiting.length).toBeGreaterThan(2);
  // Otherwise nothing would show that 8-bit bytes pass.
  // oxlint-disable-next-line no-control-regex
  expect(waiting.some((text) => /[^\x00-\x7f]/.test(text))).toBe(true);
  const sent = await longarm("outbox", "-C", "tree", "--send");
  expect(sent).toMatchObject({ status: 0, stderr: "" });
  expect(sent.stdout).toMatch(/refused 000001 for ada@example\.org: 554 5\.7\.1 .*no such person/);
  expect(JSON.stringify(JSON.parse((await longarm("outbox", "show", "-C", "tree", "--json", "2")).stdout))).toContain(
    "queued as",
  );
  const arrived = await delivered(waiting.length);
  // Postfix puts its own fields on top.
  const bare = arrived.map((text) =>
    text.replace(/^(?:(?:Return-Path|X-Original-To|Delivered-To|Received):.*\n(?:[ \t].*\n)*)+/, ""),
  );
  expect(new Set(bare)).toEqual(new Set(waiting));
  expect((await longarm("outbox", "-C", "tree")).stdout).toBe("nothing waits\n");
});

/** The mails of the mailbox once there are that many different ones. */
async function delivered(count: number): Promise<string[]> {
  const folder = join(dir, "mail/list/new");
  let texts: string[] = [];
  for (let waited = 0; waited < DELIVERY; waited += 100) {
    await sleep(100);
    const names = execFileSync("sh", ["-c", `ls "${folder}" 2>/dev/null || true`], { encoding: "utf8" }).split("\n");
    texts = names.filter((name) => name !== "").map((name) => readFileSync(join(folder, name), "latin1"));
    if (new Set(texts.map((text) => /^Message-Id: .*$/im.exec(text)?.[0])).size >= count) break;
  }
  return texts;
}

/** A user's number (`-u`) or that of his group (`-g`). */
function id(flag: string, user: string): number {
  return Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return free;
}

function longarm(...args: string[]): ReturnType<Workplace["longarm"]> {
  return place.longarm(...args);
}
