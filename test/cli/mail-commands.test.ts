// Commands in replies, signed by DKIM with keys made here: who may, who may not, each answered once, none obeyed twice.
import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Workplace } from "./workplace.ts";
import { fixtures, makeWorkplace } from "./workplace.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const publicKey = rsa.publicKey.export({ format: "der", type: "spki" }).toString("base64");
let dir: string;
let place: Workplace;

beforeEach(async () => {
  place = await makeWorkplace();
  dir = place.dir;
  mkdirSync(join(dir, "tree/dkim"));
  mkdirSync(join(dir, "list"));
  writeFileSync(join(dir, "tree/dkim/sel._domainkey.example.org"), `v=DKIM1; k=rsa; p=${publicKey}\n`);
  appendFileSync(
    join(dir, "tree/longarm.toml"),
    '[mail.attestation]\nkeys = "dkim"\n[mail.commands]\nauthors = ["hold", "release", "note"]\nservers = ["mx.example.org"]\ntrust = ["dkim", "archive"]\n',
  );
  await longarm("add", "-C", "tree", join(fixtures, "docs.eml"));
});
afterEach(() => place[Symbol.dispose]());

test("without --from the tree's index is read; a reply to a newer revision is about the patch, one to the first still is", async () => {
  await longarm("add", "-C", "tree", join(fixtures, "greet-v1.mbox"));
  const nowhere = await longarm("mail", "commands", "-C", "tree");
  expect(nowhere).toMatchObject({ status: 2 });
  expect(nowhere.stderr).toContain("no archive to look for commands in");
  appendFileSync(
    join(dir, "tree/longarm.toml"),
    `[mail]\narchives = ["../list", "${join(fixtures, "greet-v1.mbox")}", "${join(fixtures, "greet-v2.mbox")}"]\n`,
  );
  await longarm("mail", "sync", "-C", "tree");
  expect(await longarm("update", "-C", "tree", "words-be-polite")).toMatchObject({ status: 0, stderr: "" });
  await post("max", "#longarm note seen\n", { about: "greet-v2-1@example.org" });
  await post("max", "#longarm note seen, too\n", { about: "greet-v1-1@example.org" });
  await post("max", "> #longarm note quoted\n", { about: "greet-v1-1@example.org" });
  await longarm("mail", "sync", "-C", "tree");
  const done = await longarm("mail", "commands", "-C", "tree", "--run");
  expect(done).toMatchObject({ status: 0, stderr: "" });
  expect(done.stdout.match(/done: noted on words-be-polite\.patch/g)).toHaveLength(2);
  expect((await longarm("mail", "commands", "-C", "tree", "--run")).stdout).toContain("no new command");
});

test("an author holds, is answered, and is not obeyed twice", async () => {
  await post(
    "ada",
    "#longarm hold waiting for v2 until 2026-03-01\n> #longarm drop obsolete\n\n-- \n#longarm drop obsolete\n",
  );
  const listed = await commands();
  expect(listed.stdout).toContain("would be done: docs-say-whom-it-greets.patch is held until 2026-03-01");
  expect(answers()).toEqual([]);
  const done = await commands("--run");
  expect(done).toMatchObject({ status: 0, stderr: "" });
  expect(done.stdout).toContain("done: docs-say-whom-it-greets.patch is held until 2026-03-01");
  const [answer = ""] = answers();
  expect(answer).toMatch(/^To: ada@example\.org$/m);
  expect(answer).toMatch(/^In-Reply-To: <ada-1@example\.org>$/m);
  expect(answer).toMatch(/^Auto-Submitted: auto-replied$/m);
  expect((await commands("--run")).stdout).toContain("no new command");
  expect(answers()).toHaveLength(1);
  expect((await longarm("log", "-C", "tree")).stdout).toContain(
    "held until 2026-03-01: waiting for v2 until 2026-03-01 (ada@example.org)",
  );
});

test("what the writer may not is refused, with the reason, and so is whoever nobody vouches for", async () => {
  await post("ada", "#longarm drop obsolete\n#longarm dance\n");
  await post("eve", "#longarm hold because\n");
  await post("max", "#longarm hold forged\n", { signed: false });
  await post("max", "#longarm hold grafted\n", { fields: ["from", "subject", "date"] });
  const { stdout } = await commands("--run");
  expect(stdout).toContain(
    'refused: docs-say-whom-it-greets.patch: authors may not "drop" in this tree (they may: hold, release, note)',
  );
  expect(stdout).toContain('refused: "#longarm dance" is no command');
  expect(stdout).toContain(
    "refused: docs-say-whom-it-greets.patch: eve@example.org is neither the author of the patch nor a maintainer",
  );
  expect(stdout.match(/nothing that this tree trusts shows that the mail is from max@example\.org/g)).toHaveLength(2);
  expect(answers()).toHaveLength(4);
  expect((await longarm("list", "-C", "tree")).stdout).not.toContain("held");
});

test("a maintainer may everything, and one mail's drop is one operation that undo takes back", async () => {
  await post("max", "#longarm note looks odd\n#longarm drop obsolete replaced by another\n");
  const { stdout } = await commands("--run");
  expect(stdout).toContain("done: docs-say-whom-it-greets.patch is dropped (obsolete)");
  expect((await longarm("list", "-C", "tree")).stdout).not.toContain("docs-say");
  expect((await longarm("undo", "-C", "tree")).status).toBe(0);
  expect((await longarm("list", "-C", "tree")).stdout).toContain("docs-say");
  expect((await commands("--run")).stdout).toContain("no new command");
});

test("an author ends his own hold, not the maintainer's", async () => {
  await longarm("hold", "-C", "tree", "docs-say-whom-it-greets", "--reason", "not yet");
  await post("ada", "#longarm release\n");
  expect((await commands("--run")).stdout).toContain("is somebody else's; ask the maintainer");
  await longarm("release", "-C", "tree", "docs-say-whom-it-greets");
  await post("ada", "#longarm hold a moment\n");
  await post("ada", "#longarm release\n");
  expect((await commands("--run")).stdout).toContain("docs-say-whom-it-greets.patch is no longer held");
});

test("robots, lists and the answers themselves get no answer, so no two programs ever talk", async () => {
  await post("ada", "#longarm note one\n", { header: "Auto-Submitted: auto-replied\n" });
  await post("ada", "#longarm note two\n", { header: "Precedence: bulk\n" });
  await post("no-reply", "#longarm note three\n");
  await post("ada", "#longarm note four\n", { header: "Return-Path: <>\n" });
  const { stdout } = await commands("--run");
  expect(stdout.match(/not answered/g)).toHaveLength(4);
  expect(answers()).toEqual([]);
  // An answer that comes back quotes the command, and so holds none.
  await post("ada", "#longarm note five\n");
  await commands("--run");
  writeFileSync(join(dir, "list/zz.eml"), answers()[0] ?? "");
  expect((await commands("--run")).stdout).toContain("no new command");
});

test("the word of a mail server of ours counts where it is trusted, anybody else's does not", async () => {
  await post("ada", "#longarm note by our server\n", { signed: false, header: wordOf("mx.example.org") });
  await post("ada", "#longarm note by another\n", { signed: false, header: wordOf("mx.evil.example") });
  const { stdout } = await commands("--run");
  expect(stdout.match(/done: noted on/g)).toHaveLength(1);
  expect(stdout.match(/refused:/g)).toHaveLength(1);
});

function wordOf(host: string): string {
  return `Authentication-Results: ${host}; dkim=pass header.d=example.org\n`;
}

let posted = 0;

/** A reply to the patch of the queue, signed by its domain unless said otherwise. */
async function post(
  who: string,
  text: string,
  {
    signed = true,
    header = "",
    fields,
    about = "docs-1@example.org",
  }: {
    readonly signed?: boolean;
    readonly header?: string;
    readonly fields?: readonly string[];
    readonly about?: string;
  } = {},
): Promise<void> {
  const number = readdirSync(join(dir, "list")).length + 1;
  const mail = `Message-Id: <${who}-${number}@example.org>\nFrom: ${who}@example.org\nDate: Thu, 12 Feb 2026 09:00:0${number} +0000\nSubject: Re: [PATCH] docs: say whom it greets\nIn-Reply-To: <${about}>\n\n${text}`;
  const entry = { signingDomain: "example.org", selector: "sel", privateKey };
  const headerList = fields === undefined ? {} : { headerList: [...fields] };
  const { signatures } = signed
    ? await dkimSign(mail.replaceAll("\n", "\r\n"), {
        ...entry,
        ...headerList,
        signatureData: [{ ...entry, ...headerList }],
      })
    : { signatures: "" };
  writeFileSync(
    join(dir, `list/${String(posted++).padStart(4, "0")}.eml`),
    (header + signatures + mail).replaceAll("\r\n", "\n"),
  );
}

function commands(...args: string[]): ReturnType<Workplace["longarm"]> {
  return longarm("mail", "commands", "-C", "tree", "--from", "../list", ...args);
}

/** Answers in the outbox, oldest first. */
function answers(): string[] {
  const outbox = join(dir, "tree/.longarm/outbox");
  return readdirSync(outbox)
    .filter((name) => name.includes("-answer-"))
    .map((name) => readFileSync(join(outbox, name), "utf8"));
}

function longarm(...args: string[]): ReturnType<Workplace["longarm"]> {
  return place.longarm(...args);
}
