// Story: the 2024 history of one series, from the mails of its list: v5 is queued, tags arrive, v6 takes its place, it moves up,
// upstream merges it, and it leaves. Every notice goes to an SMTP server, every branch to a bare repository; and then each command
// again with a SIGKILL at every one of its steps.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Bench } from "../cli/child.ts";
import { makeBench } from "../cli/child.ts";
import type { MailServer, Received } from "../cli/mail-server.ts";
import { startMailServer } from "../cli/mail-server.ts";
import type { Play } from "./history.ts";
import { beginHistory, gitIn, history, ledgerOf, playIn, runThrough, stateOf, takeSteps } from "./history.ts";

/** What a moment adds to the ledger and sends, and how many patches are then public in mm-stable and mm-unstable. */
interface Outcome {
  readonly ledger: string;
  readonly mails: number;
  readonly public: string;
}

const expected: Readonly<Record<string, Outcome>> = {
  "the mails of v5 are there": { ledger: "", mails: 0, public: "mm-stable -, mm-unstable -" },
  "the fix that v5 stands on is added": {
    ledger: "1 queued, 1 announced",
    mails: 0,
    public: "mm-stable -, mm-unstable -",
  },
  "v5 is added": { ledger: "8 queued, 8 announced", mails: 0, public: "mm-stable -, mm-unstable -" },
  "v5 is public": { ledger: "1 built, 1 published", mails: 9, public: "mm-stable 0, mm-unstable 9" },
  "replies arrive": { ledger: "", mails: 0, public: "mm-stable 0, mm-unstable 9" },
  "their tags are taken": { ledger: "2 tagged", mails: 0, public: "mm-stable 0, mm-unstable 9" },
  "what reviewers said is public": { ledger: "1 built, 1 published", mails: 0, public: "mm-stable 0, mm-unstable 9" },
  "v6 arrives": { ledger: "", mails: 0, public: "mm-stable 0, mm-unstable 9" },
  "v6 takes the place of v5": {
    ledger: "1 queued, 8 updated, 9 announced",
    mails: 0,
    public: "mm-stable 0, mm-unstable 9",
  },
  "the fix is updated too": { ledger: "1 updated, 1 announced", mails: 0, public: "mm-stable 0, mm-unstable 9" },
  "v6 is public": { ledger: "1 built, 1 published", mails: 2, public: "mm-stable 0, mm-unstable 10" },
  "what has all it needs moves up": {
    ledger: "10 promoted, 10 announced",
    mails: 0,
    public: "mm-stable 0, mm-unstable 10",
  },
  "mm-stable is public": { ledger: "1 built, 1 published", mails: 10, public: "mm-stable 10, mm-unstable 10" },
  "upstream has merged it": {
    ledger: "10 landed, 10 dropped, 10 announced",
    mails: 0,
    public: "mm-stable 10, mm-unstable 10",
  },
  "the tree stands on the new base": { ledger: "1 rebased", mails: 0, public: "mm-stable 10, mm-unstable 10" },
  "the end is public": { ledger: "1 built, 1 published", mails: 10, public: "mm-stable 10, mm-unstable 10" },
};

let bench: Bench;
let server: MailServer;
let whole: Play;
/** The directory whose list gets what the server takes. */
let playing: Play;
/** By moment: what the directory and the mails came to when nothing was killed, and the steps that it took. */
const played = new Map<
  string,
  { readonly state: string; readonly mails: readonly string[]; readonly steps: readonly string[] }
>();

beforeAll(async () => {
  bench = await makeBench("test/story/stepped.ts");
  server = await startMailServer(null);
  server.beforeAccept = ({ text }) => {
    writeFileSync(join(playing.dir, "list", `${String(server.received.length).padStart(6, "0")}.eml`), text);
  };
  whole = beginHistory(bench, "whole", {
    repository: inject("kernel")["repository"] ?? "",
    base: inject("kernel")["debian_source"] ?? "",
    bundle: join(inject("data"), "nvdimm-2024q1.bundle"),
    port: server.port,
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  bench[Symbol.dispose]();
});

test("the history is played, and ledger, branches and mails tell it", async () => {
  playing = whole;
  const told: Record<string, Outcome> = {};
  for (const [index, moment] of history.entries()) {
    moment.before(whole);
    cpSync(whole.dir, join(bench.dir, `before-${index}`), { recursive: true });
    const [lines, mails] = [ledgerOf(whole).length, server.received.length];
    await runThrough(whole, moment);
    const sent = server.received.slice(mails);
    told[moment.name] = {
      ledger: countsOf(
        ledgerOf(whole)
          .slice(lines)
          .map(({ kind }) => kind),
      ),
      mails: sent.length,
      public: publicIn(whole),
    };
    played.set(moment.name, { state: JSON.stringify(stateOf(whole)), mails: linesOf(sent), steps: takeSteps(whole) });
  }
  expect(told).toEqual(expected);
});

test("what Longarm built of v6 is what git makes of its mails", () => {
  const before = history.findIndex(({ name }) => name === "upstream has merged it");
  const then = playIn(bench, join(bench.dir, `before-${before}`));
  expect(gitIn(then, "hub.git", "rev-parse", "mm-stable^{tree}")).toBe(
    gitIn(then, "source.git", "rev-parse", "upstream^{tree}"),
  );
});

test("every notice of the ledger came to the server once, and nothing else did", () => {
  const announced = ledgerOf(whole).flatMap((line) => (line.kind === "announced" ? [String(line["messageId"])] : []));
  const came = server.received.map(({ text }) => /^Message-Id: <(.*)>$/im.exec(text.toString("latin1"))?.[1] ?? "");
  expect(came.toSorted()).toEqual([...new Set(announced)].toSorted());
});

test("the notice of the patch is the one that was sent in 2024, up to what a person typed", () => {
  const name = "dax-alloc_dax-return-err_ptr-eopnotsupp-for-config_dax=n.patch";
  const ours = server.received.find(({ text }) => text.includes(`\nSubject: + ${name} added to mm-unstable branch\n`));
  const text = ours?.text.toString("latin1") ?? "";
  const seed = readFileSync(join(inject("data"), "seed-notice.txt"), "latin1");
  const typed = readFileSync(join(import.meta.dirname, "cases/seed-notice-by-hand.txt"), "utf8");
  let made = ` ${collapsed(text.slice(text.indexOf("\n\n")))} `;
  for (const block of typed.split(/^# .*\n/m).slice(1)) {
    const [before = "", after = ""] = block.split(/^==>$/m).map((part) => ` ${collapsed(part)} `.replace(/^ +$/, " "));
    expect([before, made.split(before).length]).toEqual([before, 2]);
    made = made.replace(before, () => after);
  }
  expect(made.trim()).toBe(collapsed(seed));
});

test.each(history.map(({ name }, index) => ({ name, index })))(
  "killed at every step, it ends the same: $name",
  async ({ name, index }) => {
    const moment = history[index];
    const alone = played.get(name);
    if (moment === undefined || alone === undefined) throw new Error(`nothing was played of "${name}"`);
    const wrong: string[] = [];
    for (const [number, step] of alone.steps.entries()) {
      playing = playIn(bench, join(bench.dir, "killed"));
      cpSync(join(bench.dir, `before-${index}`), playing.dir, { recursive: true });
      const mails = server.received.length;
      const where = `step ${number + 1} (${step})`;
      const { killed } = await runThrough(playing, moment, number + 1);
      if (!killed) wrong.push(`${where}: was not killed`);
      const state = JSON.stringify(stateOf(playing));
      if (state !== alone.state) wrong.push(`${where}: ${state}`);
      const sent = linesOf(server.received.slice(mails));
      if (JSON.stringify(sent) !== JSON.stringify(alone.mails)) wrong.push(`${where}: other mails: ${sent.join("; ")}`);
      rmSync(playing.dir, { recursive: true });
    }
    expect(wrong).toEqual([]);
  },
);

/** White space as one blank, and only the names of mailboxes: their hosts are masked in the seed. */
function collapsed(text: string): string {
  return text
    .replace(/@[\w.-]+/g, "@")
    .replace(/\s+/g, " ")
    .trim();
}

/** How often there is what, in the order of its first time: `8 queued, 8 announced`. */
function countsOf(kinds: readonly string[]): string {
  return [...new Set(kinds)].map((kind) => `${kinds.filter((one) => one === kind).length} ${kind}`).join(", ");
}

/** `mm-stable 0, mm-unstable 9`, as far as they are public. */
function publicIn(play: Play): string {
  return ["mm-stable", "mm-unstable"]
    .map((branch) => {
      const there = gitIn(play, "hub.git", "for-each-ref", `refs/heads/${branch}`) !== "";
      return `${branch} ${there ? gitIn(play, "hub.git", "rev-list", "--count", `^begin`, branch) : "-"}`;
    })
    .join(", ");
}

/** A line for each recipient of each mail. */
function linesOf(mails: readonly Received[]): string[] {
  return mails
    .flatMap(({ to, text }) => to.map((one) => `${one}: ${/^Subject: .*$/m.exec(text.toString("latin1"))?.[0] ?? ""}`))
    .toSorted();
}
