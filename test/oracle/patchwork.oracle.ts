// Clients of patchwork against our part of its API, over a real port: git-pw lists, shows and applies our patches, and a CI client,
// which posts with Python's requests as theirs do, finds the patch of a mail and says what came of it.
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "#ui/web";
import type { ExampleSite } from "../web/example-site.ts";
import { fixtures } from "../cli/workplace.ts";
import { openExampleSite } from "../web/example-site.ts";

let site: ExampleSite;
let address: string;
let token: string;
let close: () => Promise<void>;
beforeAll(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const commands = [
    ["add", "-C", "tree", `${fixtures}/docs.eml`, `${fixtures}/greet-v1.mbox`],
    ["build", "-C", "tree"],
  ];
  site = await openExampleSite(commands, address);
  token = (await site.workplace.longarm("token", "add", "-C", "tree", "Robot <robot@example.org>")).stdout.trim();
  const listening = await listen(site.site, "127.0.0.1", port);
  close = () => listening.close();
}, 120_000);
afterAll(async () => {
  await close();
  await site[Symbol.asyncDispose]();
});

/** The addresses that a client is given have the port in them, so it is chosen before the site is opened. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** What git-pw prints; it is asked in the clone of the source. */
async function gitPw(...args: readonly string[]): Promise<string> {
  const common = ["--server", `${address}/api/1.2`, "--project", "tree", "--token", token];
  const { stdout } = await promisify(execFile)("git-pw", [...common, ...args], {
    cwd: `${site.workplace.dir}/clone`,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  return stdout;
}

test("git-pw lists our patches, shows one and applies it", async () => {
  site.workplace.sh("git clone -q source clone");
  const listed = (await gitPw("patch", "list", "--format", "csv", "--state", "under-review")).split("\n");
  const line = listed.find((one) => one.includes("say whom it greets")) ?? "";
  const [, id = ""] = /^"?(\d+)"?,/.exec(line) ?? [];
  const shown = await gitPw("patch", "show", id, "--format", "simple");
  expect(shown).toMatch(/Message ID +<docs-1@example\.org>/);
  expect(shown).toMatch(/Submitter +Ada Author \(ada@example\.org\)/);
  await gitPw("patch", "apply", id);
  const log = execFileSync("git", ["log", "-1", "--format=%an|%s"], {
    cwd: `${site.workplace.dir}/clone`,
    encoding: "utf8",
  });
  expect(log.trim()).toBe("Ada Author|docs: say whom it greets");
  expect(site.workplace.sh("cat clone/README")).toContain("Greets whoever is there.");
});

test("a CI client finds the patch of a mail and posts its check with a form, as patchwork's API takes it", async () => {
  const script = `
import json, sys, requests
api, token = sys.argv[1:]
known = {"Authorization": "Token " + token}
[patch] = requests.get(api + "/patches/", params={"msgid": "docs-1@example.org"}, headers=known).json()
[same] = requests.get(api + "/patches/", params={"hash": patch["hash"]}).json()
made = requests.post(patch["checks"], headers=known, data={
    "context": "kernel-ci", "state": "success", "target_url": "https://ci.example.org/1", "description": "all of it"})
bad = requests.post(api + "/patches/%d/checks/" % patch["id"], headers=known, json={"context": "kernel-ci", "state": "maybe"})
who = requests.post(api + "/patches/%d/checks/" % patch["id"], data={"context": "kernel-ci", "state": "fail"})
after = requests.get(api + "/patches/%d/" % same["id"]).json()
print(json.dumps([made.status_code, made.json()["user"]["username"], bad.status_code, who.status_code, after["check"]]))
`;
  const { stdout } = await promisify(execFile)("/usr/bin/python3", ["-c", script, `${address}/api/1.3`, token]);
  expect(JSON.parse(stdout)).toEqual([201, "Robot", 400, 401, "success"]);
  const { stdout: listed } = await site.workplace.longarm("check", "list", "-C", "tree");
  expect(listed).toContain("kernel-ci  all of it  https://ci.example.org/1");
});
