// Story: the disk is full while a patch is added. A small tmpfs in a namespace of its own is that disk, so the kernel must allow one.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bench, Ended } from "../cli/child.ts";
import { ended, makeBenchWithTree } from "../cli/child.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await makeBenchWithTree();
  writeFileSync(
    join(bench.dir, "big.patch"),
    `--- /dev/null\n+++ b/big\n@@ -0,0 +1,20000 @@\n${"+a line of forty characters, counted well\n".repeat(20000)}`,
  );
});
afterAll(() => bench[Symbol.dispose]());

test("a full disk stops the command, and the tree is as it was when there is room again", async () => {
  const mount = `mkdir -p small && mount -t tmpfs -o size=3m none small`;
  const inside = (command: string): Promise<Ended> =>
    ended(
      spawn("unshare", ["-rm", "sh", "-c", `${mount} || exit 99; longarm() { "$NODE" "$BUNDLE" "$@"; }; ${command}`], {
        cwd: bench.dir,
        env: bench.environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  const result = await inside(`
    cp -r tree source small/; cd small; git -C tree rev-parse HEAD > before; (cd tree; ls -R . .longarm | grep -v -e '^lock' -e '^built.json') >> before
    head -c 900000 /dev/zero > filler; cat /dev/zero > rest 2>/dev/null; rm filler
    longarm add -C tree ../../big.patch; echo "status $?"
    rm rest
    longarm list -C tree > listed || echo "list fails"; git -C tree status --porcelain; git -C tree rev-parse HEAD > after; (cd tree; ls -R . .longarm | grep -v -e '^lock' -e '^built.json') >> after
    cmp before after; cat listed`);
  expect(result.stderr).toMatch(/^longarm: [^\n]*no space left[^\n]*\n {2}[^\n]+\n/);
  expect(result.stdout).toMatch(/^status 2\nmm-hotfixes-stable/);
});
