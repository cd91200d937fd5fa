// Holds the arrows of ARCHITECTURE.md: which part may import which part, which Node modules and which packages.
// Not about style; it reads import statements only.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const MODEL = [
  "bytes",
  "mail",
  "diff",
  "merge",
  "files",
  "postings",
  "queue",
  "ledger",
  "branches",
  "notices",
  "export",
  "search",
  "outbox",
  "commands",
  "answers",
  "feeds",
  "webhooks",
];
const model = (...names: string[]): string[] => names.map((name) => `#model/${name}`);
const allModel = model(...MODEL);
const allIo = [
  "#io/git",
  "#io/archive",
  "#io/attestation",
  "#io/mail-index",
  "#io/mailer",
  "#io/scripts",
  "#io/store",
  "#io/webhooks",
];
const allChecks = ["#checks/lint"];

/** Each part: what it may import besides its own files. A new row or a longer one needs a decision record. */
const MAY: Record<string, readonly string[]> = {
  "model/bytes": [],
  "model/mail": [...model("bytes")],
  // Pure, synchronous functions of these modules: sha1 for patch ids, inflate for binary patches.
  "model/diff": [...model("bytes"), "node:crypto", "node:zlib"],
  // sha1, for the ids of conflicts.
  "model/merge": [...model("bytes", "diff"), "node:crypto"],
  "model/files": [...model("bytes", "diff", "merge")],
  "model/postings": [...model("bytes", "mail", "diff")],
  "model/queue": [...model("bytes", "mail", "diff", "merge", "files", "postings")],
  "model/ledger": [...model("bytes", "mail", "diff", "merge", "files", "postings", "queue")],
  "model/branches": [...model("bytes", "mail", "diff", "merge", "files", "postings", "queue", "ledger")],
  "model/notices": [...model("bytes", "mail", "diff", "merge", "files", "postings", "queue", "ledger")],
  "model/export": [...model("bytes", "mail", "diff", "postings", "queue", "notices")],
  "model/search": [...model("bytes", "mail", "diff")],
  "model/answers": [...model("ledger")],
  "model/feeds": [...model("bytes", "ledger", "answers")],
  "model/webhooks": [...model("ledger")],
  "checks/lint": allModel,
  "model/outbox": [...model("bytes", "mail", "notices")],
  "model/commands": [...model("bytes", "mail", "notices")],
  "io/git": [
    ...allModel,
    "node:child_process",
    "node:crypto",
    "node:events",
    "node:fs",
    "node:path",
    "node:timers/promises",
    "node:zlib",
  ],
  // SMTP, and a shell for the password.
  "io/mailer": [...allModel, "node:child_process", "node:stream", "node:util", "nodemailer/lib/smtp-connection"],
  // HTTP by Node's fetch, a shell for the secret, the signature.
  "io/webhooks": [...allModel, "node:child_process", "node:crypto", "node:util"],
  "io/archive": [
    ...allModel,
    "#io/git",
    "imapflow",
    "node:child_process",
    "node:crypto",
    "node:events",
    "node:fs",
    "node:http",
    "node:https",
    "node:net",
    "node:path",
    "node:stream",
    "node:timers/promises",
    "node:tls",
    "node:url",
    "node:zlib",
  ],
  // Signatures of mails (decision 0015): keys from files or the DNS, hashes, and the two packages, loaded on demand.
  "io/attestation": [
    ...allModel,
    "mailauth",
    "mailauth/lib/arc/index.js",
    "mailauth/lib/dkim/verify.js",
    "node:crypto",
    "node:dns/promises",
    "node:fs",
    "node:path",
    "openpgp",
  ],
  "io/mail-index": [...allModel, "#io/archive", "node:crypto", "node:fs", "node:path", "node:sqlite", "node:zlib"],
  "io/scripts": [...allModel, "node:child_process", "node:events", "node:fs", "node:os", "node:path"],
  "io/store": [
    ...allModel,
    "#io/git",
    "node:child_process",
    "node:crypto",
    "node:fs",
    "node:os",
    "node:path",
    "node:sqlite",
    "node:timers/promises",
    "smol-toml",
    "valibot",
  ],
  app: [...allModel, ...allChecks, ...allIo, "node:path", "node:timers/promises"],
  "ui/cli": [
    ...allModel,
    ...allChecks,
    "#app",
    "#ui/web",
    "@viz-js/viz",
    "commander",
    "node:events",
    "node:path",
    "node:util",
  ],
  "ui/web": [
    ...allModel,
    ...allChecks,
    "#app",
    "@hono/node-server",
    "@valibot/to-json-schema",
    "hono",
    "hono/html",
    "node:crypto",
    "node:fs",
    "node:net",
    "node:path",
    "node:zlib",
    "valibot",
  ],
  main: ["#ui/cli", "node:fs", "node:path"],
};

const root = join(import.meta.dirname, "..");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  // A contract.ts holds tests that several kinds of one neighbour share.
  .filter((name) => name.endsWith(".ts") && !/(?:\.test|\/contract(?:-[a-z]+)?)\.ts$/.test(name))
  .map((name) => join(root, "src", name));

function partOf(file: string): string {
  const path = relative(join(root, "src"), file);
  const known = Object.keys(MAY).find((part) => path === `${part}.ts` || path.startsWith(`${part}/`));
  if (known === undefined) throw new Error(`${path} belongs to no part: put it into one, or add a row to the table`);
  return known;
}

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  return [...text.matchAll(pattern)].map((found) => found[1] ?? found[2] ?? found[3] ?? "");
}

test("every import follows an arrow of the table", () => {
  const wrong: string[] = [];
  for (const file of sources) {
    const part = partOf(file);
    for (const target of importsOf(readFileSync(file, "utf8"))) {
      const inside = target.startsWith(".") && partOf(join(file, "..", target)) === part;
      if (!inside && !(MAY[part] ?? []).includes(target)) wrong.push(`${relative(root, file)} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("the table has no row, and imports in package.json no entry, without a folder", () => {
  const parts = new Set(sources.map(partOf));
  expect(Object.keys(MAY).filter((part) => !parts.has(part))).toEqual([]);
  const { imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    imports: Record<string, string>;
  };
  const files = new Set(sources.map((file) => `./${relative(root, file)}`));
  expect(Object.values(imports).filter((target) => !files.has(target))).toEqual([]);
});

test("the model and the checks use no clock, environment, randomness or file", () => {
  const banned =
    /\b(?:Date\.now|new Date\(\)|Math\.random|process\.|performance\.|setTimeout|setInterval|fetch\(|randomUUID|randomBytes|crypto\.getRandomValues)/;
  const wrong = sources
    .filter((file) => /^(?:model|checks)\//.test(partOf(file)))
    .flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .map((line, index) => ({ line, where: `${relative(root, file)}:${index + 1}` }))
        .filter(({ line }) => banned.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line))
        .map(({ where, line }) => `${where}: ${line.trim()}`),
    );
  expect(wrong).toEqual([]);
});

test("every source file opens by saying what it is", () => {
  const wrong = sources.filter((file) => !readFileSync(file, "utf8").startsWith("//"));
  expect(wrong.map((file) => relative(root, file))).toEqual([]);
});
