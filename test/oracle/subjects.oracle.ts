// Our reading of subjects against that of b4 0.12 and of patchwork's documented rules: where those two agree, we agree with them,
// but for the differences listed here with the reason.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readArchive } from "#io/archive";
import { parseMessage } from "#model/mail";
import { parseSubject } from "#model/postings";
import { scratchFolder } from "./real-tools.ts";

const root = join(import.meta.dirname, "../..");

/** Facts of a subject that both tools have; of a reply only that it is one. */
interface Facts {
  readonly reply: boolean;
  readonly revision?: number;
  readonly counter?: number | null;
  readonly total?: number | null;
  readonly rfc?: boolean;
  readonly title?: string;
}

/** Subjects on which both tools agree and we do not, by the shape that makes the difference. */
const OURS: readonly { readonly shape: RegExp; readonly reason: string }[] = [
  { shape: /v\d+\.\d+/i, reason: "a decimal revision is a revision" },
  { shape: /\b(?:take|try|version|ver|rev)[\s.#]*\d|\bv\s+\d/i, reason: "old spellings of a revision" },
  { shape: /v\d+[-_]?(?:fix|resend)/i, reason: "a revision joined to a word" },
  { shape: /(?:patch|rfc)\/?[-_+.]?v\d|v\d+patch/i, reason: "a revision joined to PATCH or RFC" },
  { shape: /\d[a-z]?(?:\.\d+)?\/\d+/i, reason: "a counter joined to something, with a minor or a letter" },
  { shape: /\d\s+\/\s*\d|\d\s*of\s*\d/i, reason: "a counter with blanks, or without" },
  {
    shape: /^(?:\*|\[[^\]]*\]\s*:)|^(?:resend|rfc)\s*:|^bug[\s#]*\d/i,
    reason: "words of gateways, trackers and senders around the brackets",
  },
  { shape: /^(?:\[[^\]]*\]\s*)*(?:re|\p{L}{1,10})\s*[\d[\]()^]*\s*[:：]/iu, reason: "replies in other languages" },
];

test(
  "subjects of the cases and of real mails are read as b4 and patchwork read them",
  { timeout: 120_000 },
  async () => {
    const folder = join(scratchFolder(), "archive.git");
    execFileSync("git", ["clone", "--quiet", "--bare", join(root, "../shared/data/nvdimm-2024q1.bundle"), folder]);
    const real = (await readArchive(folder)).messages.map((bytes) => parseMessage(bytes).subject);
    const made = readFileSync(join(root, "src/model/postings/cases/subjects.txt"), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !/^(?:#|\s)/.test(line));
    const subjects = [...new Set([...real, ...made].map((text) => text.replace(/\s+/g, " ").trim()))];
    const theirs = JSON.parse(
      execFileSync("/usr/bin/python3", [join(import.meta.dirname, "subjects/read-subjects.py")], {
        input: JSON.stringify(subjects),
        encoding: "utf8",
      }),
    ) as { b4: Facts; patchwork: Facts }[];
    let agreed = 0;
    const known = new Set<string>();
    const unexplained: string[] = [];
    for (const [index, subject] of subjects.entries()) {
      const { b4, patchwork } = theirs[index] ?? { b4: { reply: false }, patchwork: { reply: false } };
      if (JSON.stringify(b4) !== JSON.stringify(patchwork)) continue;
      agreed++;
      const own = JSON.stringify(ours(subject));
      if (own === JSON.stringify(b4)) continue;
      const why = OURS.find(({ shape }) => shape.test(subject));
      if (why === undefined || real.includes(subject)) unexplained.push(`${subject}: ${own} not ${JSON.stringify(b4)}`);
      else known.add(why.reason);
    }
    expect(unexplained).toEqual([]);
    expect(agreed).toBeGreaterThan(300);
    // A reason that explains nothing any more is to be struck out.
    expect(OURS.map(({ reason }) => reason).filter((reason) => !known.has(reason))).toEqual([]);
  },
);

function ours(subject: string): Facts {
  const { reply, revision, counter, total, rfc, title } = parseSubject(subject);
  return reply ? { reply } : { reply, revision: revision.major, counter, total, rfc, title };
}
