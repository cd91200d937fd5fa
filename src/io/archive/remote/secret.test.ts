import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "#model/bytes";
import { readSecret, type SecretSource } from "./secret.ts";

test("the first line of a command, a variable or a file; errors name the source and never what is in it", async () => {
  const dir = mkdtempSync(join(tmpdir(), "longarm-secret-"));
  try {
    const path = join(dir, "password");
    writeFileSync(path, "geheim \u00e9\r\nsecond line\n", { mode: 0o600 });
    expect(await readSecret({ kind: "file", path })).toBe("geheim \u00e9");
    expect(await readSecret({ kind: "command", command: `cat '${path}'` })).toBe("geheim \u00e9");
    process.env["LONGARM_TEST_SECRET"] = "geheim";
    expect(await readSecret({ kind: "variable", name: "LONGARM_TEST_SECRET" })).toBe("geheim");
    delete process.env["LONGARM_TEST_SECRET"];

    const open = join(dir, "open");
    writeFileSync(open, "geheim\n", { mode: 0o644 });
    const wrong: readonly SecretSource[] = [
      { kind: "variable", name: "LONGARM_TEST_SECRET" },
      { kind: "file", path: join(dir, "missing") },
      { kind: "file", path: open },
      { kind: "command", command: `cat '${path}'; cat '${path}' >&2; exit 1` },
      { kind: "command", command: "true" },
    ];
    for (const source of wrong) {
      const error: unknown = await readSecret(source).catch((thrown: unknown) => thrown);
      if (!(error instanceof UserError)) throw new Error(`no UserError for ${JSON.stringify(source)}`);
      expect(`${error.message} ${error.hint} ${String(error.stack)} ${String(error.cause)}`).not.toContain("geheim");
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});
