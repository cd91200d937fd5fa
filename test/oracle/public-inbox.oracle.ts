// Archives written by public-inbox itself, delivered to, removed from, purged and edited; what its own index lists is the answer.
import { execFileSync } from "node:child_process";
import { existsSync, promises as fs, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { textOf } from "#model/bytes";
import { makeReader, visit } from "../../src/io/archive/contract-visits.ts";
import { openPublicInbox } from "../../src/io/archive/public-inbox.ts";

const ADDRESS = "list@example.org";

/** A mail that public-inbox takes: its checks want a subject, a date and the list among the recipients. */
function mail(name: string, text = `Text of ${name}.`): string {
  return (
    `From: ${name} <${name}@example.org>\nTo: ${ADDRESS}\nSubject: [PATCH] ${name}\n` +
    `Date: Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <${name}@example.org>\n\n${text}\n`
  );
}

async function makeInbox(version: 1 | 2) {
  const top = await fs.mkdtemp(join(process.env["TMPDIR"] ?? "/tmp", "longarm-public-inbox-"));
  const dir = join(top, "inbox");
  const env = {
    ...process.env,
    HOME: top,
    PI_CONFIG: join(top, "config"),
    PI_EMERGENCY: join(top, "emergency"),
    ORIGINAL_RECIPIENT: ADDRESS,
  };
  const run = (tool: string, args: readonly string[], input = "", more = {}): void => {
    execFileSync(tool, args, { input, env: { ...env, ...more }, stdio: ["pipe", "ignore", "ignore"] });
  };
  await fs.mkdir(env.PI_EMERGENCY);
  run("public-inbox-init", [`-V${version}`, "test", dir, "http://example.org/test", ADDRESS]);
  run("git", ["config", "--file", env.PI_CONFIG, "publicinboxmda.spamcheck", "none"]);
  return {
    dir,
    deliver: (text: string) => run("public-inbox-mda", [], text),
    remove: (text: string) => run("public-inbox-learn", ["rm"], text),
    purge: (text: string) => run("public-inbox-purge", [dir], text),
    edit(name: string, from: string, to: string) {
      const editor = join(top, "editor");
      writeFileSync(editor, `#!/bin/sh\nsed -i 's/${from}/${to}/' "$1"\n`, { mode: 0o755 });
      run("public-inbox-edit", ["-m", `${name}@example.org`, dir], "", { MAIL_EDITOR: editor });
    },
    /** Blob ids of the mails that its index lists. */
    indexed(): string[] {
      run("public-inbox-index", [dir]);
      const names = ["xap15/over.sqlite3", "public-inbox/xapian15/over.sqlite3"].map((name) => join(dir, name));
      const database = new DatabaseSync(names.find((name) => existsSync(name)) ?? "no index", { readOnly: true });
      const rows = database.prepare("SELECT ddd FROM over WHERE num > 0").all();
      database.close();
      return rows
        .map((row) => /\b[0-9a-f]{40}\b/.exec(textOf(inflateSync(row["ddd"] as Uint8Array)))?.[0] ?? "")
        .sort();
    },
    close: () => fs.rm(top, { recursive: true, force: true }),
  };
}

for (const version of [1, 2] as const) {
  test(`public-inbox v${version}: what its index lists is what a reader has, after every change`, async () => {
    const inbox = await makeInbox(version);
    try {
      const reader = makeReader();
      const archive = {
        spec: inbox.dir,
        open: () => Promise.resolve(openPublicInbox(inbox.dir)),
        deliver: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
      const agree = async (count: number): Promise<void> => {
        await visit(archive, reader);
        expect([...reader.store.keys()].sort()).toEqual(inbox.indexed());
        expect(reader.store.size).toBe(count);
        const fresh = makeReader();
        await visit(archive, fresh);
        expect(fresh.texts()).toEqual(reader.texts());
        expect((await visit(archive, reader)).length).toBe(0);
      };
      for (const name of ["a", "b", "c", "d"]) inbox.deliver(mail(name));
      await agree(4);
      expect(reader.texts().every((text) => text.includes("Text of"))).toBe(true);
      inbox.deliver(mail("a", "Another text under the same Message-ID."));
      // v1 has one place for a Message-ID, and keeps what it has.
      await agree(version === 1 ? 4 : 5);
      inbox.remove(mail("b"));
      await agree(version === 1 ? 3 : 4);
      inbox.deliver(mail("e"));
      if (version === 2) {
        inbox.purge(mail("c"));
        await agree(4);
        inbox.edit("d", "Text of d", "Edited text");
        await agree(4);

        inbox.deliver(mail("f"));
        await agree(5);
      } else await agree(4);
      expect(reader.texts().filter((text) => text.includes("Edited text")).length).toBe(version - 1);
    } finally {
      await inbox.close();
    }
  });
}
