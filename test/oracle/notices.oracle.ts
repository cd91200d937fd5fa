// The notices that the -mm tree really sent, written again from what they say: body, recipients, file name, roster, diff.
// Not a test of sending. The mails are in ../shared/data; without them this fails.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ByteString } from "#model/bytes";
import { byteString, fromByteString, noBytes, readableBytes } from "#model/bytes";
import { diffstat, parseDiff, printDiff } from "#model/diff";
import type { Trailer } from "#model/mail";
import { parseMessage, parseTrailers } from "#model/mail";
import type { Announced, Notice, NoticeTemplates } from "#model/notices";
import {
  addedNotice,
  checkTemplates,
  noticeDiff,
  noticeName,
  patchBlock,
  printNotice,
  removedNotice,
} from "#model/notices";
import { readWording, wordingAt } from "#io/store";
import { verifyNotices } from "#app";
import type { VerifiedFile } from "#app";
import { parsePatchMail, tagIdentity } from "#model/postings";
import { orderTrailers } from "#model/queue";

const root = join(import.meta.dirname, "../..");
const archive = join(root, "../shared/data/notices-open.tar.gz");
if (!existsSync(archive)) throw new Error(`find the real notices: no file "${archive}"`);
const folder = mkdtempSync(join(tmpdir(), "longarm-notices-"));
afterAll(() => rmSync(folder, { recursive: true }));
execFileSync("tar", ["xzf", archive, "-C", folder]);

const SENDER = "The Maintainer <maintainer@example.org>";
const wording = readWording(null, "mm", join(root, "presets"), { preset: "mm", maintainer: SENDER });
const eras = [...wording.versions, wording].map((one) => one.notices).filter((one) => one !== null);

function templatesAt(time: number): NoticeTemplates {
  const { notices: templates } = wordingAt(wording, time);
  if (templates === null) throw new Error("the preset has no notices");
  return templates;
}

/** The words of a mail's date; who sends and to which list is what each real mail says. */
function templatesOf(real: Mail): NoticeTemplates {
  const templates = templatesAt(Date.parse(real.headers.get("date") ?? ""));
  return { ...templates, sender: real.headers.get("from") ?? "", list: templates.archive, host: "smtp.kernel.org" };
}

interface Mail {
  readonly file: string;
  readonly headers: ReadonlyMap<string, ByteString>;
  readonly body: ByteString;
}

/** A real notice, taken apart. */
interface Real extends Mail {
  readonly modern: boolean;
  readonly title: ByteString;
  readonly name: string;
  /** Null for a removal. */
  readonly branch: string | null;
  readonly tag: string | null;
  readonly patch: ByteString;
  readonly author: ByteString;
  readonly roster: readonly string[];
  /** No list had its hands on the blank lines at the end. */
  readonly endKept: boolean;
}

const index = readFileSync(join(folder, "notices-open-index.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t"));
const notices = readdirSync(join(folder, "notices"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".eml"))
  .sort()
  .map((name) => readMail(join(folder, "notices", name)))
  .flatMap((mail) => takeApart(mail) ?? []);
const modern = notices.filter((notice) => notice.modern);

function readMail(path: string): Mail {
  const text = byteString(readFileSync(path));
  const blank = text.indexOf("\n\n");
  const headers = new Map<string, ByteString>();
  for (const line of text
    .slice(0, blank)
    .replace(/\n[ \t]+/g, " ")
    .split("\n")) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const raw = text.slice(blank + 2);
  const coded = headers.get("content-transfer-encoding") === "quoted-printable";
  return { file: path.slice(folder.length + 1), headers, body: coded ? unquote(raw) : raw };
}

function unquote(text: ByteString): ByteString {
  return text
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function takeApart(mail: Mail): Real | null {
  // What lists did to the text is taken back: the footers of Google groups and of Mailman.
  // Both also cut or keep blank lines at the end as they like.
  const body = mail.body
    .replace(/\n-- \nYou received this message because you are subscribed to the Google Groups[\s\S]*$/, "")
    .replace(/_{40,}\n\S+ mailing list\n[\s\S]*$/, "");
  const head =
    /^\nThe (quilt )?patch titled\n {5}(?:Subject: )?(.*)\nhas been (?:added to|removed from) the -mm (?:(\S+) branch|tree)\. {2}Its filename (?:is|was)\n {5}(\S+)\n/.exec(
      body,
    );
  const dashes = /\n-{54}\n/.exec(body);
  const end = body.lastIndexOf("\n_\n\nPatches currently in -mm which might be from ");
  if (!head || !dashes || end < 0) return null;
  const patch = body.slice(dashes.index + dashes[0].length, end + 1);
  const names = /are\n\n([\s\S]*)$/.exec(body.slice(end + 4))?.[1] ?? "";
  const tag = /^\s*\[([^\]]+)\]/.exec(mail.headers.get("subject") ?? "")?.[1] ?? null;
  return {
    ...mail,
    body,
    modern: tag === null ? head[3] !== undefined : head[1] !== undefined,
    title: head[2] ?? "",
    name: head[4] ?? "",
    branch: tag === null ? (head[3] ?? "") : null,
    tag,
    patch,
    author: /^From: (.*)$/m.exec(patch)?.[1] ?? "",
    roster: names.split("\n").filter((name) => name !== ""),
    endKept: body === mail.body && !mail.headers.has("x-mailman-version"),
  };
}

function trailersOf(patch: ByteString): { key: ByteString; value: ByteString }[] {
  const log = patch.slice(patch.indexOf("\n\n") + 2, patch.indexOf("\n---\n"));
  return [...log.matchAll(/^([A-Za-z][A-Za-z-]*): (.*)$/gm)].map((found) => ({
    key: found[1] ?? "",
    value: found[2] ?? "",
  }));
}

/** The same notice, written by us. */
function rewrite(real: Real): Notice {
  const dateText = real.headers.get("date") ?? "";
  const zone = /([+-])(\d\d)(\d\d)$/.exec(dateText);
  const minutes = zone ? Number(`${zone[1]}1`) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
  const input: Announced = {
    templates: templatesOf(real),
    date: { time: Date.parse(dateText), zone: minutes },
    name: real.name,
    title: real.title,
    branch: real.branch ?? "",
    author: real.author,
    trailers: trailersOf(real.patch),
    patch: fromByteString(real.patch),
    queue: real.roster.flatMap((name) => [
      { name: `other-${name}`, author: "Another Author <another@example.org>" },
      { name, author: real.author },
    ]),
  };
  if (real.tag === null) return addedNotice(input);
  const into = /^merged (.*)$/.exec(real.tag)?.[1];
  return removedNotice(into === undefined ? { ...input, kind: real.tag } : { ...input, kind: "merged-branch", into });
}

/** The files of the cases that do not pass; says how many did. */
function failing<T extends { readonly file: string }>(
  what: string,
  cases: readonly T[],
  passes: (one: T) => boolean,
): string[] {
  const failed = cases.filter((one) => !passes(one)).map((one) => one.file);
  process.stdout.write(`notices: ${what}: ${cases.length - failed.length} of ${cases.length}\n`);
  return failed;
}

/** Line numbers move with the base; a label as heading is what GNU diff finds and git does not. */
function withoutHeads(diff: ByteString): ByteString {
  return diff.replace(/^@@ .*$/gm, "@@");
}

test("every notice in the index is taken apart, and the modern template is known by date", () => {
  const listed = index.filter((row) => /^(added|merged|to-be-updated|obsolete|alternative-merged)/.test(row[2] ?? ""));
  expect(notices).toHaveLength(listed.length);
  process.stdout.write(`notices: ${notices.length} real ones, ${modern.length} of the template of 2022-05 on\n`);
  expect(modern.map((real) => real.file)).toEqual(
    notices
      .filter((real) => Date.parse(real.headers.get("date") ?? "") > Date.UTC(2022, 4, 1))
      .map((real) => real.file),
  );
  for (const templates of eras) expect(checkTemplates(templates)).toEqual([]);
});

test("bodies come out byte for byte", () => {
  expect(
    failing("body, blank lines at its end aside", notices, (real) => {
      return byteString(rewrite(real).body).trimEnd() === real.body.trimEnd();
    }),
  ).toEqual([]);
  expect(
    failing(
      "body to the last byte, where no list touched the end",
      notices.filter((real) => real.endKept),
      (real) => byteString(rewrite(real).body) === real.body,
    ),
  ).toEqual([]);
});

test("headers come out as they were sent", () => {
  expect(
    failing("header date", modern, (real) => headerOf(rewrite(real), "date") === real.headers.get("date")),
  ).toEqual([]);
  for (const name of ["from", "subject"]) {
    expect(
      failing(`header ${name}`, modern, (real) => headerOf(rewrite(real), name) === real.headers.get(name)),
    ).toEqual([]);
  }
  // Mailman folds To and puts blanks behind its commas.
  expect(
    failing("header to", notices, (real) => bare(headerOf(rewrite(real), "to")) === bare(real.headers.get("to"))),
  ).toEqual([]);
  expect(
    failing("form of the Message-Id", modern, (real) => {
      const pattern = /^<20\d{12}\.[0-9A-F]{11,12}@smtp\.kernel\.org>$/;
      return [headerOf(rewrite(real), "message-id"), real.headers.get("message-id") ?? ""].every((id) =>
        pattern.test(id),
      );
    }),
  ).toEqual([]);
  // What transports add stands between ours; they keep the order, but for a list that writes the header anew.
  expect(
    failing(
      "order of the headers",
      notices.filter((real) => !real.headers.has("x-google-group-id")),
      (real) => {
        const ours = rewrite(real).headers.map(([name]) => name.toLowerCase());
        const theirs = [...real.headers.keys()].filter((name) => ours.includes(name));
        return theirs.join() === ours.filter((name) => theirs.includes(name)).join();
      },
    ),
  ).toEqual([]);
});

function bare(text = ""): string {
  return text.replace(/,\s+/g, ",");
}

function isEqual({ verified: one }: VerifiedFile): boolean {
  return one !== null && one.differences.length === 0;
}

/** What `longarm notice verify` says of every mail in the archive that is a notice by the index, by era and kind. */
test("every real notice is verified: every body byte and the To: line, era by era", () => {
  const files = index
    .filter((row) => !/^(aux-|kind)/.test(row[2] ?? "") && existsSync(join(folder, row[7] ?? "")))
    .map((row) => row[7] ?? "");
  const world = { cwd: folder, presetsDir: join(root, "presets"), now: () => new Date() };
  const verified = verifyNotices(world, files, { config: null, preset: "mm" });
  const rows = new Map<string, VerifiedFile[]>();
  for (const one of verified) {
    const key = `${one.version === null ? "today" : `until ${one.version}`}  ${one.verified?.kind ?? "none"}`;
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  for (const [key, ones] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const other = ones.filter(({ dated }) => !dated).length;
    process.stdout.write(
      `notices: ${key.padEnd(36)} ${ones.filter(isEqual).length} of ${ones.length} equal${other > 0 ? `, ${other} by their date of another era` : ""}\n`,
    );
  }
  expect(verified.filter((one) => !isEqual(one)).map(({ file }) => file)).toEqual([]);
  expect(verified.length).toBeGreaterThanOrEqual(VERIFIED);
  // Snapshots of 2020-09 that name the site as it was named before; all notices about a patch are of their date.
  expect(verified.filter(({ dated, verified: one }) => !dated && one?.kind !== "uploaded")).toEqual([]);
});
const VERIFIED = 163;

test("a printed notice is ASCII as it is, and anything else with MIME headers", () => {
  expect(
    failing("printed mail", modern, (real) => {
      const text = byteString(printNotice(rewrite(real)));
      // oxlint-disable-next-line no-control-regex
      const ascii = /^[\x00-\x7f]*$/.test(real.body);
      return text.trimEnd().endsWith(`\n\n${real.body.trimEnd()}`) && text.includes("\nMIME-Version: 1.0\n") !== ascii;
    }),
  ).toEqual([]);
});

test("the notice of the example, white space collapsed", () => {
  const seed = readFileSync(join(root, "../shared/data/seed-notice.txt"), "latin1").trim();
  const [, title = "", branch = "", name = ""] =
    /^The patch titled Subject: (.*) has been added to the -mm (\S+) branch\. Its filename is (\S+) /.exec(seed) ?? [];
  const [, patch = "", address = "", names = ""] =
    /-{54} ([\s\S]*) _ Patches currently in -mm which might be from (\S+) are ([\s\S]*)$/.exec(seed) ?? [];
  const notice = addedNotice({
    templates: templatesAt(Date.UTC(2024, 1, 12)),
    date: { time: 0, zone: 0 },
    name,
    title,
    branch,
    // The seed's addresses are masked by letters that an address may have.
    author: address,
    trailers: [],
    patch: fromByteString(patch),
    queue: names.split(" ").map((one) => ({ name: one, author: address })),
  });
  expect(noticeName(title)).toBe(name);
  expect(byteString(notice.body).replace(/\s+/g, " ").trim()).toBe(seed);
});

const originals = new Map(index.flatMap((row) => (row[9] ? [[row[7] ?? "", row[9]] as const] : [])));

test("the file name follows from the submission's subject", () => {
  const pairs = notices.flatMap((real) => {
    const original = originals.get(real.file);
    if (original === undefined || !existsSync(join(folder, original))) return [];
    return [
      { file: real.file, name: real.name, subject: readMail(join(folder, original)).headers.get("subject") ?? "" },
    ];
  });
  expect(pairs.length).toBeGreaterThanOrEqual(PAIRS);
  expect(failing("name from the submission", pairs, (pair) => noticeName(decode(pair.subject)) === pair.name)).toEqual(
    [],
  );
});
const PAIRS = 63;

test("the pairs of subject and name on file", () => {
  const rows = readFileSync(join(folder, "notices-open-slug-pairs.tsv"), "utf8").trimEnd().split("\n").slice(1);
  const pairs = rows
    .map((row) => row.split("\t"))
    .map(([subject = "", file = "", source = ""]) => ({ subject, file, source }));
  expect(
    failing(
      "name from subjects that were chosen by the rule",
      pairs.filter((pair) => pair.source === "mail-subject-match"),
      (pair) => noticeName(pair.subject) === pair.file,
    ),
  ).toEqual([]);
  // Titles may be edited after the file was named, and fix-ups are named by hand.
  const titles = pairs.filter((pair) => pair.source === "indexed-notice");
  const right = titles.filter((pair) => noticeName(pair.subject) === pair.file);
  process.stdout.write(`notices: name from titles of notices: ${right.length} of ${titles.length}\n`);
  expect(right.length).toBeGreaterThanOrEqual(TITLES_RIGHT);
});
const TITLES_RIGHT = 64;

test("the diff, the diffstat and the whole patch come out of their parse", () => {
  expect(
    failing("diff", notices, (real) => {
      const text = real.patch.slice(real.patch.indexOf("\n--- ") + 1);
      return byteString(noticeDiff(parseDiff(fromByteString(text)), real.name)) === text;
    }),
  ).toEqual([]);
  expect(
    failing("diffstat", notices, (real) => {
      return real.patch.includes(`\n---\n\n${diffstat(parseDiff(fromByteString(real.patch)), 1, 70)}\n--- `);
    }),
  ).toEqual([]);
  expect(
    failing("patch file", notices, (real) => {
      const start = real.patch.indexOf("\n\n");
      const date = /^Date: (.*)$/m.exec(real.patch.slice(0, start))?.[1] ?? null;
      const log = fromByteString(real.patch.slice(start + 2, real.patch.indexOf("\n---\n") + 1));
      const diff = parseDiff(fromByteString(real.patch));
      const block = patchBlock({ name: real.name, author: real.author, title: real.title, date, log, diff });
      return byteString(block) === real.patch;
    }),
  ).toEqual([]);
});

test("the diff of an added patch follows from the submission's diff", () => {
  const added = notices.filter(
    (real) => real.branch !== null && existsSync(join(folder, originals.get(real.file) ?? "none")),
  );
  const ours = added.map((real) => {
    const original = readMail(join(folder, originals.get(real.file) ?? ""));
    const diff = byteString(noticeDiff(parseDiff(fromByteString(original.body)), real.name));
    return { real: real.patch.slice(real.patch.indexOf("\n--- ") + 1), diff };
  });
  const equal = ours.filter(({ real, diff }) => withoutHeads(real) === withoutHeads(diff));
  const exact = ours.filter(({ real, diff }) => real === diff);
  process.stdout.write(
    `notices: diff from the submission: ${exact.length} of ${added.length}, hunk heads aside ${equal.length}\n`,
  );
  expect(exact.length).toBeGreaterThanOrEqual(SUBMITTED_EXACT);
  expect(equal.length).toBeGreaterThanOrEqual(SUBMITTED_EQUAL);
});
const SUBMITTED_EXACT = 21;
const SUBMITTED_EQUAL = 32;

test("the trailers of a submission, and those that came since, are ordered as in the notice", () => {
  const pairs = notices.filter((real) => existsSync(join(folder, originals.get(real.file) ?? "none")));
  const unequal = pairs.filter((real) => {
    const log = real.patch.slice(real.patch.indexOf("\n\n") + 2, real.patch.indexOf("\n---\n") + 1);
    const wanted = parseTrailers(fromByteString(log)).trailers;
    const mail = parsePatchMail(parseMessage(readFileSync(join(folder, originals.get(real.file) ?? ""))));
    const known = new Set(mail.trailers.map(tagIdentity));
    const came = wanted.slice(0, -1).filter((trailer) => !known.has(tagIdentity(trailer)));
    const ours = orderTrailers("mm", {
      own: mail.trailers,
      given: came.filter((trailer) => !isLink(trailer)),
      links: came.filter(isLink),
      makers: [mail.author, ...mail.message.from].filter((maker) => maker !== null),
      signOff: readableBytes(wanted.at(-1)?.value ?? ""),
      sorting: [],
    });
    return trailerLines(ours) !== trailerLines(wanted);
  });
  process.stdout.write(
    `notices: order of trailers: ${pairs.length - unequal.length} of ${pairs.length}; others: ${unequal.map(({ file }) => file).join(" ")}\n`,
  );
  // Links of several revisions stacked by hand (4), tags moved by hand (3), a robot's Reported-by taken out (1).
  expect(pairs.length - unequal.length).toBeGreaterThanOrEqual(ORDERED);
});
const ORDERED = 55;

function isLink({ key }: Trailer): boolean {
  return /^link$/i.test(key);
}

/** Without Cc lines: where among them the added ones go is a matter of the notice's To line, and tested there. */
function trailerLines(trailers: readonly Trailer[]): string {
  return trailers
    .filter(({ key }) => !/^cc$/i.test(key))
    .map(({ key, value }) => `${key}: ${value}`)
    .join("\n");
}

test("git reads the same changes from our form of a diff as from the submission", () => {
  const submissions = readdirSync(join(folder, "notices-originals")).map((name) => join("notices-originals", name));
  const numbers = (diff: Uint8Array): string =>
    execFileSync("git", ["apply", "--numstat", "--whitespace=nowarn", "-"], {
      cwd: folder,
      input: diff,
      encoding: "utf8",
    })
      .split("\n")
      .sort()
      .join("\n");
  const diffs = submissions
    .map((file) => ({ file, diff: parseDiff(fromByteString(readMail(join(folder, file)).body)) }))
    .filter(({ diff }) => diff.files.length > 0);
  expect(
    failing("what git apply counts", diffs, ({ diff }) => {
      return numbers(noticeDiff(diff, "a-name.patch")) === numbers(printDiff({ ...diff, trail: noBytes }));
    }),
  ).toEqual([]);
});

test("a roster has the patch itself when it is added, never when it is removed, and keeps series order", () => {
  expect(
    failing("own name on the roster", notices, (real) => real.roster.includes(real.name) === (real.branch !== null)),
  ).toEqual([]);
  const lists = join(folder, "notices/linux-next.vger.kernel.org.0");
  const series = readdirSync(lists)
    .map((name) => readMail(join(lists, name)))
    .map((mail) => ({
      time: Date.parse(mail.headers.get("date") ?? ""),
      names: [...mail.body.matchAll(/^[* ] (\S+\.patch)$/gm)].map((found) => found[1] ?? ""),
    }));
  const comparable = notices.flatMap((real) => {
    const time = Date.parse(real.headers.get("date") ?? "");
    const [near] = series
      .filter((one) => real.roster.filter((name) => one.names.includes(name)).length > 1)
      .sort((a, b) => Math.abs(a.time - time) - Math.abs(b.time - time));
    return near === undefined ? [] : [{ file: real.file, roster: real.roster, series: near.names }];
  });
  expect(comparable.length).toBeGreaterThanOrEqual(ROSTERS);
  expect(
    failing("roster in series order", comparable, ({ roster, series: names }) => {
      return (
        names.filter((name) => roster.includes(name)).join() === roster.filter((name) => names.includes(name)).join()
      );
    }),
  ).toEqual([]);
});
const ROSTERS = 16;

/** The subject as text: encoded words in Q or B, all of UTF-8. */
function decode(subject: ByteString): string {
  const bytes = subject
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?[^?]+\?([QB])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === "B" ? Buffer.from(text, "base64").toString("latin1") : unquote(text.replace(/_/g, " ")),
    );
  return readableBytes(bytes);
}

function headerOf(notice: Notice, name: string): string {
  return notice.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
}
