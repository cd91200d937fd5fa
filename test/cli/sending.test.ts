// Mails over SMTP to a real server on the loopback: bytes unchanged, nobody twice, nobody forgotten, secrets not told.
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MailServer } from "./mail-server.ts";
import { startMailServer } from "./mail-server.ts";
import type { Workplace } from "./workplace.ts";
import { fixtures, makeWorkplace } from "./workplace.ts";

let dir: string;
let place: Workplace;
let server: MailServer;

beforeEach(async () => {
  place = await makeWorkplace();
  dir = place.dir;
  server = await startMailServer(join(dir, "list"));
  configure(`[mail.smtp]\nhost = "127.0.0.1"\nport = ${server.port}\ntls = "none"\n`);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

test("a notice arrives byte for byte at all its recipients and is logged with the server's answer", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
  const [name = ""] = waiting();
  const mail = readFileSync(join(dir, "tree/.longarm/outbox", name));
  const sent = await longarm("outbox", "-C", "tree", "--send");
  expect(sent).toMatchObject({ status: 0, stderr: "" });
  expect(server.received.map(({ text }) => text.toString("latin1"))).toEqual([mail.toString("latin1")]);
  expect(server.received[0]?.to).toEqual(/^To: (.*)$/m.exec(mail.toString("latin1"))?.[1]?.split(","));
  expect(waiting()).toEqual([]);
  const shown = JSON.parse((await longarm("outbox", "show", "-C", "tree", "--json", "1")).stdout) as {
    log: { answer?: string }[];
  };
  expect(shown.log.at(-1)?.answer).toContain("taken as 1");
  // Nothing is left to send.
  await longarm("outbox", "-C", "tree", "--send");
  expect(server.received).toHaveLength(1);
});

test("who is refused for good is told, who shall be tried later is tried later and alone", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
  const [first = "", second = ""] = recipients();
  server.answers.set(first, "450 4.2.0 greylisted");
  server.answers.set(second, "550 5.1.1 no such user");
  const sent = await longarm("outbox", "-C", "tree", "--send");
  expect(sent.stdout).toContain(`later 000001 for ${first}: 450 4.2.0 greylisted`);
  expect(sent.stdout).toContain(`refused 000001 for ${second}: 550 5.1.1 no such user`);
  server.answers.clear();
  place.wait(1);
  await longarm("outbox", "-C", "tree", "--send");
  const before = server.received.length;
  place.wait(10);
  await longarm("outbox", "-C", "tree", "--send");
  expect(server.received.slice(before).map(({ to }) => to)).toEqual([[first]]);
  expect(waiting()).toEqual([]);
});

test("a server that refuses the text for a while keeps the mail waiting; one that is not there loses nothing", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
  server.beforeAccept = () => {
    throw new Error("452 4.3.1 disk full");
  };
  const refused = await longarm("outbox", "-C", "tree", "--send");
  expect(refused.stdout).toContain("452");
  expect(waiting()).toHaveLength(1);
  configure('[mail.smtp]\nhost = "127.0.0.1"\nport = 1\ntls = "none"\n');
  place.wait(60);
  const unreachable = await longarm("outbox", "-C", "tree", "--send");
  expect(unreachable.status).toBe(2);
  expect(unreachable.stderr).toContain('cannot hand mails to "127.0.0.1:1"');
  expect(waiting()).toHaveLength(1);
});

test("a connection that breaks after the text leaves the question open until an archive or a person answers it", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
  // The whole text is here, and no answer will ever come.
  server.beforeAccept = () => server.cut();
  const broken = await longarm("outbox", "-C", "tree", "--send");
  expect(broken).toMatchObject({ status: 3 });
  expect(broken.stdout).toContain("it may have arrived");
  expect((await longarm("outbox", "-C", "tree")).stdout).toContain("uncertain: it may have arrived");
  // Taking the operation back does not take back what somebody may have.
  await longarm("undo", "-C", "tree");
  expect(waiting()).toHaveLength(1);
  const answered = await longarm("outbox", "arrived", "-C", "tree", "1");
  expect(answered).toMatchObject({ status: 0 });
  expect((await longarm("outbox", "-C", "tree")).stdout).toContain("sent");
});

test("a Bcc gets the mail and is not in it; rules hold, suppress and make digests", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  const [name = ""] = waiting();
  const file = join(dir, "tree/.longarm/outbox", name);
  writeFileSync(
    file,
    readFileSync(file, "latin1").replace("\nFrom:", "\nBcc: secret@example.org,\n other@example.org\nFrom:"),
    "latin1",
  );
  const first = readFileSync(file, "latin1");
  const address = recipients()[0] ?? "";
  configure(
    `[mail.smtp]\nhost = "127.0.0.1"\nport = ${server.port}\ntls = "none"\n[[outbox.rule]]\nto = "${address}"\ndo = "digest"\n[[outbox.rule]]\nto = "other@*"\ndo = "suppress"\n`,
  );
  expect(await longarm("outbox", "-C", "tree", "--send")).toMatchObject({ status: 0 });
  const got = (to: string): string[] =>
    server.received.filter((mail) => mail.to.includes(to)).map(({ text }) => text.toString("latin1"));
  expect(got("other@example.org")).toEqual([]);
  expect(got("secret@example.org")).toEqual([first.replace(/Bcc: .*\n .*\n/, "")]);
  expect(got(address)).toHaveLength(1);
  expect(got(address)[0]).toContain('Content-Type: multipart/digest; boundary="');
  expect(got(address)[0]).toContain(first.replace(/Bcc: .*\n .*\n/, ""));
  expect(waiting()).toEqual([]);
});

test("STARTTLS is insisted on, and neither password nor what its command says is told", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
  configure(`[mail.smtp]\nhost = "127.0.0.1"\nport = ${server.port}\n`);
  const plain = await longarm("outbox", "-C", "tree", "--send");
  expect(plain.status).toBe(2);
  expect(plain.stderr).toContain("it offers no encryption");
  await using guarded = await startMailServer(null, {
    disabledCommands: [],
    allowInsecureAuth: true,
    authOptional: false,
    hideSTARTTLS: true,
    onAuth({ username, password }, _session, done) {
      if (username === "max" && password === "hush-hush") done(null, { user: "max" });
      else done(new Error("no"));
    },
  });
  const settings = (command: string): string =>
    `[mail.smtp]\nhost = "127.0.0.1"\nport = ${guarded.port}\ntls = "none"\nuser = "max"\npassword-command = "${command}"\n`;
  configure(settings("echo hush-wrong"));
  const wrong = await longarm("outbox", "-C", "tree", "--send", "--json");
  configure(settings("echo hush-hush; exit 1"));
  const failed = await longarm("outbox", "-C", "tree", "--send", "--json");
  expect([wrong.status, failed.status]).toEqual([2, 2]);
  configure(settings("echo hush-hush"));
  const right = await longarm("outbox", "-C", "tree", "--send", "--json");
  expect(right.status).toBe(0);
  expect(guarded.received).toHaveLength(1);
  for (const { stdout, stderr } of [wrong, failed, right]) expect(stdout + stderr).not.toMatch(/hush|aHVzaC/);
  expect(readFileSync(join(dir, "tree/.longarm/outbox/log.jsonl"), "utf8")).not.toMatch(/hush|aHVzaC/);
});

test("what was taken back before it was sent is not sent: undone, or dropped and added again", async () => {
  configure(`[mail.smtp]\nhost = "127.0.0.1"\nport = ${server.port}\ntls = "none"\n`);
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
  await longarm("outbox", "-C", "tree", "--send");
  expect(server.received).toHaveLength(1);
  await longarm("add", "-C", "tree", join(fixtures, "make.patch"));
  await longarm("drop", "-C", "tree", "make", "--reason", "obsolete");
  await longarm("drop", "-C", "tree", "docs-say-whom-it-greets", "--reason", "obsolete");
  await longarm("undo", "-C", "tree");
  const sent = await longarm("outbox", "-C", "tree", "--send");
  expect(sent.stdout).toContain("cancelled");
  expect(server.received).toHaveLength(1);
  expect(waiting()).toEqual([]);
});

test("a mail about several patches goes when only some of them are as they were", async () => {
  configure("[notices]\ndigest = 2\nexclude = ['rita@*', 'tom@*', 'ada@*']\n");
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  expect(waiting()).toHaveLength(1);
  await longarm("drop", "-C", "tree", "greet-greet-everybody", "--reason", "obsolete");
  expect((await longarm("outbox", "-C", "tree")).stdout).not.toContain("cancelled");
  await longarm("drop", "-C", "tree", "words-be-polite", "--reason", "obsolete");
  expect((await longarm("outbox", "-C", "tree")).stdout.match(/cancelled/g)).toHaveLength(3);
});

test("a hold does not keep a mail from being cancelled, and outlives that", async () => {
  configure(`[mail.smtp]\nhost = "127.0.0.1"\nport = ${server.port}\ntls = "none"\n`);
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
  await longarm("outbox", "hold", "-C", "tree", "1");
  await longarm("drop", "-C", "tree", "docs-say-whom-it-greets", "--reason", "obsolete");
  await longarm("outbox", "-C", "tree", "--send");
  expect(server.received).toEqual([]);
  expect(waiting()).toEqual([]);
  expect((await longarm("undo", "-C", "tree")).stdout).toContain("1 notice waits in .longarm/outbox again");
  expect((await longarm("outbox", "-C", "tree")).stdout).toMatch(/000001 .*added[^]*held/);
});

function configure(text: string): void {
  const file = join(dir, "tree/longarm.toml");
  const own = readFileSync(file, "utf8").replace(/\n# test\n[^]*$/, "");
  writeFileSync(file, own);
  appendFileSync(file, `\n# test\n${text}`);
}

function longarm(...args: string[]): ReturnType<Workplace["longarm"]> {
  return place.longarm(...args);
}

function waiting(): string[] {
  return readdirSync(join(dir, "tree/.longarm/outbox")).filter((name) => name.endsWith(".eml"));
}

function recipients(): string[] {
  const [name = ""] = waiting();
  return (/^To: (.*)$/m.exec(readFileSync(join(dir, "tree/.longarm/outbox", name), "latin1"))?.[1] ?? "").split(",");
}
